// Which incidents lists show, by what evaluation says of them.
import { describe, expect, test } from 'vitest'
import { parseNetwork } from '../../../../src/domain/addresses.ts'
import { type IncidentQuery, isListed } from '../../../../src/domain/alerts/incidents/incident-query.ts'
import { triaged } from '../../../support/alerts/triage.ts'
import { alice, bob, guid, instant } from '../../../support/events.ts'

const at = instant('2026-11-20')
const listed = {
  id: guid(1),
  ruleId: guid(1, 'e'),
  title: 'Vault exported',
  level: 'low',
  from: at,
  to: at,
  who: null,
  muted: false,
} as const
const { record } = triaged(
  {},
  {
    title: 'Many logins: Alice Ärmel and 1 more person',
    entities: [
      { key: `person:${alice}`, label: 'Alice Ärmel' },
      { key: `member:${guid(1, '7')}`, label: null },
      { key: 'address:203.0.113.9', label: null },
      { key: 'address:2001:db8:0:1::/64', label: null },
      { key: 'address:not an address', label: null },
    ],
    alerts: [listed],
    items: [guid(1, 'd'), guid(2, 'd')],
  },
)
const shows = (query: Partial<IncidentQuery>) => isListed(record, { from: at, to: at, ...query })

test('one that was merged into another is not listed', () => {
  expect(isListed({ ...record, mergedInto: guid(1) }, { from: at, to: at })).toBe(false)
})

test('an incident is found by its people, also under other ids of the same', () => {
  expect([alice, guid(1, '7'), bob].map((person) => shows({ person }))).toEqual([true, true, false])
  expect(shows({ person: bob, personIds: [guid(1, '7')] })).toBe(true)
  expect(shows({ personIds: [bob] })).toBe(true)
})

test('an incident is found by items of its sample events', () => {
  expect([guid(2, 'd'), guid(3, 'd')].map((item) => shows({ item }))).toEqual([true, false])
})

test.each([
  ['203.0.113.9', true],
  ['203.0.113.8', false],
  ['203.0.113.0/24', true],
  ['203.0.114.0/24', false],
  ['::ffff:203.0.113.9', true],
  ['2001:db8:0:1::5', true],
  ['2001:db8:0:2::5', false],
  ['2001:db8::/32', true],
  ['0.0.0.0/0', true],
  ['cb00:7109::/32', false],
])('an incident is found by the address or network %s: %j', (text, expected) => {
  const network = parseNetwork(text)
  expect(network && shows({ network })).toBe(expected)
})

describe('the text of a search', () => {
  test.each([
    ['many LOGINS', true],
    ['logins  many', true],
    ['ärmel exported', true],
    ['203.0.113', true],
    ['not an address', true],
    ['many exports', false],
    ['loginsalice', false],
  ])('“%s” is found: %j', (text, expected) => {
    expect(shows({ text })).toBe(expected)
  })
})
