// Times in messages: on the clocks of a zone, which is named.
import { expect, test } from 'vitest'
import { timeOf } from '../../../../src/domain/notifications/messages/message-parts.ts'
import { instant } from '../../../support/events.ts'

test.each([
  ['2026-11-20T10:04:30.9999999Z', 'UTC', '2026-11-20 10:04:30 UTC'],
  ['2026-11-20T23:30:00Z', 'Europe/Berlin', '2026-11-21 00:30:00 Europe/Berlin'],
  ['2026-07-20T23:30:00Z', 'Europe/Berlin', '2026-07-21 01:30:00 Europe/Berlin'],
  ['2026-01-01T02:29:59Z', 'America/St_Johns', '2025-12-31 22:59:59 America/St_Johns'],
  ['2026-03-29T00:59:59Z', 'Europe/Berlin', '2026-03-29 01:59:59 Europe/Berlin'],
  ['2026-03-29T01:00:00Z', 'Europe/Berlin', '2026-03-29 03:00:00 Europe/Berlin'],
])('%s in %s is %s', (at, timeZone, text) => {
  expect(timeOf(instant(at), { timeZone })).toBe(text)
})
