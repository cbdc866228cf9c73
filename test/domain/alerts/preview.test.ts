import { describe, expect, test } from 'vitest'
import { buildEngine } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { preview } from '../../../src/domain/alerts/preview.ts'
import { directoryContext } from '../../../src/domain/alerts/sigma/fields.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { millisecondsOf } from '../../../src/domain/instant.ts'
import { correlating, rulesOf, selecting } from '../../support/alerts/rules.ts'
import { facts } from '../../support/directory.ts'
import { bob, event, guid, instant } from '../../support/events.ts'

const context = directoryContext(facts())
const byDate = (one: AcceptedEvent, other: AcceptedEvent) => millisecondsOf(one.date) - millisecondsOf(other.date)
const on = (date: string, type = 1000, more: Record<string, unknown> = {}) => event({ date, type, ...more })

/** The preview of a text over these events, from one day to the end of another. */
const previewOf = (text: string, events: readonly AcceptedEvent[], first: string, last: string) =>
  preview({
    engine: buildEngine([rulesOf(text)]),
    events: [...events].sort(byDate),
    context,
    from: instant(first),
    to: instant(`${last}T23:59:59.9999999Z`),
  })

const burst = (day: string, count: number) =>
  Array.from({ length: count }, (_, second) => on(`${day}T10:00:${String(second).padStart(2, '0')}Z`))
const three = correlating('type: event_count, rules: [a], group-by: [actingUserId], timespan: 1h, condition: {gte: 3}')

describe('a preview', () => {
  test('lists the alerts, and for every day its matches and the alerts that began on it', () => {
    const other = on('2026-03-02T11:00:00Z', 1107)
    const { alerts, days } = previewOf(three, [...burst('2026-03-02', 4), other], '2026-03-01', '2026-03-03')
    expect(alerts).toMatchObject([{ count: 4, suppressedCount: 1, threshold: 3 }])
    expect(days).toEqual([
      { date: '2026-03-01', matches: 0, alerts: 0 },
      { date: '2026-03-02', matches: 4, alerts: 1 },
      { date: '2026-03-03', matches: 0, alerts: 0 },
    ])
  })

  test('counts what was before the range in its windows, and shows none of it', () => {
    const events = [on('2026-03-01T23:59:50Z'), on('2026-03-01T23:59:51Z'), on('2026-03-02T00:00:10Z')]
    const { alerts, days } = previewOf(three, [...burst('2026-02-28', 3), ...events], '2026-03-02', '2026-03-02')
    expect(alerts.map(({ from }) => from)).toEqual([instant('2026-03-02T00:00:10Z')])
    expect(days).toEqual([{ date: '2026-03-02', matches: 1, alerts: 1 }])
  })

  test('says what only time brings about, up to the end of the range', () => {
    const absent = correlating('type: x-absence, rules: [a], group-by: [actingUserId], timespan: 12h')
    const events = [on('2026-03-01T10:00:00Z'), on('2026-03-02T18:00:00Z')]
    const { alerts } = previewOf(absent, events, '2026-03-01', '2026-03-03')
    expect(alerts).toHaveLength(2)
    expect(alerts.map(({ endsAt }) => endsAt)).toEqual([instant('2026-03-02T18:00:00Z'), null])
    expect(previewOf(absent, events, '2026-03-01', '2026-03-02').alerts).toHaveLength(1)
  })

  test('knows what users were seen with from the events before the range', () => {
    const rule = selecting('{type: 1000, isFirstSeenIp: true}')
    const from = (date: string, ipAddress: string, actingUserId = guid(1, 'b')) =>
      on(date, 1000, { ipAddress, actingUserId })
    const events = [
      from('2026-03-01T10:00:00Z', '192.0.2.1'),
      from('2026-03-09T10:00:00Z', '192.0.2.1'),
      from('2026-03-09T11:00:00Z', '192.0.2.2'),
      from('2026-03-09T12:00:00Z', '192.0.2.2', bob),
    ]
    expect(previewOf(rule, events, '2026-03-09', '2026-03-09').alerts.map((alert) => alert.from)).toEqual([
      instant('2026-03-09T11:00:00Z'),
      instant('2026-03-09T12:00:00Z'),
    ])
  })

  test('is the same however many events there are beside', () => {
    const noise = Array.from({ length: 2_500 }, (_, index) =>
      on(new Date(Date.UTC(2026, 2, 2, 9) + index * 2_000).toISOString(), 1107, { cipherId: guid(index, 'd') }),
    )
    const events = burst('2026-03-02', 4)
    const { alerts } = previewOf(three, events, '2026-03-02', '2026-03-02')
    expect(previewOf(three, [...events, ...noise], '2026-03-02', '2026-03-02').alerts).toEqual(alerts)
  })

  test('of nothing is every day with nothing', () => {
    const { alerts, days } = previewOf(three, [], '2026-03-01', '2026-03-31')
    expect([alerts.length, days.length]).toEqual([0, 31])
  })
})
