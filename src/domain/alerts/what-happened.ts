// What an alert is about, as a part of its summary text: how often what happened within what span, against what threshold. Pure.

import type { Names } from '../directory/names.ts'
import { describe } from '../events/describe.ts'
import type { StoredEvent } from '../events/event.ts'
import { plainWordsOf } from '../events/sentences.ts'
import { minuteOf } from '../instant.ts'
import { thresholdOf } from './engine/compiled/bounds.ts'
import type { Alert } from './engine/states/alerts.ts'
import { fieldTitles, oneLine, shown } from './labels.ts'
import type { CorrelationRule, Rule } from './sigma/rules.ts'

/** What a summary is written from. `samples` are the sample events that could be found, earliest first. */
export type Wording = {
  readonly alert: Alert
  /** The rule that raised it, as it is in force. */
  readonly rule: Rule
  readonly names: Names
  readonly samples: readonly StoredEvent[]
  readonly muted: boolean
}

/** "14 times “Logged in” within 15 minutes (threshold 10)"; of a single event, its sentence without the stop. */
export function whatHappened({ alert, rule, names, samples }: Wording): string {
  const [first] = samples
  const alone = first && oneLine(describe(first, names).replace(/\.$/, ''))
  if (rule.kind === 'event') return alone ?? shown(rule.title)
  const within = `within ${spanOf(rule.timespanMs)}`
  const count = `${alert.atLeast ? 'at least ' : ''}${alert.count}`
  const { correlation } = rule
  // A threshold of one counts nothing, and is not said: what happened says more.
  const threshold = alert.threshold > 1 ? ` (threshold ${alert.threshold})` : ''
  switch (correlation.kind) {
    case 'event-count':
      if (alert.count === 1 && alone) return alone
      if (alert.threshold === 1 && alone && typesOf(samples).length > 1) return `${alone}, ${moreOf(alert)} ${within}`
      return `${count} ${timesOf(alert.count, rule, samples)} ${within}${threshold}`
    case 'value-count':
      return `${count} ${differentOf(alert.count, correlation.field.name)} ${within}: ${titlesOf(rule)}${threshold}`
    case 'temporal':
      return stepsOf(rule, correlation.ordered, alert.count)
    case 'abnormal-rate':
      return `${count} ${timesOf(alert.count, rule, samples)} ${within}, abnormally many (usual are fewer than ${alert.threshold})`
    case 'risk':
      return `${alert.count} points of risk ${within}${threshold}: ${pointsOf(rule, alert)}`
    case 'absence':
      return `nothing for ${spanOf(rule.timespanMs)}, last seen ${minuteOf(alert.firstEventAt)}`
  }
}

/** How many rules that gave points are named. */
const pointsNamedMax = 5

/** "60 for “Item never used before” (12 times), 30 for “Login from a new address”", and the sum of what is not named. */
function pointsOf({ correlated }: CorrelationRule, { points: all = [] }: Alert): string {
  const named = all.slice(0, pointsNamedMax).map(({ ruleId, points, times }) => {
    const title = correlated.find(({ id }) => id === ruleId)?.title ?? ''
    return `${points} for “${shown(title)}”${times > 1 ? ` (${times} times)` : ''}`
  })
  const more = all.slice(pointsNamedMax)
  const sum = more.reduce((before, { points }) => before + points, 0)
  const others = more.length === 0 ? [] : [`${sum} for ${more.length} more ${more.length === 1 ? 'rule' : 'rules'}`]
  return [...named, ...others].join(', ')
}

/** The values without repetition, in order, less those that are not there. */
export const distinct = <T>(values: readonly (T | undefined)[]): T[] => [
  ...new Set(values.flatMap((value) => (value === undefined ? [] : [value]))),
]

/**
 * "10 times “Login failed” within 30 minutes, then within 1 hour “Logged in”": each span stands before or behind what
 * it is of. Or how many of the steps there were, if not all.
 */
function stepsOf({ correlated, timespanMs }: CorrelationRule, ordered: boolean, count: number): string {
  const steps = correlated.map(stepOf)
  const within = `within ${spanOf(timespanMs)}`
  if (count < steps.length) return `${count} of ${steps.length} steps (${steps.join(', ')}) ${within}`
  if (!ordered) return `${steps.join(' and ')}, together ${within}`
  return [...steps.slice(0, -1), `${within} ${steps.at(-1) ?? ''}`].join(', then ')
}

/** What a step of a correlation is: the title of a rule over events, or what a correlation inside counts. */
function stepOf(rule: Rule): string {
  if (rule.kind === 'event') return `“${shown(rule.title)}”`
  const { correlation } = rule
  const within = `within ${spanOf(rule.timespanMs)}`
  if (correlation.kind === 'event-count')
    return `${thresholdOf(correlation.count) ?? 1} times ${titlesOf(rule)} ${within}`
  if (correlation.kind !== 'value-count') return `“${shown(rule.title)}”`
  const count = thresholdOf(correlation.count) ?? 1
  return `${titlesOf(rule)} for ${count} ${differentOf(count, correlation.field.name)} ${within}`
}

/** The titles of the rules that a correlation is about: "“a” or “b”". */
const titlesOf = ({ correlated }: CorrelationRule): string =>
  correlated.map(({ title }) => `“${shown(title)}”`).join(' or ')

/** "times", and what happened so often: the type of the samples where all are of one, else the titles of the rules. */
function timesOf(count: number, rule: CorrelationRule, samples: readonly StoredEvent[]): string {
  const [only, ...more] = typesOf(samples)
  const what = more.length === 0 && only !== undefined ? `“${plainWordsOf(only)}”` : titlesOf(rule)
  return `${count === 1 ? 'time' : 'times'} ${what}`
}

const typesOf = (samples: readonly StoredEvent[]): readonly number[] => distinct(samples.map(({ type }) => type))

/** "then 16 more events", behind the first one. */
function moreOf({ count, atLeast }: Alert): string {
  const more = count - 1
  return `then ${atLeast ? 'at least ' : ''}${more} more ${more === 1 ? 'event' : 'events'}`
}

/** "different items", for the values of a field that have a word; else "different values of" the field. */
function differentOf(count: number, field: string): string {
  const title = fieldTitles.get(field)
  if (title === undefined) return count === 1 ? `value of ${field}` : `different values of ${field}`
  return count === 1 ? title : `different ${severalOf(title)}`
}

function severalOf(title: string): string {
  if (title.endsWith('s')) return `${title}es`
  return title.endsWith('y') ? `${title.slice(0, -1)}ies` : `${title}s`
}

/** A span of time in its largest whole unit: "15 minutes". */
function spanOf(ms: number): string {
  for (const [unit, unitMs] of units) {
    const count = ms / unitMs
    if (Number.isInteger(count)) return `${count} ${unit}${count === 1 ? '' : 's'}`
  }
  return `${ms} milliseconds`
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const
