// Offsets of time zones: daylight saving on both halves of the earth, odd offsets, and names that are none.
import { describe, expect, test } from 'vitest'
import { isTimeZone, offsetsOf } from '../../../../src/domain/alerts/hours/time-zones.ts'

const minuteMs = 60_000

/** An instant, and how many minutes local time is ahead of UTC then. */
const offsets: readonly (readonly [zone: string, instant: string, minutes: number])[] = [
  ['UTC', '2026-07-01T12:00:00Z', 0],
  ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 60],
  ['Europe/Berlin', '2026-03-29T01:00:00Z', 120],
  ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 120],
  ['Europe/Berlin', '2026-10-25T01:00:00Z', 60],
  ['America/New_York', '2026-03-08T06:59:59.999Z', -300],
  ['America/New_York', '2026-03-08T07:00:00Z', -240],
  ['Australia/Sydney', '2026-04-04T15:59:59.999Z', 660],
  ['Australia/Sydney', '2026-04-04T16:00:00Z', 600],
  ['Australia/Sydney', '2026-10-03T16:00:00Z', 660],
  // Half an hour of daylight saving, in the middle of an hour of UTC.
  ['Australia/Lord_Howe', '2026-10-03T15:29:59.999Z', 630],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', 660],
  ['Asia/Kolkata', '2026-06-15T00:00:00Z', 330],
  ['Asia/Kathmandu', '2026-06-15T00:00:00Z', 345],
  ['America/St_Johns', '2026-01-15T00:00:00Z', -210],
  ['Pacific/Kiritimati', '2026-12-31T12:00:00Z', 840],
  ['Pacific/Pago_Pago', '2027-01-01T00:00:00Z', -660],
  // Before zones: local mean time, to the second.
  ['Europe/Paris', '1880-01-01T00:00:00Z', 9 + 21 / 60],
]

describe('the offset of a time zone', () => {
  test.each(offsets)('%s at %s is %f minutes', (zone, instant, minutes) => {
    expect(offsetsOf(zone)(Date.parse(instant))).toBe(minutes * minuteMs)
  })

  test('is the one that Intl gives, in the months in which it changes, in any order', () => {
    for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'Africa/Casablanca']) {
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
      })
      const partOf = (ms: number, type: string) =>
        Number(format.formatToParts(ms).find((part) => part.type === type)?.value)
      const offsetAt = offsetsOf(zone)
      // Not in their order: the step has no divisor in common with their number.
      const quarters = 61 * 96
      for (let index = 0; index < 1_000; index++) {
        const ms = Date.UTC(2026, index % 2 === 0 ? 2 : 9, 1) + ((index * 1_009) % quarters) * 15 * minuteMs
        const local = new Date(ms + offsetAt(ms))
        expect([local.getUTCDate(), local.getUTCHours(), local.getUTCMinutes()]).toEqual(
          ['day', 'hour', 'minute'].map((type) => partOf(ms, type)),
        )
      }
    }
  })

  test('is that of UTC for a zone that Node does not know', () => {
    expect(offsetsOf('Europe/Atlantis')(Date.UTC(2026, 6, 1))).toBe(0)
  })
})

test('time zones are names of the IANA database, not offsets or texts', () => {
  for (const name of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'EST5EDT']) {
    expect(isTimeZone(name), name).toBe(true)
  }
  for (const name of ['', '+02:00', '-0300', 'Europe', 'Europe/Atlantis', 'Berlin', 'Europe/Berlin ', 'a'.repeat(99)]) {
    expect(isTimeZone(name), name).toBe(false)
  }
})
