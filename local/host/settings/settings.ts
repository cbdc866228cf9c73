// App settings as the host reads them: names ignore case, `:` and `__` are the same separator.

export type Settings = {
  /** The setting's value; an empty one counts as unset. */
  get(name: string): string | undefined
}

/** Reads settings from an environment, once: later changes of it are not seen. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const values = new Map(Object.entries(env).map(([name, value]) => [keyOf(name), value]))
  return { get: (name) => values.get(keyOf(name)) || undefined }
}

type Resolved = { kind: 'resolved'; text: string } | { kind: 'unset'; name: string }

/** Replaces each `%NAME%` by that setting; names the first one that is unset. */
export function resolveNames(text: string, settings: Settings): Resolved {
  const names = [...text.matchAll(/%([^%]+)%/g)].map(([, name = '']) => name)
  const unset = names.find((name) => settings.get(name) === undefined)
  if (unset !== undefined) return { kind: 'unset', name: unset }
  return { kind: 'resolved', text: text.replaceAll(/%([^%]+)%/g, (_, name: string) => settings.get(name) ?? '') }
}

function keyOf(name: string): string {
  return name.replaceAll('__', ':').toLowerCase()
}
