// The draft of alerting hours: what it begins with, what is wrong with it, and what is sent.
import { describe, expect, test } from 'vitest'
import { bodyOf, draftOf, holidaysMax, isWrong, problemsOf } from '../../../../web/rules/hours/draft.ts'
import { type Hours, readHours } from '../../../../web/rules/hours/hours.ts'

const day = { start: '08:00', end: '18:00' }
const hours: Hours = readHours({
  object: 'alertingHours',
  isDefault: false,
  timeZone: 'Europe/Berlin',
  workingHours: {
    Monday: day,
    Tuesday: day,
    Wednesday: day,
    Thursday: { start: '22:00', end: '06:00' },
    Friday: { start: '00:00', end: '24:00' },
    Saturday: null,
    Sunday: null,
  },
  holidays: [
    { date: '2026-12-25', name: 'Christmas Day' },
    { date: '2026-12-26', name: null },
  ],
  quietHours: { from: '22:00', to: '07:00', passLevel: 'medium' },
  digest: { at: null, below: 'low' },
})
const zones = ['UTC', 'Europe/Berlin']
const draft = draftOf(hours, 'UTC')
const holidayProblem = (holidays: string) => problemsOf({ ...draft, holidays }, zones).holiday

describe('a draft of alerting hours', () => {
  test('is sent as it was read when nothing changes', () => {
    const { isDefault: _, ...body } = hours
    expect(isWrong(problemsOf(draft, zones))).toBe(false)
    expect(bodyOf(draft)).toEqual(body)
  })

  test('begins with the zone of the browser where nothing is set', () => {
    expect(draftOf({ ...hours, timeZone: 'UTC', isDefault: true }, 'Asia/Tokyo').timeZone).toBe('Asia/Tokyo')
    expect(draftOf({ ...hours, timeZone: 'UTC' }, 'Asia/Tokyo').timeZone).toBe('UTC')
  })

  test('has a known zone, with or without blanks around it', () => {
    expect(problemsOf({ ...draft, timeZone: 'Berlin' }, zones).timeZone).toBe(true)
    const padded = { ...draft, timeZone: ' Europe/Berlin ' }
    expect(problemsOf(padded, zones).timeZone).toBe(false)
    expect(bodyOf(padded)).toMatchObject({ timeZone: 'Europe/Berlin' })
  })

  test('has both times of each day with work, and none of the others', () => {
    const untimed = { works: true, start: '', end: '18:00' }
    const days = { ...draft.days, Monday: untimed, Sunday: { ...untimed, works: false } }
    expect(problemsOf({ ...draft, days }, zones).days).toEqual(['Monday'])
    expect(bodyOf({ ...draft, days })).toMatchObject({ workingHours: { Sunday: null } })
  })

  test('has quiet hours with two different times, or none', () => {
    const quiet = (changes: object) => ({ ...draft, quiet: { ...draft.quiet, ...changes } })
    expect(problemsOf(quiet({ from: '' }), zones).quiet).toBe('time')
    expect(problemsOf(quiet({ to: '22:00' }), zones).quiet).toBe('same')
    expect(problemsOf(quiet({ on: false, from: '' }), zones).quiet).toBeNull()
    expect(bodyOf(quiet({ on: false }))).toMatchObject({ quietHours: null })
    expect(bodyOf(quiet({ from: '20:00' }))).toMatchObject({ quietHours: { from: '20:00', passLevel: 'medium' } })
  })

  test('has a digest each hour, at a time of each day, or none', () => {
    const digest = (changes: object) => ({ ...draft, digest: { ...draft.digest, ...changes } })
    expect(bodyOf(digest({ how: 'never' }))).toMatchObject({ digest: null })
    expect(bodyOf(digest({ how: 'daily', at: '10:00' }))).toMatchObject({ digest: { at: '10:00', below: 'low' } })
    expect(problemsOf(digest({ how: 'daily', at: '' }), zones).digest).toBe(true)
    expect(problemsOf(digest({ at: '' }), zones).digest).toBe(false)
    const daily = { ...hours, digest: { at: '08:30', below: 'high' as const } }
    expect(draftOf(daily, 'UTC').digest).toEqual({ how: 'daily', at: '08:30', below: 'high' })
  })

  test('has a holiday in each line that is not empty', () => {
    const holidays = '\n 2026-12-25   Christmas Day \n\n2027-01-01\n'
    expect(holidayProblem(holidays)).toBeNull()
    expect(bodyOf({ ...draft, holidays })).toMatchObject({
      holidays: [
        { date: '2026-12-25', name: 'Christmas Day' },
        { date: '2027-01-01', name: null },
      ],
    })
  })

  test('says which line of a holiday is wrong, and how', () => {
    expect(holidayProblem('2026-12-25\n25.12.2026')).toEqual({ line: 2, kind: 'date' })
    expect(holidayProblem('2026-02-29')).toEqual({ line: 1, kind: 'date' })
    expect(holidayProblem('2026-12-25\n\n2026-12-25 Christmas')).toEqual({ line: 3, kind: 'twice' })
    expect(holidayProblem(`2026-12-25 ${'x'.repeat(60)}`)).toBeNull()
    expect(holidayProblem(`2026-12-25 ${'x'.repeat(61)}`)).toEqual({ line: 1, kind: 'name' })
    const dates = (count: number) =>
      Array.from({ length: count }, (_, index) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10))
    expect(holidayProblem(dates(holidaysMax).join('\n'))).toBeNull()
    expect(holidayProblem(dates(holidaysMax + 1).join('\n'))).toEqual({ line: holidaysMax + 1, kind: 'many' })
  })
})
