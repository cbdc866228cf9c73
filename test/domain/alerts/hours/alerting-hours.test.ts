// Which alerting hours are accepted, and which are still read after they were saved.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  AlertingHours,
  AlertingHoursInput,
  defaultHours,
  holidayNameCharactersMax,
  holidaysMax,
} from '../../../../src/domain/alerts/hours/alerting-hours.ts'

const accepts = (hours: object) => v.is(AlertingHoursInput, { ...defaultHours, ...hours })
const dates = (count: number) =>
  Array.from({ length: count }, (_, day) => ({
    date: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
  }))

describe('alerting hours', () => {
  test('have a zone of the IANA database', () => {
    expect(accepts({ timeZone: 'Europe/Berlin' })).toBe(true)
    for (const timeZone of ['Europe/Atlantis', '+01:00', '', null, 1]) expect(accepts({ timeZone })).toBe(false)
  })

  test('have times from 00:00 to 23:59 for each weekday, and ends up to 24:00', () => {
    const on = (Monday: unknown) => accepts({ workingHours: { ...defaultHours.workingHours, Monday } })
    for (const good of [null, { start: '00:00', end: '24:00' }, { start: '22:00', end: '06:00' }]) {
      expect(on(good)).toBe(true)
    }
    for (const bad of [undefined, {}, { start: '8:00', end: '18:00' }, { start: '24:00', end: '06:00' }]) {
      expect(on(bad)).toBe(false)
    }
    expect(on({ start: '08:00', end: '18:60' })).toBe(false)
    expect(accepts({ workingHours: { Monday: null } })).toBe(false)
  })

  test('have holidays on dates that exist, each once, up to a number', () => {
    expect(accepts({ holidays: dates(holidaysMax) })).toBe(true)
    expect(accepts({ holidays: dates(holidaysMax + 1) })).toBe(false)
    expect(accepts({ holidays: [...dates(1), ...dates(1)] })).toBe(false)
    for (const date of ['2026-02-29', '2026-13-01', '26-01-01', '2026-01-01T00:00', 'Christmas']) {
      expect(accepts({ holidays: [{ date }] }), date).toBe(false)
    }
    const named = (characters: number) => [{ date: '2028-02-29', name: 'x'.repeat(characters) }]
    expect(accepts({ holidays: named(holidayNameCharactersMax) })).toBe(true)
    expect(accepts({ holidays: named(holidayNameCharactersMax + 1) })).toBe(false)
  })

  test('have quiet hours between two times, and a digest, with limits up to high, or neither', () => {
    const quietHours = { from: '22:00', to: '07:00' }
    expect(v.parse(AlertingHoursInput, { ...defaultHours, quietHours }).quietHours?.passLevel).toBe('high')
    expect(accepts({ quietHours: { ...quietHours, passLevel: 'low' } })).toBe(true)
    for (const bad of [{}, { from: '22:00', to: '22:00' }, { ...quietHours, passLevel: 'critical' }]) {
      expect(accepts({ quietHours: bad })).toBe(false)
    }
    for (const at of ['09:00', null]) expect(accepts({ digest: { at, below: 'medium' } })).toBe(true)
    for (const bad of [{ at: '9:00', below: 'low' }, { below: 'low' }, { at: null, below: 'critical' }]) {
      expect(accepts({ digest: bad })).toBe(false)
    }
    const { quietHours: _, digest: __, ...others } = defaultHours
    expect(v.is(AlertingHoursInput, others)).toBe(false)
    expect(v.parse(AlertingHours, others)).toEqual(defaultHours)
  })

  test('stay readable with a zone that is no longer known', () => {
    expect(v.is(AlertingHours, { ...defaultHours, timeZone: 'Europe/Atlantis' })).toBe(true)
  })

  test('are accepted as they are by default', () => {
    expect(v.parse(AlertingHoursInput, defaultHours)).toEqual(defaultHours)
  })
})
