// Times in the sentence of a story: by the clocks of a zone, with its day.
import { expect, test } from 'vitest'
import { atTime, spanOf } from '../../../../../src/domain/alerts/incidents/story/times.ts'
import { instant } from '../../../../support/events.ts'

const at = (text: string, timeZone: string) => atTime(instant(text), timeZone)
const span = (from: string, to: string, timeZone = 'UTC') => spanOf(instant(from), instant(to), timeZone)

test('a time has the clock, the zone and the day of the organization', () => {
  expect(at('2026-11-25T02:31:59.9Z', 'UTC')).toBe('at 02:31 UTC on 25 November')
  expect(at('2026-11-25T23:31:00Z', 'Europe/Berlin')).toBe('at 00:31 Europe/Berlin on 26 November')
  expect(at('2026-07-01T23:31:00Z', 'America/New_York')).toBe('at 19:31 America/New_York on 1 July')
})

test('up to an hour is one time; more is from when to when, with the day once if it is one day', () => {
  expect(span('2026-11-25T02:00:00Z', '2026-11-25T03:00:00Z')).toBe('at 02:00 UTC on 25 November')
  expect(span('2026-11-25T02:00:00Z', '2026-11-25T03:00:00.001Z')).toBe('from 02:00 to 03:00 UTC on 25 November')
  expect(span('2026-11-25T22:30:00Z', '2026-11-26T02:00:00Z')).toBe(
    'from 22:30 UTC on 25 November to 02:00 UTC on 26 November',
  )
  expect(span('2026-11-25T23:30:00Z', '2026-11-26T02:00:00Z', 'Europe/Berlin')).toBe(
    'from 00:30 to 03:00 Europe/Berlin on 26 November',
  )
})
