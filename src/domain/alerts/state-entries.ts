// What evaluation keeps between its steps, as texts under names: the groups of rules, the first-seen entries of users, and a metadata. Pure.
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Guid, parseGuid } from '../guid.ts'
import { parseGroup, serializeGroup } from './engine/codec.ts'
import type { Watch } from './engine/correlation.ts'
import type { GroupState } from './engine/state.ts'

const statePrefix = 'State='
const firstSeenPrefix = 'FirstSeen='

/** The name of a group's text: of this revision of its rule, so that a rule that counts otherwise starts anew. */
export const stateName = ({ revision }: Pick<Watch, 'revision'>, key: string): string =>
  statePrefixOf(revision) + createHash('sha256').update(key).digest('base64url').slice(0, 22)

/** How the names of all groups of a revision begin. */
export const statePrefixOf = (revision: Guid): string => `${statePrefix}${revision}__`

/** The revision in the name of a group's text; undefined for other names. */
export const revisionIn = (name: string): Guid | undefined =>
  name.startsWith(statePrefix) ? parseGuid(name.slice(statePrefix.length).split('__')[0]) : undefined

/** The name of the text with a user's first-seen entries. */
export const firstSeenName = (userId: Guid): string => firstSeenPrefix + userId

/** A group with its key, which its name only stands for. The key has no line ends: it is JSON. */
export const writeState = (watch: Watch, key: string, group: GroupState): string =>
  `${key}\n${serializeGroup(watch, group)}`

/** Reads what `writeGroup` wrote; undefined for what this version or this rule can't read: the group then starts anew. */
export function readState(
  watch: Watch,
  text: string,
): { readonly key: string; readonly group: GroupState } | undefined {
  const end = text.indexOf('\n')
  const group = end < 0 ? undefined : parseGroup(watch, text.slice(end + 1))
  return group && { key: text.slice(0, end), group }
}

const count = v.pipe(v.number(), v.safeInteger())

/** A time (Unix ms) that is long past: when an organization is due next must be found out. */
export const scheduleUnknown = 0

/**
 * What evaluation knows from one step to the next. `evaluateAt` (Unix ms) is when the organization is due for the sake of
 * what is kept: no text is due earlier, but for the bucket that schedule entries are rounded to; null: nothing is kept; `scheduleUnknown`: this and
 * `groups` must be found out. `groups` are how many groups each revision has, as far as is known, and `skipped` is what was not
 * counted, since the beginning.
 */
const Metadata = v.object({
  evaluateAt: v.nullable(count),
  groups: v.record(Guid, count),
  skipped: v.record(v.string(), count),
})
export type Metadata = v.InferOutput<typeof Metadata>

export const writeMetadata = (memo: Metadata): string => JSON.stringify(memo)

/** Reads a metadata; '' is that of an organization of which nothing is kept. Of one that cannot be read all must be found out. */
export function readMetadata(text: string | null): Metadata {
  if (text === '') return { evaluateAt: null, groups: {}, skipped: {} }
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Metadata), text)
  return read.success ? read.output : { evaluateAt: scheduleUnknown, groups: {}, skipped: {} }
}

/** How many groups of each revision have a text under these names. */
export function statesByRevision(names: readonly string[]): Metadata['groups'] {
  const counts = new Map<Guid, number>()
  for (const name of names) {
    const revision = revisionIn(name)
    if (revision) counts.set(revision, (counts.get(revision) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}
