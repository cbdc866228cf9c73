// Every change of alerting itself alerts by a rule that is always on, and nothing that a manager sets keeps such a rule from it.
import { describe, expect, test } from 'vitest'
import { typesOf } from '../../scripts/rule-coverage.ts'
import {
  emptyConfiguration,
  noSettings,
  type RuleConfiguration,
} from '../../src/domain/alerts/configuration/rule-configuration.ts'
import { asInForce, rulesOn, settingsProblems } from '../../src/domain/alerts/rules-in-force.ts'
import { auditCodes } from '../../src/domain/events/audit-events.ts'
import { eventTypes } from '../../src/domain/events/event-types.ts'
import { alice, guid, instant } from '../support/events.ts'
import { ruleNames, ruleOf } from './built-in-rules.ts'

const rules = ruleNames.map(ruleOf)
const always = rules.filter(({ rule }) => rule.takesNoSettings)
const counted = (some: typeof rules) => new Set(some.flatMap(({ set }) => set.flatMap(typesOf)))

/** The audit events that no rule that is always on counts, and why. */
const others: Readonly<Record<number, string>> = {
  9000: 'A new rule finds more than before.',
  9005: 'An exception less: more is found than before.',
  9010: 'The alert stays, with the name of who acknowledged it.',
  9012: 'A mute less: more is notified than before.',
  9013: 'Work on an incident: its alerts stay, and another one opens it again.',
  9014: 'As 9013.',
  9015: 'As 9013.',
  9016: 'As 9013.',
  9017: 'As 9013.',
  9020: 'A key reads the log; it changes no alerting. Counted by a rule whose switching off alerts.',
  9021: 'As 9020.',
  9022: 'Reading by a key ends.',
  9023: 'As 9020.',
  9024: 'As 9020.',
  9034: 'Notifications are sent once more.',
  9040: 'A source more: more events than before.',
  9045: 'More events than before.',
  9046: 'Nobody changed anything. Counted by a rule whose switching off alerts.',
  9047: 'As 9046.',
  9048: 'As 9046.',
  9060: 'Begins a log, which has no alerts before it.',
}

const auditTypes = eventTypes
  .map(({ code }) => code)
  .filter((code) => auditCodes.first <= code && code <= auditCodes.last)

test.each(auditTypes)('an event of type %i alerts always, or there is a reason why it need not', (code) => {
  expect(counted(always).has(code)).toBe(!(code in others))
})

test.each([9020, 9021, 9023, 9024, 9046, 9048])('an event of type %i is counted by a rule that is on', (code) => {
  expect(counted(rules.filter(({ rule }) => rule.enabled)).has(code)).toBe(true)
})

describe.each(always.map((rule) => ({ title: rule.rule.title, rule })))('“$title”', ({ rule }) => {
  const off = { ...noSettings, enabled: false, threshold: 1_000, level: 'informational', repeatMs: 86_400_000 } as const
  const loosened: RuleConfiguration = {
    ...emptyConfiguration,
    settings: [{ ruleId: rule.id, settings: off }],
    exceptions: [ruleId(rule.id), ruleId(null)],
  }

  test('takes no settings, and no exception', () => {
    expect(settingsProblems(rule.rule, off).map(({ setting }) => setting)).toEqual([
      'enabled',
      'level',
      'repeatMs',
      'threshold',
    ])
    expect(asInForce(rule, loosened)).toEqual(rule)
    expect(rulesOn(rules, loosened)).toContainEqual(rule)
  })
})

/** An exception that covers every event of Alice. */
function ruleId(of: RuleConfiguration['exceptions'][number]['ruleId']): RuleConfiguration['exceptions'][number] {
  return {
    id: guid(1, '9'),
    ruleId: of,
    conditions: { actingUserIds: [alice] },
    reason: 'Quiet, please',
    until: null,
    createdBy: alice,
    createdAt: instant('2026-11-20'),
  }
}
