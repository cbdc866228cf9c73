// Reads rules and previews from responses of the API.
import { levels } from '../alerts/levels.ts'
import {
  boolean,
  booleanOrNull,
  list,
  number,
  numberOrNull,
  oneOf,
  record,
  text,
  textItem,
  textOrNull,
} from '../api/read.ts'
import type * as Api from '../api/types.ts'
import type { Preview, PreviewAlert, PreviewDay } from './preview/preview.ts'
import { type Rule, type RuleSettings, type RuleWarning, ruleKinds, type WrittenRule } from './rule.ts'

/** A rule without its document. */
export function readRule(json: unknown): Rule {
  const from = record<Api.AlertRule>(json)
  return {
    id: text(from, 'id'),
    title: text(from, 'title'),
    description: textOrNull(from, 'description'),
    level: oneOf(from, 'level', levels),
    falsePositives: list(from, 'falsePositives', textItem),
    response: textOrNull(from, 'response'),
    tags: list(from, 'tags', textItem),
    kind: oneOf(from, 'kind', ruleKinds),
    groupBy: list(from, 'groupBy', textItem),
    timespan: textOrNull(from, 'timespan'),
    repeat: text(from, 'repeat'),
    threshold: numberOrNull(from, 'threshold'),
    sensitivity: numberOrNull(from, 'sensitivity'),
    shipped: boolean(from, 'shipped'),
    alwaysOn: boolean(from, 'alwaysOn'),
    enabled: boolean(from, 'enabled'),
    settings: readSettings(from.settings),
    savedAt: textOrNull(from, 'savedAt'),
  }
}

/** A rule with its document. */
export function readWrittenRule(json: unknown): WrittenRule {
  const from = record<Api.AlertRuleWithText>(json)
  return { ...readRule(json), text: text(from, 'text'), warnings: list(from, 'warnings', readWarning) }
}

function readWarning(json: unknown): RuleWarning {
  const from = record<RuleWarning>(json)
  return { line: number(from, 'line'), column: number(from, 'column'), message: text(from, 'message') }
}

/** Every rule of an organization. */
export const readRules = (json: unknown): readonly Rule[] => list(record<Api.AlertRuleList>(json), 'data', readRule)

function readSettings(json: unknown): RuleSettings {
  const from = record<Api.RuleSettings>(json)
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
  const from = record<Api.AlertPreview>(json)
  return {
    events: number(from, 'events'),
    days: list(from, 'days', readPreviewDay),
    alerts: list(from, 'alerts', readPreviewAlert),
    alertsTotal: number(from, 'alertsTotal'),
    learning: number(from, 'learning'),
    warnings: list(from, 'warnings', readWarning),
    counts: from.counts === null ? null : oneOf(from, 'counts', ['kept', 'anew', 'none']),
  }
}

function readPreviewDay(json: unknown): PreviewDay {
  const from = record<PreviewDay>(json)
  return { date: text(from, 'date'), matches: number(from, 'matches'), alerts: number(from, 'alerts') }
}

function readPreviewAlert(json: unknown): PreviewAlert {
  const from = record<Api.Alert>(json)
  return { id: text(from, 'id'), from: text(from, 'from'), summary: text(from, 'summary') }
}

/** For responses without a body. */
export const nothing = (): null => null
