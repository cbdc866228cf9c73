// What a preview has to read: the range that is asked for, and what a rule must know of the time before it. Pure.
import { type Instant, instantAt, millisecondsOf, parseInstant } from '../instant.ts'
import { parseEnd } from '../log/query.ts'
import { learningDays, retainedDays } from './first-seen/values.ts'
import { usualHoursDays } from './hours/usual-hours.ts'
import { tracedFields } from './observed/observed.ts'
import type { RuleDocument } from './rule-documents.ts'
import { baselineMs, type CorrelationRule, type FieldRole, type FieldTest, type RuleSet } from './sigma/rules.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

/** Longest range of a preview, and the default. */
const previewDaysMax = 31
const previewDaysDefault = 7

export type PreviewRange = { readonly kind: 'range'; readonly from: Instant; readonly to: Instant }
/** What is wrong with the range, in words that follow the parameter's name. */
type WrongRange = { readonly kind: 'wrong'; readonly parameter: 'start' | 'end'; readonly problem: string }

/**
 * The range that `start` and `end` ask for, both dates as in lists and both included. It ends at `now` at the latest, also
 * without `end`; without `start` it begins 7 days before its end; a reversed one is swapped. 31 days at most.
 */
export function previewRangeOf(
  start: string | undefined,
  end: string | undefined,
  now: Instant,
): PreviewRange | WrongRange {
  const given = end === undefined ? now : parseEnd(end)
  if (!given) return wrong('end', 'is not a date')
  const other = start === undefined ? daysBefore(given, previewDaysDefault) : parseInstant(start)
  if (!other) return wrong('start', 'is not a date')

  const [from, last] = other <= given ? [other, given] : [given, other]
  const to = last <= now ? last : now
  if (from > to) return wrong('start', 'is not over yet')
  const tooLong = millisecondsOf(to) - millisecondsOf(from) > previewDaysMax * dayMs
  return tooLong ? wrong('end', `is more than ${previewDaysMax} days from start`) : { kind: 'range', from, to }
}

const wrong = (parameter: WrongRange['parameter'], problem: string): WrongRange => ({
  kind: 'wrong',
  parameter,
  problem,
})

const daysBefore = (instant: Instant, days: number): Instant => instantAt(millisecondsOf(instant) - days * dayMs)

/**
 * How long before the range the events begin that a rule's alerts in it may depend on, in milliseconds: those of its
 * windows, of the alert that may be open already, of the baseline, and of what users were seen with. For the last, the
 * `leastMs` are what makes a user known; what was seen in all of `wholeMs` is not new, and says which hours are usual.
 */
export function prerollOf({ rule, set }: RuleDocument): { readonly leastMs: number; readonly wholeMs: number } {
  const windowMs = rule.kind === 'correlation' ? rule.timespanMs + insideMsOf(rule, set) : 0
  const isRate = rule.kind === 'correlation' && rule.correlation.kind === 'abnormal-rate'
  // The baseline is kept by whole hours, and looks an hour to either side.
  const pastMs = isRate ? baselineMs + 2 * hourMs : 0
  const counted = windowMs + rule.repeatMs + pastMs
  const asksSeen = asksFor(set, tracedFields)
  const usualMs = asksFor(set, ['offHours']) ? usualHoursDays * dayMs : 0
  return asksSeen
    ? { leastMs: counted + learningDays * dayMs, wholeMs: counted + retainedDays * dayMs }
    : { leastMs: counted, wholeMs: counted + usualMs }
}

/** The longest timespan of the correlations that a correlation is about. */
const insideMsOf = ({ rules }: CorrelationRule, set: RuleSet): number =>
  Math.max(0, ...set.map((each) => (each.kind === 'correlation' && rules.includes(each.id) ? each.timespanMs : 0)))

/** Whether any rule of the set looks at one of these fields, groups by it, or counts its values. */
export const asksFor = (set: RuleSet, fields: readonly string[]): boolean =>
  set.some((rule) =>
    rule.kind === 'event'
      ? [...rule.selections.values()].flat(2).some((test) => looksAt(test, fields))
      : rolesOf(rule).some(({ name, fields: named }) =>
          [name, ...named.values()].some((each) => fields.includes(each)),
        ),
  )

const rolesOf = ({ groupBy, correlation }: CorrelationRule): readonly FieldRole[] =>
  correlation.kind === 'value-count' ? [...groupBy, correlation.field] : groupBy

const looksAt = ({ field, operands }: FieldTest, fields: readonly string[]): boolean =>
  fields.includes(field) || operands.some((operand) => operand.kind === 'field' && fields.includes(operand.field))
