// Names to choose from while a search is written: those that begin like what is there, or have a word that does. Pure.
import type { Guid } from '../../guid.ts'
import { comparableName } from '../../near-names.ts'
import { hasWord, isFoundBy } from './find-named.ts'
import type { NamedKey } from './keys.ts'
import type { NamedThing } from './named-things.ts'

/** Most suggestions at once. */
const suggestionsMax = 10

/** A name that a search can have: the key that it goes with, what to write, and what to show. */
type Suggestion = {
  readonly key: NamedKey
  readonly value: string
  readonly name: string
  /** Of a person the account's, if there is one; null of a system user. */
  readonly id: Guid | null
  /** Whether the person has left, or the thing is gone. */
  readonly gone: boolean
}

/** The first suggestions in order of name, of what is there before what is gone. `key` null: of every kind. */
export function suggest(text: string, key: NamedKey | null, things: readonly NamedThing[]): readonly Suggestion[] {
  const wanted = comparableName(text)
  const found = things.filter(
    (thing) =>
      isFoundBy(thing, key) && thing.names.some((name) => wanted === '' || hasWord(comparableName(name), wanted)),
  )
  const order = new Intl.Collator('en')
  const suggestions = found.flatMap((thing) => {
    const [name] = thing.names
    // An e-mail distinguishes people of the same name.
    const value = thing.names.find((each) => each.includes('@')) ?? name
    if (name === undefined || value === undefined) return []
    const id = thing.ids.actingUserId ?? Object.values(thing.ids)[0] ?? null
    return [{ key: key ?? thing.key, value, name, id, gone: thing.gone }]
  })
  return suggestions
    .sort((one, other) => Number(one.gone) - Number(other.gone) || order.compare(one.name, other.name))
    .slice(0, suggestionsMax)
}
