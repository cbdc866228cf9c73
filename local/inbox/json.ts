// JSON as it comes from outside and as it is shown: not too deep to walk, and with no character that turns text around. Pure.

/** How deep objects and arrays may be in each other. */
export const jsonDepthMax = 40

/** The value that a text stands for; undefined when it is no JSON, or deeper than `jsonDepthMax`. */
export function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isDeeper(value, jsonDepthMax) ? undefined : value
  } catch {
    return undefined
  }
}

/** A value as people read it. */
export const prettyJson = (value: unknown): string => visible(JSON.stringify(value, null, 2))

/** JSON in which control characters and marks of direction stand as their escapes, so that nothing looks other than it is. */
export const visible = (json: string): string =>
  json.replace(
    /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const isDeeper = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1)))
