// The entities by which alerts belong together.
import { expect, test } from 'vitest'
import { entitiesOf, entitiesPerAlertMax } from '../../../../src/domain/alerts/incidents/entities.ts'
import { directoryContext } from '../../../../src/domain/alerts/sigma/fields.ts'
import type { Rule } from '../../../../src/domain/alerts/sigma/rules.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { correlating, correlationIn, eventRule, selecting } from '../../../support/alerts/rules.ts'
import { member, organization } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid, instant } from '../../../support/events.ts'

const [known, unknown] = [guid(1, '7'), guid(2, '7')]
const acmeWithAlice = organization(acme, { members: [member(alice, { id: known, name: 'Alice', email: null })] })
const { names } = directoryContext({
  organizations: new Map([[acme, acmeWithAlice]]),
  providers: new Map(),
  items: new Map(),
})
const rule = eventRule(selecting('{type: 1000}'))
const plain = { ipAddress: undefined, cipherId: undefined }

const keysOf = (
  group: readonly (readonly [name: string, value: string])[],
  samples: readonly Record<string, unknown>[] = [],
  isNewAddress = true,
  of: Rule = rule,
) =>
  entitiesOf(
    { group: group.map(([name, value]) => ({ name, value, label: null })) },
    of,
    samples.map((each) => ({ event: event({ ...plain, ...each }), isNewAddress })),
    names,
  ).map(({ key }) => key)

test.each<[string, Guid, readonly string[]]>([
  ['actingUserId', bob, [`person:${bob}`]],
  ['userId', bob, [`person:${bob}`]],
  ['targetUserId', bob, [`person:${bob}`]],
  ['serviceAccountId', guid(9), [`machine:${guid(9)}`]],
  ['organizationUserId', known, [`person:${alice}`]],
  ['organizationUserId', unknown, [`member:${unknown}`]],
  ['objectId', guid(9), []],
  ['cipherId', guid(9), []],
])('of a group by %s are who it is about', (name, value, expected) => {
  expect(keysOf([[name, value]])).toEqual(expected)
})

test('of a group by an alias are those of the fields that it stands for', () => {
  const text = correlating('type: event_count, rules: [a], group-by: [who], timespan: 1h, condition: {gte: 2}')
  const aliased = text.replace('group-by: [who]', 'group-by: [who], aliases: {who: {a: organizationUserId}}')
  expect(keysOf([['who', known]], [], true, correlationIn(aliased))).toEqual([`person:${alice}`])
})

test('of sample events are who acted, the machine account, the member, and the user whom the event is about', () => {
  const machine = { actingUserId: undefined, serviceAccountId: guid(9) }
  const changed = { actingUserId: bob, organizationUserId: known }
  expect(keysOf([], [changed, machine, { actingUserId: bob, userId: guid(3, 'b') }])).toEqual([
    `person:${bob}`,
    `person:${alice}`,
    `machine:${guid(9)}`,
    `person:${guid(3, 'b')}`,
  ])
})

test('are addresses that were new for the organization, IPv6 by its /64', () => {
  const samples = [{ ipAddress: '203.0.113.9' }, { ipAddress: '2001:db8:1:2:3:4:5:6' }]
  expect(keysOf([['ipAddress', '203.0.113.9']], samples)).toEqual([
    `person:${alice}`,
    'address:203.0.113.9',
    'address:2001:db8:1:2::/64',
  ])
  expect(keysOf([['ipAddress', '203.0.113.9']], samples, false)).toEqual([`person:${alice}`])
})

test('of a sum of risk are those that it is about, and none of sample events, which change while the sum grows', () => {
  const text = correlating('type: x-risk, rules: [a], group-by: [actingUserId], timespan: 7d, condition: {gte: 2}')
  const risky = correlationIn(text.replace('name: a\n', 'name: a\nkeytrail: {risk: 10}\n'))
  const samples = [{ actingUserId: bob, userId: guid(3, 'b'), ipAddress: '203.0.113.9' }]
  expect(keysOf([['actingUserId', bob]], samples, true, risky)).toEqual([`person:${bob}`])
})

test('have the name of the directory, else that of the event, in bounded length', () => {
  const labelsOf = (samples: readonly Record<string, unknown>[]) =>
    entitiesOf(
      { group: [] },
      rule,
      samples.map((each) => ({ event: event({ ...plain, ...each }), isNewAddress: false })),
      names,
    ).map(({ label }) => label)
  const named = { actingUserId: bob, actingUserName: 'Bob '.repeat(30) }
  const [first, second, third] = labelsOf([{ actingUserName: 'Eve' }, named, { actingUserId: guid(4, 'b') }])
  expect([first, second?.length, third]).toEqual(['Alice', 48, null])
})

test('are at most so many, those of the group first', () => {
  const samples = Array.from({ length: 30 }, (_, index) => ({ actingUserId: guid(100 + index, 'b') }))
  const keys = keysOf([['actingUserId', alice]], samples)
  expect(keys).toHaveLength(entitiesPerAlertMax)
  expect(keys[0]).toBe(`person:${alice}`)
})

test('are addresses at the dates of the events from there, and people for all the time that the rule fired', () => {
  const dates = ['2026-11-20T11:00:00.000Z', '2026-11-20T10:00:00.000Z', '2026-11-20T12:00:00.000Z']
  const samples = dates.map((date) => ({
    event: event({ ...plain, date, ipAddress: '203.0.113.9' }),
    isNewAddress: true,
  }))
  expect(entitiesOf({ group: [] }, rule, samples, names)).toEqual([
    { key: `person:${alice}`, label: 'Alice', during: null },
    {
      key: 'address:203.0.113.9',
      label: null,
      during: { from: instant('2026-11-20T10:00:00.000Z'), to: instant('2026-11-20T12:00:00.000Z') },
    },
  ])
})
