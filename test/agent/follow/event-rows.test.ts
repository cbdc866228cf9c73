// Rows of Vaultwarden's events, also such as no Vaultwarden should write: none stops the agent, and none becomes another event.
import { expect, test } from 'vitest'
import { eventOf } from '../../../agent/follow/event-rows.ts'
import { eventRow } from '../../support/agent/rows.ts'
import { acme, alice, guid } from '../../support/events.ts'

const uuid = guid(1, 'f')
const row = (more: Parameters<typeof eventRow>[1]) => eventOf(eventRow(0, { uuid, ...more }))
const whole = {
  idempotencyId: uuid,
  type: 1107,
  date: '2026-11-28T12:00:00.000Z',
  organizationId: acme,
  actingUserId: alice,
  deviceType: 9,
  ipAddress: '203.0.113.7',
}

test('a row is its event', () => expect(row({})).toEqual(whole))

test.each([
  ['a type that nobody knows', { event_type: 4_711 }, { type: 4_711 }],
  ['upper case and blanks', { uuid: `${uuid.toUpperCase()} `, org_uuid: acme.toUpperCase() }, {}],
  ['digits of a second', { event_date: '2026-11-28 12:00:00.123456' }, { date: '2026-11-28T12:00:00.123456Z' }],
  ['seconds since 1970', { event_date: 1_795_867_200 }, { date: '2026-11-28T12:00:00.000Z' }],
  ['an unreadable date, for Keytrail to judge', { event_date: 'yesterday' }, { date: 'yesterday' }],
  ['no date', { event_date: null }, { date: '' }],
  [
    'the admin panel',
    { act_user_uuid: 'vaultwarden-admin-00000-000000000000' },
    { actingUserId: 'vaultwarden-admin-00000-000000000000' },
  ],
])('%s', (_, more, changed) => expect(row(more)).toEqual({ ...whole, ...changed }))

test.each([
  ['organizationId', { org_uuid: 'no-guid' }],
  ['actingUserId', { act_user_uuid: 'someone' }],
  ['deviceType', { device_type: -1 }],
  ['deviceType', { device_type: 32_768 }],
  ['ipAddress', { ip_address: ' ' }],
] as const)('what cannot be %s is omitted, and the event stays: %j', (name, more) => {
  const { [name]: _, ...others } = whole
  expect(row(more)).toEqual(others)
})
