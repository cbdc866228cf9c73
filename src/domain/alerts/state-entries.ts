// What evaluation stores between its steps, as texts under names: correlation states, first-seen tracking, the spans of entities, and the metadata of the progress. Pure.
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Guid, parseGuid } from '../guid.ts'
import type { CompiledCorrelation } from './engine/compiled/correlation.ts'
import { parseState, serializeState } from './engine/states/codec.ts'
import type { CorrelationState } from './engine/states/state.ts'

const statePrefix = 'State='
const firstSeenPrefix = 'FirstSeen='
const entityPrefix = 'Entity='

/** The name of a correlation state. It says what the rule counts, so that a rule that counts otherwise starts anew. */
export const stateName = ({ counting }: Pick<CompiledCorrelation, 'counting'>, groupKey: string): string =>
  statePrefixOf(counting) + shortHash(groupKey)

/** The prefix of the names of all states of rules that count this. */
export const statePrefixOf = (counting: Guid): string => `${statePrefix}${counting}__`

/** What the state of this name counts; undefined for other names. */
export const countingIn = (name: string): Guid | undefined =>
  name.startsWith(statePrefix) ? parseGuid(name.slice(statePrefix.length).split('__')[0]) : undefined

/** The name of what a user or service account was seen with. */
export const firstSeenName = (subjectId: Guid): string => firstSeenPrefix + subjectId

/** The name of which items a user touched. */
export const itemsName = (userId: Guid): string => `${firstSeenPrefix}items-${userId}`

/** The name of the hours in which a user was active. */
export const hoursName = (userId: Guid): string => `${firstSeenPrefix}hours-${userId}`

/** The name of since when the organization is known. */
export const organizationTimesName = `${firstSeenPrefix}organization`

/** The name of a part of what the organization was seen with. */
export const organizationPartName = (part: number): string => `${firstSeenPrefix}part-${part}`

/** The name of when the alerts about an entity were. */
export const entityName = (key: string): string => entityPrefix + shortHash(key)

const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)

/** A state with its group key, of which the name is only a hash. The group key has no line ends: it is JSON. */
export const writeState = (correlation: CompiledCorrelation, groupKey: string, state: CorrelationState): string =>
  `${groupKey}\n${serializeState(correlation, state)}`

/** Reads what `writeState` wrote; undefined for what this version or this rule cannot read: the group key then starts anew. */
export function readState(
  correlation: CompiledCorrelation,
  text: string,
): { readonly groupKey: string; readonly state: CorrelationState } | undefined {
  const end = text.indexOf('\n')
  const state = end < 0 ? undefined : parseState(correlation, text.slice(end + 1))
  return state && { groupKey: text.slice(0, end), state }
}

const count = v.pipe(v.number(), v.safeInteger())

/** A time (Unix ms) long past: when the organization is due next must be found out. */
export const scheduleUnknown = 0

/**
 * What evaluation knows from one step to the next. `evaluateAt` (Unix ms) is when the organization is due for its state
 * entries: none is due earlier, but for the bucket that schedule entries are rounded to; null: there are no entries;
 * `scheduleUnknown`: this and `groupKeys` must be found out. `groupKeys` are how many group keys each `counting` has, as far
 * as is known, and `skipped` is what was not counted, by reason, since the beginning. `learning` are the rules that take
 * events of the past before evaluation goes on, and the cursor in the feed that they have come to.
 */
const Metadata = v.object({
  evaluateAt: v.nullable(count),
  groupKeys: v.record(Guid, count),
  skipped: v.record(v.string(), count),
  learning: v.optional(v.object({ countings: v.array(Guid), cursor: v.string() })),
})
export type Metadata = v.InferOutput<typeof Metadata>

export const writeMetadata = (metadata: Metadata): string => JSON.stringify(metadata)

/** Reads metadata; '' is that of an organization without any state. If it cannot be read, all of it must be found out. */
export function readMetadata(text: string | null): Metadata {
  if (text === '') return { evaluateAt: null, groupKeys: {}, skipped: {} }
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Metadata), text)
  return read.success ? read.output : { evaluateAt: scheduleUnknown, groupKeys: {}, skipped: {} }
}

/** How many of these names are correlation states of each `counting`. */
export function groupKeysByCounting(names: readonly string[]): Metadata['groupKeys'] {
  const counts = new Map<Guid, number>()
  for (const name of names) {
    const counting = countingIn(name)
    if (counting) counts.set(counting, (counts.get(counting) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}
