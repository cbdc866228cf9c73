// The people that a filter can name: those in the loaded events, found by name, email or id. Pure.
import type { ListedEvent } from '../event.ts'

type Person = { readonly id: string; readonly label: string }

export type People = {
  /** Sorted by label. */
  readonly options: readonly Person[]
  labelOf(id: string): string | undefined
  /** The id that a text names: a label, a part of exactly one label, or an id; '' for an empty text, undefined for an unknown person. */
  idOf(text: string): string | undefined
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** These people, by id with their labels. */
export function peopleOf(persons: ReadonlyMap<string, string>): People {
  const options = [...persons]
    .map(([id, label]) => ({ id, label }))
    .sort((one, other) => one.label.localeCompare(other.label))
  return {
    options,
    labelOf: (id) => persons.get(id.toLowerCase()),
    idOf: (text) => {
      const wanted = text.trim().toLowerCase()
      if (wanted === '' || guid.test(wanted)) return wanted
      const exact = options.find(({ label }) => label.toLowerCase() === wanted)
      const near = options.filter(({ label }) => label.toLowerCase().includes(wanted))
      return (exact ?? (near.length === 1 ? near[0] : undefined))?.id
    },
  }
}

/** Adds the actors of these events; the email tells people of the same name apart. */
export function withActors(
  known: ReadonlyMap<string, string>,
  events: readonly ListedEvent[],
): ReadonlyMap<string, string> {
  const fresh = events.filter(({ actingUserId }) => actingUserId !== null && !known.has(actingUserId))
  if (fresh.length === 0) return known
  const all = new Map(known)
  for (const { actingUserId, actor } of fresh) {
    if (actingUserId === null || actor.name === null) continue
    all.set(
      actingUserId,
      actor.email === null || actor.email === actor.name ? actor.name : `${actor.name} (${actor.email})`,
    )
  }
  return all
}
