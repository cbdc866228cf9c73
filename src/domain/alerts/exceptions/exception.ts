// Exceptions: events that rules do not count, for a reason and a time; how long, and how responses show them. Pure.
import * as v from 'valibot'
import { Guid } from '../../guid.ts'
import { formatInstant, Instant, instantAt, millisecondsOf } from '../../instant.ts'
import { nameOf } from '../../texts.ts'
import { ExceptionConditions } from './conditions.ts'

/** Longest reason, in UTF-16 units. */
const reasonCharactersMax = 500
export const ExceptionReason = nameOf(reasonCharactersMax)

/** Takes the events of its conditions that are dated before `until` from a rule; without `ruleId`, from every rule that takes settings. */
export const RuleException = v.object({
  id: Guid,
  ruleId: v.nullable(Guid),
  conditions: ExceptionConditions,
  reason: v.string(),
  createdBy: Guid,
  createdAt: Instant,
  until: v.nullable(Instant),
})
export type RuleException = v.InferOutput<typeof RuleException>

/** An exception of a rule as previews take it, which nobody has made yet. */
export const exceptionDraft = (ruleId: Guid, conditions: ExceptionConditions): RuleException => ({
  id: ruleId,
  ruleId,
  conditions,
  reason: '',
  createdBy: ruleId,
  createdAt: instantAt(0),
  until: null,
})

/**
 * How long an exception that is over is kept, in days: its events are still not counted. Longer than any rule looks back,
 * so that no count changes when it is deleted.
 */
export const endedExceptionDays = 100
const dayMs = 86_400_000

/** Whether an exception covers events dated at `at`, that of its end excluded. */
export const lastsAt = ({ until }: RuleException, at: Instant): boolean => until === null || at < until

/** Whether an exception is needed at `at`: it lasts, or rules may still count events of its time. */
export const isNeededAt = ({ until }: RuleException, at: Instant): boolean =>
  until === null || at < instantAt(millisecondsOf(until) + endedExceptionDays * dayMs)

/** An exception as responses show it; `title` is null for one of every rule. */
export const exceptionView = (exception: RuleException, title: string | null) => ({
  object: 'alertException',
  id: exception.id,
  ruleId: exception.ruleId,
  title,
  conditions: exception.conditions,
  reason: exception.reason,
  until: exception.until === null ? null : formatInstant(exception.until),
  createdAt: formatInstant(exception.createdAt),
  createdBy: exception.createdBy,
})
