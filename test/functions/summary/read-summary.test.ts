// GET /organizations/{id}/summary: days, people, addresses and members not seen, from what is counted; for readers of the log alone.
import { beforeEach, describe, expect, test } from 'vitest'
import { memorySummaries } from '../../../src/adapters/memory/counts/summaries.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { summarize } from '../../../src/application/summary/summarize.ts'
import { summaryDaysMax } from '../../../src/application/summary/summary-of-days.ts'
import { memberType } from '../../../src/domain/directory/directory.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { notSeenMax } from '../../../src/domain/summary/summary.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { readSummary } from '../../../src/functions/summary/read-summary.ts'
import type { Summaries } from '../../../src/ports/counts/summaries.ts'
import type { Directory } from '../../../src/ports/directory.ts'
import { call, tokensOf } from '../../support/calls.ts'
import { member, organization } from '../../support/directory.ts'
import { acme, alice, bob, event, globex, guid } from '../../support/events.ts'
import { directoryOfAcme, people } from '../../support/people.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const storedMs = Date.parse('2026-11-22T11:00:00Z')
const dayMs = 86_400_000

let directory: Directory
let store: ReturnType<typeof memoryEventStore>
let summaries: Summaries
beforeEach(async () => {
  directory = await directoryOfAcme()
  store = memoryEventStore(() => storedMs)
  summaries = memorySummaries()
})

async function counted(...events: readonly AcceptedEvent[]) {
  await store.append(events)
  await summarize({ organizationId: acme, store, summaries })
}

function ask(query = '', { token = 'bob', id = acme }: { token?: string | null; id?: Guid } = {}) {
  const authenticate = authenticateWith(tokensOf(people))
  const handler = readSummary({ authenticate, directory, store, summaries, now: () => now })
  return call(handler, { path: `/?${query}`, params: { id }, ...(token !== null && { token }) })
}

describe('the summary', () => {
  beforeEach(async () => {
    await directory.putOrganization(acme, organization(acme, { members: [member(bob, { type: memberType.admin })] }))
  })

  test('has every day of the range, who did what, and where from', async () => {
    await counted(
      event({ date: '2026-11-20T09:00Z', type: 1107, ipAddress: '192.0.2.1' }),
      event({ date: '2026-11-22T10:00Z', type: 1111, ipAddress: '192.0.2.1' }),
      event({ date: '2026-11-22T10:01Z', type: 1005, actingUserId: bob, ipAddress: '192.0.2.2' }),
      event({ date: '2026-11-19T23:59:59Z', type: 1000, ipAddress: '192.0.2.3' }),
    )
    const { status, json } = await ask('start=2026-11-20&end=2026-11-22')

    expect(status).toBe(200)
    const none = { failedLogins: 0, views: 0, copies: 0 }
    const nobody = { name: null, email: null }
    expect(json).toEqual({
      object: 'summary',
      start: '2026-11-20',
      end: '2026-11-22',
      days: [
        { date: '2026-11-20', events: 1, byCategory: { item: 1 }, ...none, views: 1 },
        { date: '2026-11-21', events: 0, byCategory: {}, ...none },
        { date: '2026-11-22', events: 2, byCategory: { item: 1, user: 1 }, failedLogins: 1, views: 0, copies: 1 },
      ],
      users: [
        { userId: alice, ...nobody, events: 2, ...none, views: 1, copies: 1, lastSeen: '2026-11-22T10:00:00.000Z' },
        { userId: bob, ...nobody, events: 1, ...none, failedLogins: 1, lastSeen: null },
      ],
      addresses: [
        { ipAddress: '192.0.2.1', events: 2 },
        { ipAddress: '192.0.2.2', events: 1 },
      ],
      membersNotSeen: [expect.objectContaining({ userId: bob, lastSeen: null })],
      membersNotSeenTotal: 1,
      upTo: '2026-11-22T12:00:00.000Z',
    })
  })

  test('names people, also those who are gone', async () => {
    const named = (userId: Guid, name: string) =>
      member(userId, { type: memberType.owner, id: userId, name, email: `${name}@acme.example` })
    await directory.putOrganization(acme, organization(acme, { members: [named(alice, 'alice'), named(bob, 'bob')] }))
    await directory.putOrganization(acme, organization(acme, { members: [named(alice, 'alice')] }))
    await counted(event({ actingUserId: bob }), event({ actingUserId: bob, type: 1000 }), event())

    expect((await ask('', { token: 'alice' })).json).toMatchObject({
      users: [
        { userId: bob, name: 'bob', email: 'bob@acme.example', events: 2 },
        { userId: alice, name: 'alice', email: 'alice@acme.example', events: 1 },
      ],
    })
  })

  test('names members who did nothing for 30 days, in any range, up to a limit', async () => {
    const seen = [now - 31 * dayMs, now - 29 * dayMs, now - 200 * dayMs].map((ms, index) =>
      event({ actingUserId: guid(index, 'b'), date: new Date(ms).toISOString() }),
    )
    const members = Array.from({ length: notSeenMax + 2 }, (_, index) =>
      member(guid(index, 'b'), { type: memberType.owner, id: guid(index, '7') }),
    )
    await directory.putOrganization(acme, organization(acme, { members }))
    await counted(...seen)
    const { json } = await ask('start=2026-11-22&end=2026-11-22')

    expect(json).toMatchObject({ days: [{ events: 0 }], membersNotSeenTotal: notSeenMax + 1 })
    const named = Object(json).membersNotSeen
    expect(named).toHaveLength(notSeenMax)
    expect(named).not.toContainEqual(expect.objectContaining({ userId: guid(1, 'b') }))
    expect(named).toContainEqual({
      memberId: guid(2, '7'),
      userId: bob,
      name: null,
      email: null,
      lastSeen: null,
    })
  })

  test('says when a member was last seen, within 92 days', async () => {
    const date = new Date(now - 60 * dayMs).toISOString()
    await counted(event({ actingUserId: bob, date }))

    expect((await ask()).json).toMatchObject({ membersNotSeen: [{ userId: bob, lastSeen: date }] })
  })

  test('covers older days as well, but last activity counts up to today', async () => {
    await counted(event({ actingUserId: bob, date: '2026-01-05' }), event({ actingUserId: bob, date: '2026-11-21' }))

    expect((await ask('start=2026-01-01&end=2026-01-31')).json).toMatchObject({
      days: { length: 31 },
      users: [{ userId: bob, events: 1, lastSeen: '2026-01-05T00:00:00.000Z' }],
      membersNotSeen: [],
    })
  })

  test('says up to when it counts: the last event counted while others wait, and null before the first', async () => {
    expect((await ask()).json).toMatchObject({ upTo: null, days: { length: 31 } })
    await counted(event())
    await store.append([event({ type: 1000 })])
    expect((await ask()).json).toMatchObject({ upTo: '2026-11-22T11:00:00.000Z' })
  })
})

describe('the range', () => {
  test('has at most 92 days', async () => {
    const to = (days: number) => `start=2026-01-01&end=${new Date(Date.UTC(2026, 0, days)).toISOString()}`

    expect((await ask(to(summaryDaysMax))).json).toMatchObject({ days: { length: summaryDaysMax } })
    const tooLong = await ask(to(summaryDaysMax + 1))
    expect([tooLong.status, tooLong.json]).toMatchObject([
      400,
      { errors: { end: ['is more than 92 days from start'] } },
    ])
  })

  test.each([
    ['start=never', 'start'],
    ['end=never', 'end'],
    ['start=2020-01-01&end=2026-01-01', 'end'],
  ])('is refused where it is none: %s', async (query, name) => {
    const { status, json } = await ask(query)

    expect([status, Object.keys(Object(json).errors)]).toEqual([400, [name]])
  })

  test('is swapped when it is reversed', async () => {
    expect((await ask('start=2026-11-22&end=2026-11-20')).json).toMatchObject({
      start: '2026-11-20',
      end: '2026-11-22',
    })
  })
})

describe('who may', () => {
  test.each(['alice', 'bob', 'custom', 'agent'])('%s, who reads the log', async (token) => {
    expect((await ask('', { token })).status).toBe(200)
  })

  test.each([
    [null, 401],
    ['unknown', 401],
    ['server', 401],
    ['user', 404],
    ['erin', 404],
    ['revoked', 404],
  ])('not %s: %i', async (token, status) => {
    expect((await ask('', { token })).status).toBe(status)
  })

  test('nobody, of an organization that does not exist', async () => {
    expect((await ask('', { id: globex })).status).toBe(404)
  })
})
