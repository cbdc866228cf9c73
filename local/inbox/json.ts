// JSON from outside and JSON to show: limited in depth, and without characters that change the direction of text. Pure.

/** How deep objects and arrays may be in each other. */
const jsonDepthMax = 40

/** The value of a JSON text; undefined if it is no JSON, or deeper than `jsonDepthMax`. */
export function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isDeeper(value, jsonDepthMax) ? undefined : value
  } catch {
    return undefined
  }
}

/** A value as indented JSON. */
export const prettyJson = (value: unknown): string => visible(JSON.stringify(value, null, 2))

/** JSON with control characters and marks of direction escaped, so that it looks like what it is. */
export const visible = (json: string): string =>
  json.replace(
    /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const isDeeper = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1)))
