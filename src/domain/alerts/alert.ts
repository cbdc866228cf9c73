// An alert as it is stored and returned: the engine's alert with a summary text and sample events. Pure.
import * as v from 'valibot'
import { AcceptedEvent } from '../events/event.ts'
import { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'
import { isMutedBy } from './configuration/mutes.ts'
import type { Mute } from './configuration/rule-configuration.ts'
import { levels } from './sigma/rules.ts'

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** A group-by name of the rule and its value in an alert; `label` is a name for the value, if there is one. */
export const GroupMember = v.object({ name: v.string(), value: v.string(), label: v.nullable(v.string()) })
export type GroupMember = v.InferOutput<typeof GroupMember>

/**
 * An alert, ready to read. The rule fired first at `from` and last at `to`, and `suppressedCount` times besides the first; `count` is the highest count of a window (`atLeast`: or more)
 * and `threshold` what it had to reach. `endsAt` is when the alert resolves unless the rule fires again; null while an absence lasts.
 */
export const AlertRecord = v.object({
  id: Guid,
  ruleId: Guid,
  title: v.string(),
  level: v.picklist(levels),
  /** The rule's, such as `attack.t1110`; none in alerts that an earlier version stored. */
  tags: v.optional(v.array(v.string()), []),
  group: v.array(GroupMember),
  from: Instant,
  to: Instant,
  firstEventAt: Instant,
  endsAt: v.nullable(Instant),
  count: whole,
  atLeast: v.boolean(),
  threshold: whole,
  suppressedCount: whole,
  /** Who, what and where in one sentence or two, for people. */
  summary: v.string(),
  /** What to do, as the rule says. */
  response: v.nullable(v.string()),
  /** Up to 5 of its events, or one for each rule that counts, 10 at most; earliest first. */
  samples: v.array(AcceptedEvent),
  /** Whether a mute covered it when it was last written: stored and listed, but not notified. */
  muted: v.boolean(),
  /** The incident that it belongs to, which may have been merged into another since; absent in alerts of an earlier version. */
  incidentId: v.optional(Guid),
})
export type AlertRecord = v.InferOutput<typeof AlertRecord>

/** Who acknowledged an alert, and when. */
export const Acknowledgement = v.object({ by: Guid, at: Instant })
export type Acknowledgement = v.InferOutput<typeof Acknowledgement>

/** An alert and its acknowledgement. */
export type StoredAlert = { readonly record: AlertRecord; readonly acknowledged: Acknowledgement | null }

/**
 * `open`: nobody has acknowledged it; `muted` says the same of one that a mute covered when it was last written, or covers
 * now. Whether its condition lasts is another question: see `isActive`.
 */
export const alertStates = ['open', 'muted', 'acknowledged'] as const
type AlertState = (typeof alertStates)[number]

/** The state of an alert while these mutes last. */
export function stateOf({ record, acknowledged }: StoredAlert, mutes: readonly Mute[]): AlertState {
  if (acknowledged !== null) return 'acknowledged'
  return isMuted(record, mutes) ? 'muted' : 'open'
}

/** Whether a mute covered an alert when it was last written, or one of these covers it. */
export const isMuted = (record: AlertRecord, mutes: readonly Mute[]): boolean =>
  record.muted || isMutedBy(mutes, record, record.samples)

/** Whether the condition of an alert lasts, as far as is known. */
export const isActive = ({ endsAt }: AlertRecord, now: Instant): boolean => endsAt === null || now < endsAt

/**
 * Which alerts a list asks for: begun from `from` to `to`, both included, to the millisecond; what is absent does not matter.
 * `mutes` are those that last now.
 */
export type AlertQuery = {
  readonly from: Instant
  readonly to: Instant
  readonly state?: AlertState
  readonly active?: boolean
  readonly ruleId?: Guid
  readonly levels?: readonly (typeof levels)[number][]
  readonly mutes?: readonly Mute[]
}

/** Whether an alert that began in the time of a query is one that the query asks for. */
export function isAskedFor(alert: StoredAlert, query: AlertQuery, now: Instant): boolean {
  const { record } = alert
  return [
    query.state === undefined || stateOf(alert, query.mutes ?? []) === query.state,
    query.active === undefined || isActive(record, now) === query.active,
    query.ruleId === undefined || record.ruleId === query.ruleId,
    query.levels === undefined || query.levels.includes(record.level),
  ].every(Boolean)
}
