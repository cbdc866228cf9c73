// The demo month: the same for the same instant and seed, plausible, and made of messages and documents that the app takes.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { dayMs, hourMs, minuteMs } from '../../../local/demo/month/days.ts'
import type { ServerEvent } from '../../../local/demo/month/messages.ts'
import { month, monthDays } from '../../../local/demo/month/month.ts'
import { attack, deletedItemId, leaverDaysBefore } from '../../../local/demo/month/scenarios.ts'
import { itemsWithin } from '../../../local/demo/people/directory.ts'
import { demoId } from '../../../local/demo/people/ids.ts'
import { collection } from '../../../local/demo/people/items.ts'
import { dave, mallory, people } from '../../../local/demo/people/people.ts'
import { acme, acmeId, other, otherId, policy, provider, providerId } from '../../../local/demo/people/world.ts'
import { OrganizationReplacement, ProviderEntry } from '../../../src/domain/directory/directory.ts'
import { eventTypes } from '../../../src/domain/events/event-types.ts'
import { readMessage } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'

const base = Date.parse('2026-11-22T12:34:56.789Z')
const lastMidnight = Date.parse('2026-11-22T00:00:00Z')
const events = month(base)
const ofAcme = events.filter((event) => event.OrganizationId === acmeId)
const timeOf = (event: ServerEvent) => Date.parse(event.Date)
const typed = (type: number, from: readonly ServerEvent[] = ofAcme) => from.filter((event) => event.Type === type)

describe('a month', () => {
  test('is the same for the same instant and seed, and another for another seed', () => {
    expect(month(base)).toEqual(events)
    expect(month(base, 2)).not.toEqual(events)
  })

  test('keeps to its window, in order, each event with an id of its own', () => {
    const times = events.map(timeOf)

    expect(times).toEqual(times.toSorted((one, another) => one - another))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(base - monthDays * dayMs)
    expect(Math.max(...times)).toBeLessThan(base)
    expect(new Set(events.map((event) => event.IdempotencyId)).size).toBe(events.length)
  })

  test.each(Array.from({ length: 14 }, (_, day) => base + day * 1.07 * dayMs))(
    'has its size on every weekday and at every hour it may end (%d)',
    (lastInstant) => {
      const counted = Map.groupBy(month(lastInstant), (event) => event.OrganizationId ?? event.ProviderId ?? 'personal')
      const countOf = (id: string) => counted.get(id)?.length ?? 0

      expect(countOf(acmeId)).toBeGreaterThanOrEqual(2_000)
      expect(countOf(acmeId)).toBeLessThanOrEqual(2_500)
      expect(countOf(otherId)).toBeGreaterThanOrEqual(80)
      expect(countOf(otherId)).toBeLessThanOrEqual(130)
      expect(countOf(providerId)).toBeGreaterThanOrEqual(20)
    },
  )

  test('is read by the app to the last event', () => {
    const now = instantAt(base)
    const read = readMessage(JSON.stringify(events), now)

    if (read.kind === 'refused') throw new Error(read.reason)
    expect(read.refused).toEqual([])
    expect(read.events.map(({ id }) => id)).toEqual(events.map((event) => event.IdempotencyId))
    expect(read.events.filter(({ clientDate }) => clientDate !== undefined)).toEqual([])
  })

  test('has only types that exist, and of most kinds', () => {
    const known = new Map(eventTypes.map(({ code, category }) => [code, category]))
    const categories = new Set(events.map((event) => known.get(event.Type)))

    expect(categories).toEqual(
      new Set([
        'user',
        'item',
        'collection',
        'group',
        'member',
        'organization',
        'policy',
        'domain',
        'provider-user',
        'provider-organization',
      ]),
    )
  })
})

describe('an event', () => {
  test('on an account is in the personal log and in that of each organization and provider, with one date', () => {
    const logins = events.filter((event) => event.Type === 1000)
    const copies = [...Map.groupBy(logins, (event) => `${event.Date} ${event.UserId}`).values()]

    expect(copies.length).toBeGreaterThan(200)
    for (const [personal, ...others] of copies) {
      expect(personal).not.toHaveProperty('OrganizationId')
      expect(personal).not.toHaveProperty('ProviderId')
      expect(others).toHaveLength(1)
      expect(others[0]?.OrganizationId ?? others[0]?.ProviderId).toBeDefined()
    }
  })

  test('on an item names one that the acting person reaches, or that is deleted since', () => {
    const reached = new Map(
      [acme, other].flatMap((organization) =>
        people.map((person) => [
          `${organization.id} ${person.id}`,
          new Set(itemsWithin(organization, person).map(({ id }) => id)),
        ]),
      ),
    )
    const onItems = events.filter((event) => event.Type >= 1100 && event.Type < 1200)

    expect(onItems.length).toBeGreaterThan(1_500)
    const strays = onItems.filter(
      ({ OrganizationId, ActingUserId, CipherId = '' }) =>
        CipherId !== deletedItemId && !reached.get(`${OrganizationId} ${ActingUserId}`)?.has(CipherId),
    )
    expect(strays).toEqual([])
  })

  test('comes from a device and an address of its person, but for the attack', () => {
    const places = new Set(
      people.flatMap(({ id, devices }) => devices.map(({ type, ipAddress }) => `${id} ${type} ${ipAddress}`)),
    )
    const strange = ofAcme.filter(
      (event) =>
        event.ActingUserId !== undefined && !places.has(`${event.ActingUserId} ${event.DeviceType} ${event.IpAddress}`),
    )

    expect(new Set(strange.map((event) => event.IpAddress))).toEqual(new Set([attack.ipAddress]))
    expect(new Set(strange.map((event) => event.ActingUserId))).toEqual(new Set([attack.victim.id]))
  })

  test('falls in working hours, but for the attack', () => {
    const atNight = ofAcme.filter((event) => {
      const hour = new Date(event.Date).getUTCHours()
      return (hour < 6 || hour >= 20) && event.IpAddress !== attack.ipAddress
    })

    expect(atNight).toEqual([])
  })
})

describe('the attack', () => {
  const night = lastMidnight - attack.daysBefore * dayMs + attack.hour * hourMs
  const burst = ofAcme.filter((event) => event.IpAddress === attack.ipAddress)

  test('is guesses, a success, and passwords copied within minutes', () => {
    const [success, ...more] = typed(1000, burst)
    if (success === undefined) throw new Error('nobody got in')

    expect(more).toEqual([])
    expect(typed(1005, burst)).toHaveLength(14)
    expect(typed(1005, burst).every((guess) => guess.Date < success.Date)).toBe(true)
    expect(typed(1111, burst).length).toBeGreaterThan(20)
    expect(typed(1111, burst).every((copy) => copy.Date > success.Date)).toBe(true)
    expect(Math.max(...burst.map(timeOf)) - Math.min(...burst.map(timeOf))).toBeLessThan(15 * minuteMs)
    expect(Math.min(...burst.map(timeOf))).toBeGreaterThanOrEqual(night)
  })

  test('reaches critical items', () => {
    const critical = new Set(acme.items.filter((item) => item.critical).map(({ id }) => id))

    expect(typed(1111, burst).filter(({ CipherId = '' }) => critical.has(CipherId)).length).toBeGreaterThan(0)
  })
})

describe.each(
  [0, 1.3, 2.6, 3.9, 5.2, 6.5, 30.1].flatMap((days) => [1, 2, 3].map((seed) => [base + days * dayMs, seed] as const)),
)('the month that ends at %d, with seed %d', (lastInstant, seed) => {
  const all = month(lastInstant, seed)
  const byPerson = ({ ActingUserId, UserId }: ServerEvent) => [ActingUserId, UserId]
  const placesOf = (types: readonly number[], from: readonly ServerEvent[]) =>
    from.flatMap(({ Type }, place) => (types.includes(Type) ? [place] : []))

  test('has nothing of anybody before they are confirmed, nor while they are revoked', () => {
    for (const { id, name, number } of people) {
      const ids = [demoId('member', number), demoId('providerUser', number)]
      const turns = all.filter(
        ({ Type, OrganizationUserId = '', ProviderUserId = '' }) =>
          [1501, 1511, 1512, 1801].includes(Type) && (ids.includes(OrganizationUserId) || ids.includes(ProviderUserId)),
      )
      const dateOf = (...types: number[]) => turns.find(({ Type }) => types.includes(Type))?.Date
      const [confirmed = '', revoked = '9999', restored = '9999'] = [dateOf(1501, 1801), dateOf(1511), dateOf(1512)]
      const own = all.filter((event) => byPerson(event).includes(id) && !turns.includes(event))

      expect(own.length, name).toBeGreaterThan(0)
      expect(own.filter(({ Date: at }) => at < confirmed || (at > revoked && at < restored))).toEqual([])
    }
  })

  test('has nothing of an item before it came, in the trash, or after it went', () => {
    const byItem = Map.groupBy(all, ({ CipherId }) => CipherId)
    for (const [id, events] of byItem) {
      if (id === undefined) continue
      const [came = 0] = placesOf([1100, 1105], events)
      const [trashed] = placesOf([1115], events)
      const [went = events.length - 1] = placesOf([1102], events)

      expect(came, `${id} has a past before it came`).toBe(0)
      if (trashed !== undefined) expect([1102, 1116], `${id} is used in the trash`).toContain(events[trashed + 1]?.Type)
      expect(went, `${id} lives on`).toBe(events.length - 1)
    }
    expect([...byItem.keys()]).toContain(deletedItemId)
  })

  test('has nothing of a collection or its items before it was made, nor a visit before the provider was added', () => {
    const inMade = new Set(
      acme.items.filter((item) => item.collections.includes(collection.marketing)).map(({ id }) => id),
    )
    const ofMade = all.filter(
      ({ CipherId = '', CollectionId }) => CollectionId === collection.marketing || inMade.has(CipherId),
    )
    expect(placesOf([1300], ofMade)).toEqual([0])

    const visits = all.filter(({ Type }) => [1603, 1901, 1903].includes(Type))
    expect(placesOf([1901], visits)).toEqual([0])
  })

  test('has the events of the takeover in a possible order', () => {
    const ofVictim = all.filter(
      (event) => event.OrganizationId === acmeId && byPerson(event).includes(attack.victim.id),
    )
    const from = ofVictim.findIndex((event) => event.IpAddress === attack.ipAddress)
    const to = ofVictim.findIndex(({ Type }) => Type === 1002)
    const types = ofVictim.slice(from, to + 1).map(({ Type }) => Type)

    expect(types.filter((type, place) => types[place - 1] !== type && type !== 1107 && type !== 1111)).toEqual([
      1005, 1000, 1007, 1511, 1512, 1508, 1000, 1008, 1001, 1002,
    ])
    // Before 1002 he had nothing that could fail at a second step.
    expect(typed(1006, ofVictim.slice(0, to))).toEqual([])
    // Who must have two-step login has it by then.
    const required = all.find(({ Type, PolicyId }) => Type === 1700 && PolicyId === policy.twoStepLogin)
    expect(required?.Date.localeCompare(ofVictim[to]?.Date ?? '')).toBe(1)
  })
})

test('who has left does nothing any more', () => {
  const own = ofAcme.filter((event) => event.ActingUserId === mallory.id)
  const left = typed(1511).find(({ OrganizationUserId }) => OrganizationUserId === demoId('member', mallory.number))

  expect(own.length).toBeGreaterThan(0)
  expect(Math.floor(Date.parse(left?.Date ?? '') / dayMs) * dayMs).toBe(lastMidnight - leaverDaysBefore * dayMs)
  expect(own.filter((event) => event.Date > (left?.Date ?? ''))).toEqual([])
})

test('an export, the provider’s visits and changes of policy are in it', () => {
  expect(typed(1602)).toHaveLength(1)
  expect(typed(1603).every((event) => event.ProviderId === providerId)).toBe(true)
  expect(typed(1603).length).toBe(typed(1903, events).length)
  expect(typed(1700).length).toBeGreaterThan(1)
})

describe('the directory', () => {
  test.each([acme, other])('document of $name is taken as it is', ({ id, ...document }) => {
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(v.parse(OrganizationReplacement, document)).toEqual(document)
  })

  test('document of the provider is taken as it is', () => {
    const { id: _, ...document } = provider
    expect(v.parse(ProviderEntry, document)).toEqual(document)
  })

  test('has ten confirmed members, one invited, one revoked, and three critical items of forty', () => {
    const statuses = acme.members.map(({ status }) => status)

    expect([1, 0, 2, -1].map((status) => statuses.filter((each) => each === status).length)).toEqual([0, 1, 10, 1])
    expect(acme.items).toHaveLength(40)
    expect(acme.items.filter((item) => item.critical)).toHaveLength(3)
  })

  test('has the victim with the two-step login that the month ends with', () => {
    expect(acme.members.find(({ userId }) => userId === dave.id)?.twoFactorEnabled).toBe(true)
  })

  test.each([acme, other])('enrols members of $name in account recovery only under its policy', (organization) => {
    const accountRecovery = 8
    const recovers = organization.policies.some(({ type, enabled }) => type === accountRecovery && enabled)
    const enrolled = organization.members.filter((member) => member.resetPasswordEnrolled)

    expect(enrolled.length > 0).toBe(recovers)
    expect(enrolled.every(({ userId }) => userId !== null)).toBe(true)
  })

  test('gives every thing an id of its own, by its first eight digits', () => {
    const ids = [acme, other].flatMap(({ members, groups, collections, policies, items }) =>
      [...members, ...groups, ...collections, ...policies, ...items].map(({ id }) => id),
    )
    expect(new Set(ids.map((id) => id.slice(0, 8))).size).toBe(ids.length)
  })

  test('has ids that can be read: the number last, and for most kinds also first', () => {
    expect(demoId('item', 1)).toBe('10000001-0000-4000-8000-000000000001')
    expect(demoId('item', 904)).toBe('10000388-0000-4000-8000-000000000388')
    expect(demoId('organization', 2)).toBe('a0000000-0000-4000-8000-000000000002')
    expect(demoId('user', 15)).toBe('c0000000-0000-4000-8000-000000000015')
  })
})
