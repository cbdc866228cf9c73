// Batches of clients: each event is decided on its own, repeats give the same ids, and every dropped event has a reason.
import { describe, expect, test } from 'vitest'
import { type DirectoryFacts, memberStatus, memberType } from '../../../src/domain/directory/directory.ts'
import type { UserPrincipal } from '../../../src/domain/directory/principal.ts'
import { textCharactersMax } from '../../../src/domain/events/event.ts'
import { eventTypes } from '../../../src/domain/events/event-types.ts'
import { decideCollect, readSubmitted, type UploadContext, wantedBy } from '../../../src/domain/ingest/collect.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import { caller, facts, item, member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, bob, globex, guid, instant } from '../../support/events.ts'

const now = instant('2026-11-22T06:28:00Z')
const date = '2026-11-22T06:27:51.501Z'
const agency = guid(1, '9')
const memberId = guid(1, '7')
const [reached, unreached, foreign, unknown] = [guid(1, 'd'), guid(2, 'd'), guid(3, 'd'), guid(9, 'd')]
const collection = guid(1, '5')

const aliceInAcme = member(alice, { id: memberId, collections: [{ id: collection }] })
const items = [
  item(reached, { collections: [collection] }),
  item(unreached),
  item(foreign, { organizationId: globex, collections: [collection] }),
]
/** Alice is a plain member of Acme; Globex is none of her business. */
const directory = (acmesEntry: Parameters<typeof organization>[1] = {}, itemsToo = items) =>
  facts({
    organizations: [organization(acme, { members: [aliceInAcme], ...acmesEntry }), organization(globex)],
    items: itemsToo,
  })

type Options = { who?: UserPrincipal; known?: DirectoryFacts; context?: UploadContext; at?: Instant }

const decide = (
  batch: readonly unknown[],
  { who = caller(), known = directory(), context = {}, at = now }: Options = {},
) => {
  const { events, ...decision } = decideCollect(who, batch.map(readSubmitted), known, context, at)
  return { ...decision, events: [...events] }
}
const idsOf = (...parameters: Parameters<typeof decide>) => decide(...parameters).events.map(({ id }) => id)

const viewed = { type: 1107, cipherId: reached, organizationId: acme, date }
const exported = { type: 1007, cipherId: null, organizationId: null, date }
const exportedAll = { type: 1602, cipherId: null, organizationId: acme, date }
const bannerClicked = { ...exportedAll, type: 1522 }
const phished = { ...exportedAll, type: 2400 }

describe('an event is accepted', () => {
  const common = { id: expect.any(String), date: instant(date), actingUserId: alice, organizationId: acme }

  test.each([
    ['of an item that the caller reaches', viewed, {}, { cipherId: reached }],
    [
      'of an item, despite another organization in the event',
      { ...viewed, organizationId: globex },
      {},
      { cipherId: reached },
    ],
    ['of an item, without an organization', { ...viewed, organizationId: null }, {}, { cipherId: reached }],
    ['of a member, and names the member', bannerClicked, {}, { userId: alice, organizationUserId: memberId }],
    ['of a member’s choice about the organization', { ...exportedAll, type: 1618 }, {}, {}],
    ['of the organization', exportedAll, {}, {}],
    ['of the phishing blocker where it is on', phished, { usePhishingBlocker: true }, {}],
  ])('%s', (_, submitted, entry, expected) => {
    expect(decide([submitted], { known: directory(entry) })).toEqual({
      accepted: 1,
      undecided: false,
      events: [{ ...common, type: submitted.type, ...expected }],
      dropped: [],
    })
  })

  test('with the device and the address of the upload', () => {
    const context = { deviceType: 25, ipAddress: '203.0.113.7' }
    expect(decide([viewed], { context }).events).toMatchObject([context])
  })

  test('for a deleted item', () => {
    const deleted = directory({}, [item(reached, { collections: [collection], deleted: true })])
    expect(decide([viewed], { known: deleted }).accepted).toBe(1)
  })

  test('for every type that clients report, and for no other', () => {
    const owner = member(alice, { type: memberType.owner })
    const all = directory({ members: [owner], usePhishingBlocker: true })
    const batch = eventTypes.map(({ code }) => ({ ...viewed, type: code }))
    const { accepted, dropped } = decide(batch, { known: all })
    const serverTypes = eventTypes.flatMap(({ collect }, index) => (collect === null ? [index] : []))
    expect(dropped).toEqual(serverTypes.map((index) => ({ index, reason: 'type-not-collectable' })))
    expect(accepted).toBe(35)
    expect(decide([{ ...viewed, type: 1118 }]).accepted).toBe(1)
  })
})

describe('an event is dropped as', () => {
  const claimingOwner = caller({ organizations: new Map([[acme, 'owner']]) })
  const offline = { useEvents: false }
  test.each([
    ['malformed', 'when it cannot be read', { type: 'viewed' }, {}],
    ['malformed', 'when its item is no GUID', { ...viewed, cipherId: 'x' }, {}],
    ['type-unknown', 'when no catalogue has its type', { ...viewed, type: 4711 }, {}],
    ['type-not-collectable', 'when only servers report its type', { ...viewed, type: 1000 }, {}],
    ['item-missing', 'when it is of an item and names none', { ...viewed, cipherId: null }, {}],
    ['item-unreachable', 'for an unknown item', { ...viewed, cipherId: unknown }, {}],
    ['item-unreachable', 'when the caller cannot reach the item', { ...viewed, cipherId: unreached }, {}],
    ['item-unreachable', 'when the item is another organization’s', { ...viewed, cipherId: foreign }, {}],
    ['item-unreachable', 'when the item’s organization is disabled', viewed, { enabled: false }],
    ['events-off', 'when the item’s organization logs no events', viewed, offline],
    [
      'organization-missing',
      'when it is of an organization and names none',
      { ...exportedAll, organizationId: null },
      {},
    ],
    ['not-a-member', 'when the caller is no member', { ...exportedAll, organizationId: globex }, {}],
    ['not-a-member', 'for an unknown organization', { ...exportedAll, organizationId: guid(9, 'a') }, {}],
    ['not-a-member', 'when the organization is disabled', exportedAll, { enabled: false }],
    [
      'not-a-member',
      'when the caller is no longer a member',
      exportedAll,
      { members: [{ ...aliceInAcme, status: memberStatus.revoked }] },
    ],
    ['events-off', 'when the organization logs no events', exportedAll, offline],
    ['phishing-blocker-off', 'when the organization does not use the phishing blocker', phished, {}],
  ])('%s %s', (reason, _, submitted, entry) => {
    for (const who of [caller(), claimingOwner]) {
      expect(decide([submitted], { who, known: directory(entry) })).toEqual({
        accepted: 0,
        undecided: false,
        events: [],
        dropped: [{ index: 0, reason }],
      })
    }
  })

  test.each([
    ['removed', []],
    ['invited', [{ ...aliceInAcme, status: memberStatus.invited }]],
    ['accepted', [{ ...aliceInAcme, status: memberStatus.accepted }]],
    ['invited by e-mail', [{ ...aliceInAcme, userId: null }]],
    ['revoked', [{ ...aliceInAcme, status: memberStatus.revoked }]],
  ])('not-a-member and item-unreachable when the directory lists the caller as %s, despite the token', (_, members) => {
    expect(decide([exportedAll, viewed], { who: claimingOwner, known: directory({ members }) }).dropped).toEqual([
      { index: 0, reason: 'not-a-member' },
      { index: 1, reason: 'item-unreachable' },
    ])
  })

  test('organization-unknown when the token claims one that the directory does not have', () => {
    const who = caller({ organizations: new Map([[acme, 'owner']]) })
    const { dropped } = decide([exportedAll, viewed], { who, known: facts({ items }) })
    expect(dropped).toEqual([
      { index: 0, reason: 'organization-unknown' },
      { index: 1, reason: 'item-unreachable' },
    ])
  })

  test('on its own, without effect on others', () => {
    const batch = Array.from({ length: 100 }, (_, index) => ({
      ...viewed,
      date: `2026-11-22T06:27:51.${100 + index}Z`,
    }))
    const { accepted, events, dropped } = decide(
      batch.with(7, { ...viewed, type: -1 }).with(99, { ...viewed, cipherId: unknown }),
    )
    expect([accepted, events.length]).toEqual([98, 98])
    expect(dropped).toEqual([
      { index: 7, reason: 'type-unknown' },
      { index: 99, reason: 'item-unreachable' },
    ])
  })
})

describe('an export of a personal vault', () => {
  const own = { type: 1007, date: instant(date), userId: alice, actingUserId: alice }

  test('goes to the personal log of a caller without memberships', () => {
    const { accepted, events } = decide([exported], { known: facts() })
    expect(accepted).toBe(1)
    expect(events).toEqual([{ ...own, id: expect.any(String) }])
  })

  test('goes to no log of an organization or provider that the caller left, despite the token', () => {
    const left = facts({ organizations: [organization(acme)], providers: [provider(agency)] })
    const who = caller({ organizations: new Map([[acme, 'owner']]), providers: new Map([[agency, 'admin']]) })
    expect(decide([exported], { who, known: left }).events).toEqual([{ ...own, id: expect.any(String) }])
  })

  test('goes to the log of every organization and provider of the caller that logs events, under one id', () => {
    const [quiet, disabled, pending] = [guid(3, 'a'), guid(4, 'a'), guid(5, 'a')]
    const [quietAgency, disabledAgency] = [guid(2, '9'), guid(3, '9')]
    const members = [member(alice)]
    const users = [providerUser(alice)]
    const everywhere = facts({
      organizations: [
        organization(acme, { members }),
        organization(globex, { members: [member(alice, { type: memberType.owner })] }),
        organization(quiet, { members, useEvents: false }),
        organization(disabled, { members, enabled: false }),
        organization(pending, { members: [member(alice, { status: memberStatus.accepted })] }),
      ],
      providers: [
        provider(agency, { users }),
        provider(quietAgency, { users, useEvents: false }),
        provider(disabledAgency, { users, enabled: false }),
      ],
    })
    const { accepted, events } = decide([exported], { known: everywhere })
    expect(accepted).toBe(1)
    expect(events.map(({ id, ...event }) => event)).toEqual([
      own,
      { ...own, organizationId: acme },
      { ...own, organizationId: globex },
      { ...own, providerId: agency },
    ])
    expect(new Set(events.map(({ id }) => id)).size).toBe(1)
  })
})

describe('a user of a provider', () => {
  const managed = (members: Parameters<typeof organization>[1] = {}) =>
    facts({
      organizations: [organization(acme, { providerId: agency, ...members })],
      providers: [provider(agency, { users: [providerUser(alice)] })],
      items,
    })

  test('acts for an organization in the name of the provider', () => {
    const [event] = decide([{ ...viewed, cipherId: unreached }], { known: managed() }).events
    expect(event).toMatchObject({ organizationId: acme, providerId: agency, cipherId: unreached, actingUserId: alice })
  })

  test('acts as a member where both a member and a provider user', () => {
    const [event] = decide([viewed], { known: managed({ members: [aliceInAcme] }) }).events
    expect(event).toMatchObject({ organizationId: acme, cipherId: reached })
    expect(event).not.toHaveProperty('providerId')
  })

  test('reaches every item where also a plain member, and acts as the member', () => {
    const [event] = decide([{ ...viewed, cipherId: unreached }], {
      known: managed({ members: [aliceInAcme] }),
    }).events
    expect(event).toMatchObject({ organizationId: acme, cipherId: unreached })
    expect(event).not.toHaveProperty('providerId')
  })

  test.each([
    ['the directory disabled the provider', { enabled: false }],
    ['the directory revoked him', { users: [providerUser(alice, { status: memberStatus.revoked })] }],
    ['the directory removed him', { users: [] }],
    ['the directory has him as invited', { users: [providerUser(alice, { status: memberStatus.invited })] }],
  ])('reaches nothing once %s, despite the token, member or not', (_, ofAgency) => {
    const who = caller({ providers: new Map([[agency, 'admin']]) })
    for (const members of [[], [aliceInAcme]]) {
      const known = facts({
        organizations: [organization(acme, { providerId: agency, members })],
        providers: [provider(agency, { users: [providerUser(alice)], ...ofAgency })],
        items,
      })
      expect(decide([{ ...viewed, cipherId: unreached }], { who, known }).dropped).toEqual([
        { index: 0, reason: 'item-unreachable' },
      ])
    }
  })

  test('is no member: events that only members report are dropped', () => {
    expect(decide([exportedAll], { known: managed() }).dropped).toEqual([{ index: 0, reason: 'not-a-member' }])
  })
})

describe('a repeated upload', () => {
  const batch = [viewed, exported, { ...viewed, type: 1111 }, { ...exportedAll, date: null }]

  test('gives the same ids at any time and from any address', () => {
    const context = { deviceType: 9, ipAddress: '203.0.113.7' }
    expect(idsOf(batch, { context, at: instant('2026-11-22T06:59:59Z') })).toEqual(idsOf(batch))
  })

  test.each([
    ['person', viewed, { who: caller({ userId: bob }), known: directory({ members: [member(bob, { type: 0 })] }) }],
    ['type', { ...viewed, type: 1108 }, {}],
    ['item', { ...viewed, cipherId: unreached }, { known: directory({ members: [{ ...aliceInAcme, type: 0 }] }) }],
    ['date', { ...viewed, date: '2026-11-22T06:27:51.502Z' }, {}],
  ] satisfies [string, unknown, Options][])('gives other ids for another %s', (_, other, options) => {
    expect(idsOf([viewed])).toHaveLength(1)
    expect(idsOf([other], options)).toHaveLength(1)
    expect(idsOf([other], options)).not.toEqual(idsOf([viewed]))
  })

  test('gives one event for two equal ones, and counts both as accepted', () => {
    const spelledAnew = { ...viewed, cipherId: reached.toUpperCase(), date: '2026-11-22T07:27:51.5010+01:00' }
    const { accepted, events } = decide([viewed, viewed, spelledAnew])
    expect([accepted, events.length]).toEqual([3, 1])
  })
})

describe('an event without a date', () => {
  const undated = { ...viewed, date: null }
  const laterThisHour = instant('2026-11-22T06:59:59.9999999Z')
  const nextHour = instant('2026-11-22T07:00:00Z')

  test('gets the server’s date and an empty client date', () => {
    for (const submitted of [undated, { ...viewed, date: undefined }, { ...viewed, date: '' }]) {
      expect(decide([submitted]).events).toMatchObject([{ date: now, clientDate: '' }])
    }
  })

  test('differs from its equals by its index among them, not by the events between them', () => {
    const ids = idsOf([undated, undated, undated])
    expect(new Set(ids).size).toBe(3)
    expect(idsOf([undated, exported, undated, { ...undated, type: 1111 }, undated])).toEqual(
      expect.arrayContaining(ids),
    )
  })

  test('is one with its repeat within the server’s hour, and another in the next', () => {
    expect(idsOf([undated, undated], { at: laterThisHour })).toEqual(idsOf([undated, undated]))
    expect(idsOf([undated], { at: nextHour })).not.toEqual(idsOf([undated]))
  })
})

describe('an event whose date cannot stand', () => {
  const ahead = '2026-11-22T06:33:00.001Z'

  test.each([
    ['is unreadable', 'yesterday', 'yesterday'],
    ['is before 2010', '2009-12-31T23:59:59.999Z', '2009-12-31T23:59:59.999Z'],
    ['is more than 5 minutes ahead', ahead, ahead],
    ['is no text', 1_795_328_880, '1795328880'],
  ])('because it %s gets the server’s date, and keeps the client’s', (_, claimed, clientDate) => {
    expect(decide([{ ...viewed, date: claimed }]).events).toMatchObject([{ date: now, clientDate }])
  })

  test('has the same id when it is repeated hours later and its date is plausible by then', () => {
    const [early] = decide([{ ...viewed, date: ahead }]).events
    const [late] = decide([{ ...viewed, date: ahead }], { at: instant('2026-11-22T12:00:00Z') }).events
    expect(late).toMatchObject({ id: early?.id, date: instant(ahead) })
    const unreadable = { ...viewed, date: 'yesterday' }
    expect(idsOf([unreadable], { at: instant('2026-11-23') })).toEqual(idsOf([unreadable]))
  })

  test('differs from another by the client’s whole text, also beyond the stored length', () => {
    const long = 'x'.repeat(textCharactersMax)
    const claims = ['yesterday', 'today', long, `${long}1`, `${long}2`, 7]
    expect(new Set(claims.flatMap((claimed) => idsOf([{ ...viewed, date: claimed }]))).size).toBe(claims.length)
  })
})

describe('readSubmitted', () => {
  test('gives undefined for an unreadable event, in its index', () => {
    expect([viewed, 7, { type: 1107 }, null].map(readSubmitted)).toEqual([
      viewed,
      undefined,
      { type: 1107, cipherId: null, organizationId: null, date: null },
      undefined,
    ])
  })
})

describe('wantedBy', () => {
  const wants = (...batch: unknown[]) => wantedBy(batch.map(readSubmitted))
  const nothing = { organizations: [], items: [], callersLogs: false }

  test.each([
    ['an item for an event of an item', [viewed], { items: [reached] }],
    ['an organization for an event of one', [exportedAll, phished], { organizations: [acme, acme] }],
    ['the caller’s logs for an event of the caller', [exported], { callersLogs: true }],
    [
      'nothing for what will be dropped',
      [{ type: 4711 }, { ...viewed, type: 1000 }, 'x', { ...viewed, cipherId: null }],
      {},
    ],
    ['nothing for an organization that is not named', [{ ...exportedAll, organizationId: null }], {}],
    ['nothing for nothing', [], {}],
  ])('is %s', (_, batch, wanted) => {
    expect(wants(...batch)).toEqual({ ...nothing, ...wanted })
  })
})
