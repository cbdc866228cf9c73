// An alert as it is kept and answered: what the engine said of a group, put into words, with events to look at. Pure.
import * as v from 'valibot'
import { AcceptedEvent } from '../events/event.ts'
import { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'
import { levels } from './sigma/rules.ts'

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** What a group-by member of the rule is for the group of an alert; `label` is a name for the value, if there is one. */
export const GroupMember = v.object({ name: v.string(), value: v.string(), label: v.nullable(v.string()) })
export type GroupMember = v.InferOutput<typeof GroupMember>

/**
 * An alert in words. The rule spoke first at
 * `from` and last at `to`, `suppressedCount` times more than once; `count` is the highest count of a window (`atLeast`: or more)
 * and `threshold` what it had to reach. `endsAt` is when the condition is over unless it is met again; null while an absence lasts.
 */
export const AlertRecord = v.object({
  id: Guid,
  ruleId: Guid,
  title: v.string(),
  level: v.picklist(levels),
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
  /** Up to 5 of its events, earliest first. */
  samples: v.array(AcceptedEvent),
  /** Whether a mute covered it when it was last written: kept and listed, but nobody is told. */
  muted: v.boolean(),
})
export type AlertRecord = v.InferOutput<typeof AlertRecord>

/** Who took note of an alert, and when. */
export const Acknowledgement = v.object({ by: Guid, at: Instant })
export type Acknowledgement = v.InferOutput<typeof Acknowledgement>

/** An alert with what people did about it. */
export type StoredAlert = { readonly record: AlertRecord; readonly acknowledged: Acknowledgement | null }

/** `open`: nobody has acknowledged it. Whether its condition lasts is another question: see `isActive`. */
export const alertStates = ['open', 'acknowledged'] as const
export type AlertState = (typeof alertStates)[number]

export const stateOf = ({ acknowledged }: StoredAlert): AlertState => (acknowledged === null ? 'open' : 'acknowledged')

/** Whether the condition of an alert lasts, as far as is known. */
export const isActive = ({ endsAt }: AlertRecord, now: Instant): boolean => endsAt === null || now < endsAt

/** Which alerts a list asks for: begun from `from` to `to`, both included, to the millisecond; what is absent does not matter. */
export type AlertQuery = {
  readonly from: Instant
  readonly to: Instant
  readonly state?: AlertState
  readonly active?: boolean
  readonly ruleId?: Guid
  readonly levels?: readonly (typeof levels)[number][]
}

/** Whether an alert that began in the time of a query is one that the query asks for. */
export function isAskedFor(alert: StoredAlert, query: AlertQuery, now: Instant): boolean {
  const { record } = alert
  return [
    query.state === undefined || stateOf(alert) === query.state,
    query.active === undefined || isActive(record, now) === query.active,
    query.ruleId === undefined || record.ruleId === query.ruleId,
    query.levels === undefined || query.levels.includes(record.level),
  ].every(Boolean)
}
