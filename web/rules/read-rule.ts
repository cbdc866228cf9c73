// Reads rules and previews from answers of the API.
import {
  aText,
  boolean,
  booleanOrNull,
  list,
  number,
  numberOrNull,
  oneOf,
  record,
  text,
  textOrNull,
} from '../api/read.ts'
import type { Preview, PreviewAlert } from './preview/preview.ts'
import { levels, type Rule, type RuleSettings, type RuleWarning, type WrittenRule } from './rule.ts'

const kinds = [
  'event',
  'event-count',
  'value-count',
  'temporal',
  'temporal-ordered',
  'abnormal-rate',
  'absence',
] as const

/** A rule without its text. */
export function readRule(json: unknown): Rule {
  const from = record(json)
  return {
    id: text(from, 'id'),
    title: text(from, 'title'),
    description: textOrNull(from, 'description'),
    level: oneOf(from, 'level', levels),
    falsePositives: list(from, 'falsePositives', aText),
    response: textOrNull(from, 'response'),
    tags: list(from, 'tags', aText),
    kind: oneOf(from, 'kind', kinds),
    groupBy: list(from, 'groupBy', aText),
    timespan: textOrNull(from, 'timespan'),
    repeat: text(from, 'repeat'),
    threshold: numberOrNull(from, 'threshold'),
    sensitivity: numberOrNull(from, 'sensitivity'),
    shipped: boolean(from, 'shipped'),
    enabled: boolean(from, 'enabled'),
    settings: readSettings(from.settings),
    savedAt: textOrNull(from, 'savedAt'),
  }
}

/** A rule with its text. */
export function readWrittenRule(json: unknown): WrittenRule {
  const from = record(json)
  return { ...readRule(json), text: text(from, 'text'), warnings: list(from, 'warnings', readWarning) }
}

function readWarning(json: unknown): RuleWarning {
  const from = record(json)
  return { line: number(from, 'line'), column: number(from, 'column'), message: text(from, 'message') }
}

/** Every rule of an organization. */
export const readRules = (json: unknown): readonly Rule[] => list(record(json), 'data', readRule)

function readSettings(json: unknown): RuleSettings {
  const from = record(json)
  const level = textOrNull(from, 'level')
  return {
    enabled: booleanOrNull(from, 'enabled'),
    level: levels.find((each) => each === level) ?? null,
    timespan: textOrNull(from, 'timespan'),
    repeat: textOrNull(from, 'repeat'),
    threshold: numberOrNull(from, 'threshold'),
    sensitivity: numberOrNull(from, 'sensitivity'),
  }
}

/** What a rule would have raised. */
export function readPreview(json: unknown): Preview {
  const from = record(json)
  return {
    events: number(from, 'events'),
    days: list(from, 'days', (each) => {
      const day = record(each)
      return { date: text(day, 'date'), matches: number(day, 'matches'), alerts: number(day, 'alerts') }
    }),
    alerts: list(from, 'alerts', readPreviewAlert),
    alertsTotal: number(from, 'alertsTotal'),
    learning: number(from, 'learning'),
    warnings: list(from, 'warnings', readWarning),
  }
}

function readPreviewAlert(json: unknown): PreviewAlert {
  const from = record(json)
  return { id: text(from, 'id'), from: text(from, 'from'), summary: text(from, 'summary') }
}

/** For answers that say nothing that is needed. */
export const nothing = (): null => null
