// What every event store must do, in any storage. Each adapter's test runs this suite.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AcceptedEvent, EventLog, StoredEvent } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import {
  type EventQuery,
  type IdFilter,
  matches,
  resourceFields,
  type TraitFilter,
} from '../../../src/domain/log/query.ts'
import { idsBeginningMax } from '../../../src/domain/log/search/find-named.ts'
import { type EventStore, type FeedPage, feedStart } from '../../../src/ports/events.ts'
import { alice, bob, event, guid, instant, networks } from '../../support/events.ts'

let logs = 0x1000
/** A log that no other test writes to. */
const newOrganization = (): EventLog & { kind: 'organization' } => ({ kind: 'organization', id: guid(++logs, 'c') })

const everything = (log: EventLog): EventQuery => ({
  log,
  from: instant('2010-01-01'),
  to: instant('2100-01-01'),
  filters: [],
  traits: {},
})

/** Every page of a query, one after the other. */
export async function listAll(store: EventStore, query: EventQuery, limit = 1_000): Promise<StoredEvent[][]> {
  const pages: StoredEvent[][] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<EventStore['list']>> = await store.list(query, limit, after)
    if (!page) throw new Error('a cursor of the store itself was refused')
    pages.push([...page.events])
    after = page.next
  } while (after !== null)
  return pages
}

/** A page of a feed after a cursor that must be the store's own. */
async function feedFrom(store: EventStore, log: EventLog, limit: number, after: string): Promise<FeedPage> {
  const page = await store.feed(log, limit, after)
  if (!page) throw new Error('a cursor of the store itself was refused')
  return page
}

/** Every event of a feed, read by pages of this size. */
export async function feedAll(store: EventStore, log: EventLog, limit = 1_000): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  let page: FeedPage = { events: [], numbers: [], storedAt: [], next: feedStart, more: true }
  while (page.more) {
    page = await feedFrom(store, log, limit, page.next)
    events.push(...page.events)
  }
  return events
}

const anyFilters: fc.Arbitrary<IdFilter[]> = fc.array(
  fc.record(
    {
      fields: fc.subarray(['actingUserId', 'cipherId', 'organizationUserId', 'userId', 'id'] as const, {
        minLength: 1,
      }),
      ids: fc.array(
        fc.oneof(
          fc.constantFrom(alice, bob),
          fc.nat(5).map((number) => guid(number, 'd')),
        ),
      ),
      systemUsers: fc.subarray([1, 2]),
      negated: fc.boolean(),
    },
    { requiredKeys: ['fields', 'ids'] },
  ),
  { maxLength: 3 },
)
const traitsOfAny = {
  types: fc.subarray([1107, 1108, 1109, 1110]),
  networks: fc.subarray(networks('203.0.113.1', '203.0.113.2/31', '2001:db8::/32', '0.0.0.0/0')),
  deviceTypes: fc.subarray([0, 1, 2, 25]),
}
const anyTraits: fc.Arbitrary<TraitFilter> = fc.record(
  { ...traitsOfAny, not: fc.record(traitsOfAny, { requiredKeys: [] }) },
  { requiredKeys: [] },
)

/** Events in which each id, type, address and device comes with several others, or is missing. */
const anyEvents = (log: { readonly id: Guid }): AcceptedEvent[] =>
  Array.from({ length: 60 }, (_, index) =>
    event({
      organizationId: log.id,
      type: 1107 + (index % 3),
      cipherId: index % 4 === 3 ? undefined : guid(index % 5, 'd'),
      actingUserId: [alice, bob, undefined][index % 3],
      organizationUserId: index % 2 ? guid(index % 4, 'd') : undefined,
      userId: index % 7 ? undefined : alice,
      systemUser: index % 2 ? index % 4 : undefined,
      ipAddress: ['203.0.113.1', '203.0.113.2', '2001:db8::7', 'unknown', undefined][index % 5],
      deviceType: index % 6 ? index % 4 : undefined,
      date: new Date(Date.UTC(2026, 10, 1) + index * 1_000).toISOString(),
    }),
  )

const sorted = (events: readonly AcceptedEvent[]) => events.map((each) => JSON.stringify(each)).sort()

/** The promises of the port `EventStore`. */
export function eventStoreConformance(name: string, store: () => EventStore): void {
  const countingEvents = (log: { id: Guid }, count: number) =>
    Array.from({ length: count }, (_, index) =>
      event({
        organizationId: log.id,
        cipherId: guid(index % 7, 'd'),
        actingUserId: index % 2 ? alice : bob,
        date: new Date(Date.UTC(2026, 10, 1) + index * 1_000).toISOString(),
      }),
    )

  describe(`${name}: append`, () => {
    test('gives back every member of an event, dates to the last digit', async () => {
      const log = newOrganization()
      const full = event({
        organizationId: log.id,
        ...Object.fromEntries(
          [
            'userId',
            'providerId',
            'cipherId',
            'collectionId',
            'groupId',
            'policyId',
            'organizationUserId',
            'providerUserId',
            'providerOrganizationId',
            'actingUserId',
            'installationId',
            'secretId',
            'projectId',
            'serviceAccountId',
            'grantedServiceAccountId',
            'sendId',
            'objectId',
          ].map((field, index) => [field, guid(index, 'e')]),
        ),
        date: '2026-11-20T10:00:00.7566667Z',
        deviceType: 25,
        systemUser: 1,
        ipAddress: '2001:db8::1',
        domainName: "o'hara.example",
        objectName: 'Many failed logins – Café',
        actingUserName: 'Olga Olsen',
        actingUserEmail: 'olga@keytrail.test',
        clientDate: 'yesterday',
      })
      await store().append([full])
      expect((await store().list(everything(log), 10, null))?.events).toEqual([full])
      expect(await feedAll(store(), log)).toEqual([full])
    })

    test('stores an event once, however often it comes, alone or among new ones', async () => {
      const log = newOrganization()
      const events = countingEvents(log, 60)
      await store().append(events.slice(0, 20))
      await store().append([...events.slice(10, 40), ...events.slice(10, 20)])
      await store().append(events)
      await store().append(events)
      expect((await listAll(store(), everything(log))).flat()).toHaveLength(60)
      expect(sorted(await feedAll(store(), log))).toEqual(sorted(events))
    })

    test('stores an event once whose date is the server’s, though each delivery dates it anew', async () => {
      const log = newOrganization()
      const id = guid(77, 'f')
      for (const date of ['2026-11-20T10:00:00Z', '2026-11-20T10:00:05Z']) {
        await store().append([{ ...event({ organizationId: log.id, date, clientDate: '' }), id }])
      }
      const found = (await listAll(store(), everything(log))).flat()
      expect(found.map(({ date }) => date)).toEqual([instant('2026-11-20T10:00:00Z')])
      expect(await feedAll(store(), log)).toEqual(found)
    })

    test('stores an event once whose date was not accepted at first and is when it comes again', async () => {
      const log = newOrganization()
      const claimed = event({ organizationId: log.id, date: '2026-11-20T10:06:00.25Z' })
      const early = { ...claimed, date: instant('2026-11-20T10:00:00Z'), clientDate: '2026-11-20T10:06:00.25Z' }
      for (const each of [early, claimed, early, claimed]) await store().append([each])
      expect((await listAll(store(), everything(log), 1)).flat()).toEqual([early])
      expect(await feedAll(store(), log)).toEqual([early])
    })

    test('stores what many writers append at the same time, once', async () => {
      const log = newOrganization()
      const events = countingEvents(log, 40)
      await Promise.all([0, 5, 10, 15].map((start) => store().append(events.slice(start, start + 25))))
      expect((await listAll(store(), everything(log))).flat()).toHaveLength(40)
      expect(sorted(await feedAll(store(), log))).toEqual(sorted(events))
    })

    test('keeps the logs of organizations, providers and users apart', async () => {
      const id = guid(++logs, 'c')
      const own = { organizationId: undefined, cipherId: undefined }
      const ofUser = event({ ...own, userId: id })
      const ofProvider = event({ ...own, providerId: id })
      const ofOrganization = event({ organizationId: id })
      await store().append([ofUser, ofProvider, ofOrganization])
      const of = async (kind: EventLog['kind']) => (await listAll(store(), everything({ kind, id }))).flat()
      expect(await of('user')).toEqual([ofUser])
      expect(await of('provider')).toEqual([ofProvider])
      expect(await of('organization')).toEqual([ofOrganization])
    })
  })

  describe(`${name}: list`, () => {
    test('is newest first over several pages and ends with null', async () => {
      const log = newOrganization()
      const events = countingEvents(log, 25)
      await store().append(events)
      const pages = await listAll(store(), everything(log), 10)
      expect(pages.map((page) => page.length)).toEqual([10, 10, 5])
      expect(pages.flat()).toEqual(events.toReversed())
      expect((await store().list(everything(log), 25, null))?.next).toBeNull()
    })

    test('gives every event of one millisecond, across page edges', async () => {
      const log = newOrganization()
      const events = Array.from({ length: 23 }, (_, index) =>
        event({ organizationId: log.id, cipherId: guid(index, 'd'), date: `2026-11-20T10:00:00.000${index % 10}Z` }),
      )
      await store().append(events)
      const found = (await listAll(store(), everything(log), 5)).flat()
      expect(sorted(found)).toEqual(sorted(events))
    })

    test('includes both ends of a range, to the last digit', async () => {
      const log = newOrganization()
      const dates = [1, 2, 3, 4, 5].map((digit) => `2026-11-20T10:00:00.123456${digit}Z`)
      await store().append(dates.map((date) => event({ organizationId: log.id, date })))
      const range = { from: instant(dates[1] ?? ''), to: instant(dates[3] ?? '') }
      const found = (await listAll(store(), { ...everything(log), ...range }, 2)).flat()
      expect(found.map(({ date }) => date).toSorted()).toEqual(dates.slice(1, 4))
    })

    test('filters by what an event names, several filters together', async () => {
      const log = newOrganization()
      const events = countingEvents(log, 50)
      await store().append(events)
      const acting = { fields: ['actingUserId'], ids: [alice] } as const
      const item = { fields: ['cipherId'], ids: [guid(3, 'd')] } as const
      for (const filters of [[acting], [item], [acting, item], [item, acting]]) {
        const found = (await listAll(store(), { ...everything(log), filters }, 4)).flat()
        const wanted = events.filter((each) => filters.every(({ fields, ids }) => each[fields[0]] === ids[0]))
        expect(found).toEqual(wanted.toReversed())
        expect(found.length).toBeGreaterThan(2)
      }
    })

    test('filters by types, address and device, alone and together with ids', async () => {
      const log = newOrganization()
      const events = countingEvents(log, 60).map((each, index) => ({
        ...each,
        type: 1107 + (index % 3),
        ipAddress: `203.0.113.${index % 4}`,
        deviceType: index % 5,
      }))
      await store().append(events)
      const acting = [{ fields: ['actingUserId'], ids: [alice] } as const]
      for (const [traits, filters] of [
        [{ types: [1108] }, []],
        [{ types: [1107, 1109], deviceTypes: [0] }, []],
        [{ networks: networks('203.0.113.3') }, acting],
        [{ networks: networks('::ffff:203.0.113.1', '203.0.113.2/31') }, []],
        [
          {
            types: Array.from({ length: 20 }, (_, index) => 1108 + index),
            networks: networks('203.0.113.1'),
            deviceTypes: [2],
          },
          acting,
        ],
      ] as const) {
        const query = { ...everything(log), filters, traits }
        const wanted = events.filter((each) => matches(each, query)).toReversed()
        expect(wanted.length).toBeGreaterThan(0)
        expect((await listAll(store(), query, 4)).flat()).toEqual(wanted)
      }
    })

    test('lists what a plain filter passes, for any ids, types, addresses and devices, asked for or excluded', async () => {
      const log = newOrganization()
      const events = anyEvents(log)
      await store().append(events)
      await fc.assert(
        fc.asyncProperty(anyFilters, anyTraits, fc.integer({ min: 1, max: 50 }), async (filters, traits, limit) => {
          const query = { ...everything(log), filters, traits }
          const wanted = events.filter((each) => matches(each, query)).toReversed()
          expect((await listAll(store(), query, limit)).flat()).toEqual(wanted)
        }),
        { numRuns: 25 },
      )
    })

    test('finds any resource by its id, newest first, each event once', async () => {
      const log = newOrganization()
      const thing = guid(5, '9')
      const events = resourceFields.map((field, index) =>
        event({ organizationId: log.id, cipherId: undefined, [field]: thing, date: `2026-11-2${index}T00:00:00Z` }),
      )
      const twice = event({ organizationId: log.id, cipherId: thing, secretId: thing, date: '2026-11-28T00:00:00Z' })
      await store().append([...events, twice, event({ organizationId: log.id })])
      const filters = [{ fields: resourceFields, ids: [thing] }]
      const found = (await listAll(store(), { ...everything(log), filters }, 3)).flat()
      expect(found).toEqual([twice, ...events.toReversed()])
    })

    test('goes on where it was while new events arrive', async () => {
      const log = newOrganization()
      const events = countingEvents(log, 20)
      await store().append(events)
      const first = await store().list(everything(log), 8, null)
      await store().append([event({ organizationId: log.id, date: '2026-11-25T00:00:00Z' })])
      const rest = await store().list(everything(log), 50, first?.next ?? null)
      expect([...(first?.events ?? []), ...(rest?.events ?? [])]).toEqual(events.toReversed())
    })

    test('is empty for a log without events, and refuses a cursor that is none', async () => {
      expect(await store().list(everything(newOrganization()), 10, null)).toEqual({ events: [], next: null })
      expect(await store().list(everything(newOrganization()), 10, "x' or 'x")).toBeUndefined()
    })
  })

  describe(`${name}: ids`, () => {
    test('are found by their first digits, with the field of each index, in their log alone', async () => {
      const [log, other] = [newOrganization(), newOrganization()]
      const ids = [guid(1, 'd'), guid(2, 'd'), guid(3, 'd')]
      await store().append([
        ...ids.map((cipherId) => event({ organizationId: log.id, cipherId })),
        event({ organizationId: log.id, cipherId: ids[0], date: '2026-11-21T00:00:00Z' }),
        event({ organizationId: log.id, collectionId: ids[1], cipherId: guid(1, 'e') }),
        event({ organizationId: log.id, cipherId: undefined, userId: guid(4, 'd') }),
        event({ organizationId: other.id, cipherId: guid(5, 'd') }),
      ])
      const found = async (digits: string) =>
        (await store().idsBeginning(log, digits)).map(({ field, id }) => `${field} ${id}`).toSorted()
      const all = [...ids.map((id) => `cipherId ${id}`), `collectionId ${ids[1]}`]
      expect(await found('d0000000')).toEqual(all)
      expect(await found(ids[1] ?? '')).toEqual([all[1], all[3]])
      expect(await found('d0000001')).toEqual([])
      expect(await store().idsBeginning(newOrganization(), 'd0000000')).toEqual([])
    })

    test('are so many a field at most', async () => {
      const log = newOrganization()
      await store().append(
        Array.from({ length: idsBeginningMax + 2 }, (_, index) =>
          event({ organizationId: log.id, cipherId: guid(index, 'd'), groupId: guid(index, 'd') }),
        ),
      )
      const found = await store().idsBeginning(log, 'd0000000')
      expect(found.filter(({ field }) => field === 'cipherId').map(({ id }) => id)).toEqual(
        Array.from({ length: idsBeginningMax }, (_, index) => guid(index, 'd')),
      )
      expect(found).toHaveLength(2 * idsBeginningMax)
    })
  })

  describe(`${name}: feed`, () => {
    test('gives events in order of arrival, on any page size, and goes on when more come', async () => {
      const log = newOrganization()
      const events = countingEvents(log, 70).toReversed()
      for (let start = 0; start < 60; start += 20) await store().append(events.slice(start, start + 20))
      expect(await feedAll(store(), log, 7)).toEqual(events.slice(0, 60))
      const { next } = await feedFrom(store(), log, 60, feedStart)
      await store().append(events.slice(60))
      expect((await feedFrom(store(), log, 60, next)).events).toEqual(events.slice(60))
    })

    test('stays at its cursor while there is nothing new, also in a log without events', async () => {
      const log = newOrganization()
      const nothing = await feedFrom(store(), log, 10, feedStart)
      expect(nothing).toEqual({ events: [], numbers: [], storedAt: [], next: feedStart, more: false })
      const events = countingEvents(log, 3)
      await store().append(events)
      const { next } = await feedFrom(store(), log, 10, nothing.next)
      expect(await feedFrom(store(), log, 10, next)).toEqual({
        events: [],
        numbers: [],
        storedAt: [],
        next,
        more: false,
      })
    })

    test('refuses a cursor that is none', async () => {
      for (const cursor of ['', 'x', "0' or '", '-1', '01', '1.5', '1e3', '1', '9999999999999999'])
        expect(await store().feed(newOrganization(), 10, cursor)).toBeUndefined()
    })
  })

  test(`${name}: check resolves`, async () => {
    await expect(store().check()).resolves.toBeUndefined()
  })
}
