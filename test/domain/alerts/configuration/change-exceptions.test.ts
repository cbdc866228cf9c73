// Exceptions in a rule configuration: added and ended within its limits, and kept as long as rules look back.
import { describe, expect, test } from 'vitest'
import {
  addException,
  endException,
  exceptionsAt,
  exceptionsCharsMax,
  exceptionsMax,
} from '../../../../src/domain/alerts/configuration/change-exceptions.ts'
import {
  type ConfigurationChange,
  emptyConfiguration,
  noSettings,
  putSettings,
  type RuleConfiguration,
  removeRule,
} from '../../../../src/domain/alerts/configuration/rule-configuration.ts'
import { endedExceptionDays, type RuleException } from '../../../../src/domain/alerts/exceptions/exception.ts'
import { alice, event, guid, instant } from '../../../support/events.ts'

const at = '2026-11-22T06:28:00Z'
const auditEvent = event({ date: at, type: 9004 })
const [builtInId, ownId] = [guid(1, 'e'), guid(2, 'e')]
const builtInIds = new Set([builtInId])
const configuration = (exceptions: readonly RuleException[] = []): RuleConfiguration => ({
  ...emptyConfiguration,
  rules: [{ id: ownId, text: 'title: T', savedAt: instant(at), savedBy: alice }],
  exceptions,
})
const exception = (number: number, members: Partial<RuleException> = {}): RuleException => ({
  id: guid(number, '9'),
  ruleId: builtInId,
  conditions: { actingUserIds: [alice] },
  reason: 'the nightly job',
  createdBy: alice,
  createdAt: instant(at),
  until: instant('2026-12-22'),
  ...members,
})
const many = (count: number, members: Partial<RuleException> = {}) =>
  Array.from({ length: count }, (_, index) => exception(index + 1, members))
const adding = (known: RuleConfiguration, added: RuleException) => addException(known, added, builtInIds, auditEvent)
const exceptionsOf = (change: ConfigurationChange) =>
  change.kind === 'changed' ? change.configuration.exceptions : change.reason

describe('an exception', () => {
  test('is added behind those that are there, of any rule or of all, with its audit event', () => {
    const one = exception(1)
    const added = adding(configuration([one]), exception(2, { ruleId: null, until: null }))
    expect(exceptionsOf(added)).toEqual([one, exception(2, { ruleId: null, until: null })])
    expect(added).toMatchObject({ configuration: { unreported: [auditEvent] } })
    expect(exceptionsOf(adding(configuration(), exception(1, { ruleId: ownId })))).toHaveLength(1)
  })

  test('of an unknown rule is refused, and one of all rules at some hours', () => {
    expect(exceptionsOf(adding(configuration(), exception(1, { ruleId: guid(9, 'e') })))).toBe('rule-unknown')
    const hours = { from: '00:00', to: '24:00', weekdays: ['Monday' as const], zone: 'UTC' }
    const wide = { conditions: { hours, types: [1000] } }
    expect(exceptionsOf(adding(configuration(), exception(1, { ...wide, ruleId: null })))).toBe('exception-too-wide')
    expect(exceptionsOf(adding(configuration(), exception(1, wide)))).toHaveLength(1)
  })

  test(`is one of ${exceptionsMax} at most; those that are over longest make room`, () => {
    const full = exceptionsOf(adding(configuration(many(exceptionsMax - 1)), exception(900)))
    expect(full).toHaveLength(exceptionsMax)
    expect(exceptionsOf(adding(configuration(many(exceptionsMax)), exception(900)))).toBe('too-many-exceptions')
    const over = [exception(901, { until: instant('2026-11-21') }), exception(902, { until: instant('2026-11-20') })]
    const kept = exceptionsOf(adding(configuration([...many(exceptionsMax - 2), ...over]), exception(900)))
    expect(kept).toHaveLength(exceptionsMax)
    expect(kept).not.toContainEqual(over[1])
  })

  test('has the room that its row has', () => {
    const known = many(100, { reason: 'x'.repeat(500) })
    const left = exceptionsCharsMax - JSON.stringify([...known, exception(900, { reason: '' })]).length
    expect(exceptionsOf(adding(configuration(known), exception(900, { reason: 'x'.repeat(left) })))).toHaveLength(101)
    expect(exceptionsOf(adding(configuration(known), exception(900, { reason: 'x'.repeat(left + 1) })))).toBe(
      'exceptions-too-long',
    )
  })

  test('is ended at once; one that is over or unknown is not', () => {
    const known = configuration([exception(1), exception(2, { until: instant(at) })])
    expect(exceptionsOf(endException(known, guid(1, '9'), auditEvent))).toEqual([exception(2, { until: instant(at) })])
    expect(exceptionsOf(endException(known, guid(2, '9'), auditEvent))).toBe('exception-unknown')
    expect(exceptionsOf(endException(known, guid(3, '9'), auditEvent))).toBe('exception-unknown')
    expect(exceptionsAt(known, instant(at))).toEqual([exception(1)])
  })

  test('that is over is kept as long as rules look back, and goes with the next change after that', () => {
    const ended = (daysAgo: number) =>
      exception(1, { until: instant(new Date(Date.parse(at) - daysAgo * 86_400_000).toISOString()) })
    const keptOf = (known: RuleException) =>
      exceptionsOf(putSettings(configuration([known]), builtInId, noSettings, builtInIds, auditEvent))
    expect(keptOf(ended(endedExceptionDays - 1))).toHaveLength(1)
    expect(keptOf(ended(endedExceptionDays))).toEqual([])
  })

  test('goes with its rule', () => {
    const known = configuration([exception(1), exception(2, { ruleId: ownId }), exception(3, { ruleId: null })])
    expect(exceptionsOf(removeRule(known, ownId, builtInIds, auditEvent))).toEqual([
      known.exceptions[0],
      known.exceptions[2],
    ])
  })
})
