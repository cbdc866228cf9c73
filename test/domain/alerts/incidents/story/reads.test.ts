// What is read of the log for a story: who acted, what was done to people, what came from new addresses; in bounded reads.
import { expect, test } from 'vitest'
import { peopleReadMax, readsFor, storyEventsMax } from '../../../../../src/domain/alerts/incidents/story/reads.ts'
import { alertOf, aliceAsMember, at, attack, bobAsMember, done, strange } from '../../../../support/alerts/stories.ts'
import { alice, bob, guid, instant, networks } from '../../../../support/events.ts'

const membersOf = (userId: string) => (userId === alice ? [aliceAsMember] : userId === bob ? [bobAsMember] : [])
const incidentOf = (...keys: readonly string[]) => ({
  from: instant(at(30)),
  to: instant(at(40)),
  entities: keys.map((key) => ({ key, label: null })),
})
const by = (field: string, id: string) => ({ filters: [{ fields: [field], ids: [id] }], traits: {} })

const asked = (reads: ReturnType<typeof readsFor>['reads']) =>
  reads.map(({ query: { filters, traits } }) => ({ filters, traits }))
const atStrange = { filters: [], traits: { networks: networks(strange) } }

test('reads what came from new addresses, what those did who acted, and what was done to people', () => {
  const machine = guid(9, 'e')
  const incident = incidentOf(`person:${alice}`, `address:${strange}`, `person:${bob}`, `member:${guid(8, 'c')}`)
  const read = done(2100, at(20), { actingUserId: undefined, serviceAccountId: machine })
  const { reads, isWhole } = readsFor(incident, [alertOf([...attack.slice(10, 15), read])], membersOf)
  expect(asked(reads)).toEqual([
    atStrange,
    atStrange,
    by('actingUserId', alice),
    by('actingUserId', alice),
    by('serviceAccountId', machine),
    by('serviceAccountId', machine),
    by('organizationUserId', aliceAsMember),
    by('organizationUserId', bobAsMember),
    by('organizationUserId', guid(8, 'c')),
  ])
  expect(isWhole).toBe(true)
})

test('reads nothing of what a target did, not even one whose password was guessed', () => {
  const { reads } = readsFor(incidentOf(`person:${alice}`), [alertOf(attack.slice(0, 5))], membersOf)
  expect(asked(reads)).toEqual([by('organizationUserId', aliceAsMember)])
})

test('reads from an hour before the first event of the alerts until a day after the last match, and most of them until two hours after it', () => {
  const { reads } = readsFor(incidentOf(`person:${alice}`), [alertOf(attack.slice(10, 15))], membersOf)
  const between = instant('2026-11-25T04:40:00Z')
  const [begins, ends] = [instant('2026-11-25T01:17:40Z'), instant('2026-11-26T02:40:00Z')]
  expect(reads.map(({ query: { from, to } }) => [from, to])).toEqual([
    [begins, between],
    [between, ends],
    [begins, ends],
  ])
  const [during, after] = reads
  expect(during?.limit).toBeGreaterThan(after?.limit ?? 0)
})

test('reads a bounded number of events of a bounded number of people, who acted before others', () => {
  const people = Array.from({ length: peopleReadMax + 1 }, (_, number) => `person:${guid(number + 10, 'b')}`)
  const last = guid(peopleReadMax + 10, 'b')
  const incident = incidentOf(...people, `address:${strange}`)
  const alert = alertOf([done(1000, at(30), { actingUserId: last })])
  const { reads, isWhole } = readsFor(incident, [alert], (id) => [id])
  expect(isWhole).toBe(false)
  expect(reads).toHaveLength(2 + 2 + peopleReadMax)
  expect(reads[2]?.query.filters).toEqual([{ fields: ['actingUserId'], ids: [last] }])
  expect(reads.reduce((sum, { limit }) => sum + limit, 0)).toBeLessThanOrEqual(storyEventsMax)
  for (const { limit } of reads) expect(limit).toBeGreaterThan(10)
})

test('reads an IPv6 address as its /64, and nothing of what is no address', () => {
  const { reads } = readsFor(incidentOf('address:2001:db8:0:1::/64', 'address:localhost'), [], membersOf)
  expect(reads[0]?.query.traits).toEqual({ networks: networks('2001:db8:0:1::/64') })
  expect(reads).toHaveLength(2)
  expect(readsFor(incidentOf('address:localhost'), [], membersOf).reads).toEqual([])
})
