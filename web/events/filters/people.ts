// The people that a filter can name: those in the events that are loaded, found by name, address or id. Pure.
import type { ListedEvent } from '../event.ts'

export type Person = { readonly id: string; readonly label: string }

export type People = {
  /** By label, in order of the alphabet. */
  readonly options: readonly Person[]
  labelOf(id: string): string | undefined
  /** The id that a text names: a label, the beginning of just one, or an id; '' for none, undefined for nobody known. */
  idOf(text: string): string | undefined
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The people in these events and those known before, whose labels stay. */
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

/** Adds who acted in these events; two of one name are told apart by address. */
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
