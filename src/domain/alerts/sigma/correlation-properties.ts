// The members of `correlation`: one schema a type, Sigma 2.1's and the three that are Keytrail's own. Pure.
import * as v from 'valibot'
import { duration } from '../../durations.ts'
import { nameOf } from '../../texts.ts'
import { type CountBound, type CountOperator, countHolds, countOperators } from './rules.ts'

const dayMs = 86_400_000

/** Shortest and longest span of a correlation. */
export const timespanMsMin = 1_000
export const timespanMsMax = 31 * dayMs
/** Shortest and longest span whose rate may be held against a baseline by hour of week. */
export const abnormalRateMs = { least: 60_000, most: dayMs } as const
/** How many standard deviations such a rate may have to be above its baseline. */
export const rateSensitivity = { least: 1, most: 100 } as const
/** Shortest and longest absence that a rule may look for. */
export const absenceMsMin = 60_000
export const absenceMsMax = 92 * dayMs
/** Shortest and longest span over which points of risk are added up; whole days. */
export const riskMs = { least: 2 * dayMs, most: 31 * dayMs } as const
/** Most rules that a correlation is about, and most fields that make a group. */
const correlatedRulesMax = 16
export const groupByMax = 8

/** Whether a span (ms) is made of whole days. */
export const isWholeDays = (ms: number): boolean => ms % dayMs === 0

const name = nameOf(256)
const countFrom = (least: number) =>
  v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(least, 'A group counts from its first match on, so that no count is 0: write gte: 1 for every match.'),
      v.maxValue(1_000_000),
    ),
  )
const count = countFrom(1)
const bounds = { gt: countFrom(0), gte: count, lt: count, lte: count, eq: count, neq: count }

type Bounds = { readonly [operator in CountOperator]?: number | undefined }

/** The bounds that are given. */
const boundsOf = (given: Bounds): CountBound[] =>
  countOperators.flatMap((operator) => {
    const value = given[operator]
    return value === undefined ? [] : [{ operator, value }]
  })

/** Whether any count from 1 keeps the bounds: it would do so at one of them or beside it. */
const canHold = (given: readonly CountBound[]): boolean =>
  [1, ...given.flatMap(({ value }) => [value - 1, value, value + 1])].some((n) => n >= 1 && countHolds(given, n))

const noBound = 'One bound at least: gt, gte, lt, lte, eq or neq.'
const impossible = 'No number of matches keeps these bounds.'

const CountCondition = v.pipe(
  v.strictObject(bounds),
  v.check((given) => boundsOf(given).length > 0, noBound),
  v.check((given) => canHold(boundsOf(given)), impossible),
  v.transform((given): readonly CountBound[] => boundsOf(given)),
)
const ValueCondition = v.pipe(
  v.strictObject({ ...bounds, field: name }),
  v.transform(({ field, ...given }) => ({ field, count: boundsOf(given) })),
  v.check(({ count }) => count.length > 0, noBound),
  v.check(({ count }) => canHold(count), impossible),
)
const RateCondition = v.strictObject({
  minimum: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  sensitivity: v.optional(v.pipe(v.number(), v.minValue(rateSensitivity.least), v.maxValue(rateSensitivity.most)), 3),
})

const common = {
  rules: v.pipe(v.array(name), v.minLength(1), v.maxLength(correlatedRulesMax)),
  'group-by': v.optional(v.pipe(v.array(name), v.maxLength(groupByMax)), []),
  aliases: v.optional(v.record(name, v.record(v.string(), name)), {}),
  generate: v.optional(v.boolean()),
  timespan: duration(timespanMsMin, timespanMsMax),
}

/** What `correlation` holds, by its type. Those beginning with `x-` are no part of Sigma. */
export const correlationMembers = v.variant('type', [
  v.strictObject({ ...common, type: v.literal('event_count'), condition: CountCondition }),
  v.strictObject({ ...common, type: v.literal('value_count'), condition: ValueCondition }),
  v.strictObject({ ...common, type: v.literal('temporal'), condition: v.optional(CountCondition) }),
  v.strictObject({ ...common, type: v.literal('temporal_ordered'), condition: v.optional(CountCondition) }),
  v.strictObject({
    ...common,
    type: v.literal('x-abnormal-rate'),
    timespan: duration(abnormalRateMs.least, abnormalRateMs.most),
    condition: RateCondition,
  }),
  v.strictObject({
    ...common,
    type: v.literal('x-risk'),
    timespan: v.pipe(duration(riskMs.least, riskMs.most), v.check(isWholeDays, 'is whole days: 14d')),
    condition: CountCondition,
  }),
  v.strictObject({ ...common, type: v.literal('x-absence'), timespan: duration(absenceMsMin, absenceMsMax) }),
])
export type CorrelationMembers = v.InferOutput<typeof correlationMembers>
