// The clock of an organization: hours, weekdays and off hours over daylight saving, midnight, year ends and holidays.
import { describe, expect, test } from 'vitest'
import { type AlertingHours, defaultHours } from '../../../../src/domain/alerts/hours/alerting-hours.ts'
import { localClock } from '../../../../src/domain/alerts/hours/local-time.ts'

const clockWith = (hours: Partial<AlertingHours>) => {
  const at = localClock({ ...defaultHours, ...hours })
  return (instant: string) => at(Date.parse(instant))
}
const onDays = (hours: Partial<AlertingHours['workingHours']>) => ({ ...defaultHours.workingHours, ...hours })

describe('hour and weekday', () => {
  test('are those of UTC by default, for every hour of a week, a leap day and a day before 1970', () => {
    const at = clockWith({})
    for (let hour = 0; hour < 8 * 24; hour++) {
      const date = new Date(Date.UTC(2028, 1, 25, hour, 59, 59, 999))
      const weekday = date.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' })
      expect(at(date.toISOString())).toMatchObject({ hourOfDay: date.getUTCHours(), weekday })
    }
    expect(at('1601-01-01T05:00:00Z')).toMatchObject({ hourOfDay: 5, weekday: 'Monday' })
  })

  test('skip an hour in spring and have one twice in autumn', () => {
    const at = clockWith({ timeZone: 'Europe/Berlin' })
    expect(at('2026-03-29T00:59:59.999Z').hourOfDay).toBe(1)
    expect(at('2026-03-29T01:00:00Z').hourOfDay).toBe(3)
    expect(at('2026-10-25T00:30:00Z').hourOfDay).toBe(2)
    expect(at('2026-10-25T01:30:00Z').hourOfDay).toBe(2)
    expect(at('2026-10-25T02:00:00Z').hourOfDay).toBe(3)
  })

  test('change with the local midnight, also into another year', () => {
    const kiritimati = clockWith({ timeZone: 'Pacific/Kiritimati' })
    expect(kiritimati('2026-12-31T09:59:59.999Z')).toMatchObject({ hourOfDay: 23, weekday: 'Thursday' })
    expect(kiritimati('2026-12-31T10:00:00Z')).toMatchObject({ hourOfDay: 0, weekday: 'Friday' })
    const newYork = clockWith({ timeZone: 'America/New_York' })
    expect(newYork('2027-01-01T04:59:59.999Z')).toMatchObject({ hourOfDay: 23, weekday: 'Thursday' })
  })

  test('follow zones of half and quarter hours', () => {
    expect(clockWith({ timeZone: 'Asia/Kolkata' })('2026-06-15T18:29:59.999Z').hourOfDay).toBe(23)
    expect(clockWith({ timeZone: 'Asia/Kathmandu' })('2026-06-15T18:15:00Z')).toMatchObject({
      hourOfDay: 0,
      weekday: 'Tuesday',
    })
  })
})

describe('off hours', () => {
  test('are all but the working hours, the end excluded', () => {
    const at = clockWith({})
    expect(at('2026-11-23T07:59:59.999Z').offHours).toBe(true)
    expect(at('2026-11-23T08:00:00Z').offHours).toBe(false)
    expect(at('2026-11-23T17:59:59.999Z').offHours).toBe(false)
    expect(at('2026-11-23T18:00:00Z').offHours).toBe(true)
    expect(at('2026-11-22T12:00:00Z').offHours).toBe(true)
  })

  test('stay at the local time over daylight saving, north and south', () => {
    const berlin = clockWith({ timeZone: 'Europe/Berlin' })
    expect([berlin('2026-10-23T06:00:00Z'), berlin('2026-10-26T06:00:00Z')].map((each) => each.offHours)).toEqual([
      false,
      true,
    ])
    const sydney = clockWith({ timeZone: 'Australia/Sydney' })
    expect([sydney('2026-10-01T21:30:00Z'), sydney('2026-10-04T21:30:00Z')].map((each) => each.offHours)).toEqual([
      true,
      false,
    ])
  })

  test('include listed holidays, by the local date', () => {
    const at = clockWith({ timeZone: 'America/New_York', holidays: [{ date: '2026-11-26', name: 'Thanksgiving' }] })
    expect(at('2026-11-25T20:00:00Z').offHours).toBe(false)
    expect(at('2026-11-26T15:00:00Z').offHours).toBe(true)
    expect(at('2026-11-27T15:00:00Z').offHours).toBe(false)
  })

  test('end with a shift that goes on past midnight, unless it begins on a holiday', () => {
    const workingHours = onDays({ Thursday: { start: '22:00', end: '06:00' }, Friday: null })
    const at = clockWith({ workingHours, holidays: [{ date: '2026-12-03', name: null }] })
    expect(at('2026-11-26T21:59:59Z').offHours).toBe(true)
    expect(at('2026-11-26T22:00:00Z').offHours).toBe(false)
    expect(at('2026-11-27T05:59:59.999Z').offHours).toBe(false)
    expect(at('2026-11-27T06:00:00Z').offHours).toBe(true)
    expect(at('2026-12-04T05:00:00Z').offHours).toBe(true)
  })

  test('are never on a day of work from 00:00 to 24:00, nor from a time to the same time', () => {
    const workingHours = onDays({
      Monday: { start: '00:00', end: '24:00' },
      Wednesday: { start: '09:00', end: '09:00' },
    })
    const at = clockWith({ workingHours })
    expect([at('2026-11-23T00:00:00Z').offHours, at('2026-11-23T23:59:59Z').offHours]).toEqual([false, false])
    expect([at('2026-11-25T09:00:00Z').offHours, at('2026-11-26T08:59:59Z').offHours]).toEqual([false, false])
  })
})
