// Until when notifications wait: quiet hours and digests in local time, over midnight and changes of clocks.
import { describe, expect, test } from 'vitest'
import { type AlertingHours, defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import type { Level } from '../../../src/domain/alerts/sigma/rules.ts'
import { releaseOf } from '../../../src/domain/notifications/quiet-hours.ts'

const released = (hours: Partial<AlertingHours>, at: string, level: Level = 'low') =>
  new Date(releaseOf({ ...defaultHours, ...hours }, level, Date.parse(at))).toISOString().replace('.000Z', 'Z')
const night = { quietHours: { from: '22:00', to: '07:00', passLevel: 'high' as const } }
const berlin = { timeZone: 'Europe/Berlin' }

describe('quiet hours', () => {
  test.each([
    ['2026-11-20T21:59:59Z', '2026-11-20T21:59:59Z'],
    ['2026-11-20T22:00:00Z', '2026-11-21T07:00:00Z'],
    ['2026-11-21T00:00:00Z', '2026-11-21T07:00:00Z'],
    ['2026-11-21T06:59:59Z', '2026-11-21T07:00:00Z'],
    ['2026-11-21T07:00:00Z', '2026-11-21T07:00:00Z'],
  ])('what is new at %s is sent at %s', (at, expected) => {
    expect(released(night, at)).toBe(expected)
  })

  test('end at the local time on the days on which clocks change', () => {
    expect(released({ ...night, ...berlin }, '2026-10-24T21:00:00Z')).toBe('2026-10-25T06:00:00Z')
    expect(released({ ...night, ...berlin }, '2026-03-28T22:00:00Z')).toBe('2026-03-29T05:00:00Z')
  })

  test('that end at a time which clocks skip or show twice end once, and not before they began', () => {
    const short = { ...berlin, quietHours: { from: '23:00', to: '02:30', passLevel: 'high' as const } }
    expect(released(short, '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:30:00Z')
    expect(released(short, '2026-10-24T23:00:00Z')).toBe('2026-10-25T00:30:00Z')
    expect(released(short, '2026-10-25T01:10:00Z')).toBe('2026-10-25T01:30:00Z')
  })

  test('let levels from their limit pass, and high and critical always', () => {
    const at = '2026-11-21T00:00:00Z'
    for (const level of ['informational', 'low', 'medium'] as const) expect(released(night, at, level)).not.toBe(at)
    for (const level of ['high', 'critical'] as const) expect(released(night, at, level)).toBe(at)
    const fromMedium = { quietHours: { ...night.quietHours, passLevel: 'medium' as const } }
    expect(released(fromMedium, at, 'medium')).toBe(at)
    expect(released(fromMedium, at, 'low')).not.toBe(at)
  })
})

describe('a digest', () => {
  const daily = { digest: { at: '09:00', below: 'medium' as const } }

  test('is sent once a day at a local time, of levels below its limit', () => {
    expect(released(daily, '2026-11-20T08:59:59Z')).toBe('2026-11-20T09:00:00Z')
    expect(released(daily, '2026-11-20T09:00:00Z')).toBe('2026-11-21T09:00:00Z')
    expect(released({ ...daily, ...berlin }, '2026-10-25T00:00:00Z')).toBe('2026-10-25T08:00:00Z')
    expect(released(daily, '2026-11-20T08:59:59Z', 'medium')).toBe('2026-11-20T08:59:59Z')
  })

  test('is sent each full hour of the local clock', () => {
    const hourly = { digest: { at: null, below: 'high' as const } }
    expect(released(hourly, '2026-11-20T08:00:00Z')).toBe('2026-11-20T09:00:00Z')
    expect(released({ ...hourly, timeZone: 'Asia/Kolkata' }, '2026-11-20T08:00:00Z')).toBe('2026-11-20T08:30:00Z')
  })

  test('waits for the end of quiet hours, unless its level passes', () => {
    const hourly = { ...night, digest: { at: null, below: 'medium' as const } }
    expect(released(hourly, '2026-11-20T20:30:00Z')).toBe('2026-11-20T21:00:00Z')
    expect(released(hourly, '2026-11-20T21:30:00Z')).toBe('2026-11-21T07:00:00Z')
    const passing = { ...hourly, quietHours: { ...night.quietHours, passLevel: 'low' as const } }
    expect(released(passing, '2026-11-20T21:30:00Z')).toBe('2026-11-20T22:00:00Z')
  })
})
