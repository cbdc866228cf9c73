// Messages of events: those of the reference's servers are readable, ours read back as written, and none is too large for the queue.
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { AcceptedEvent, idFields } from '../../../src/domain/events/event.ts'
import { guidOfContent, parseGuid } from '../../../src/domain/guid.ts'
import { messageBytesMax, readMessage, writeMessages } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { anyText } from '../../support/any-text.ts'
import { acme, alice, bob, event, guid, instant } from '../../support/events.ts'

const now = instant('2026-11-22T06:28:00Z')
const read = (message: unknown, at = now) =>
  readMessage(typeof message === 'string' ? message : JSON.stringify(message), at)

/** The events of a message of which nothing is refused. */
function eventsOf(message: unknown, at = now) {
  const outcome = read(message, at)
  if (outcome.kind === 'refused' || outcome.refused.length > 0) throw new Error(JSON.stringify(outcome))
  return outcome.events
}

const idempotencyId = guid(7, 'f')
const loggedIn = {
  Type: 1000,
  UserId: alice,
  OrganizationId: acme,
  ActingUserId: alice,
  CipherId: null,
  Date: '2026-11-22T06:27:51.7566667Z',
  DeviceType: 9,
  IpAddress: '203.0.113.7',
  SystemUser: null,
  IdempotencyId: idempotencyId,
}
const accepted = {
  id: idempotencyId,
  type: 1000,
  date: instant('2026-11-22T06:27:51.7566667Z'),
  userId: alice,
  organizationId: acme,
  actingUserId: alice,
  deviceType: 9,
  ipAddress: '203.0.113.7',
}

describe('readMessage', () => {
  test('reads an event in the form of the reference’s servers, dates to the last digit', () => {
    expect(read(loggedIn)).toEqual({ kind: 'events', events: [accepted], refused: [] })
  })

  test.each([
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:50000', '203.0.113.7'],
    ['2001:DB8:0:0::AB', '2001:db8::ab'],
    ['[2001:0db8::00ab]:443', '2001:db8::ab'],
    ['203.0.113.7, 10.0.0.1', '203.0.113.7, 10.0.0.1'],
    ['Unknown \ud83d', 'Unknown \ufffd'],
    ['', ''],
  ])('gives the address %j as %j, and the event the id of its text', (IpAddress, ipAddress) => {
    const { IdempotencyId: _, ...unnamed } = { ...loggedIn, IpAddress }
    const text = JSON.stringify([unnamed])
    expect(readMessage(text, now)).toMatchObject({ events: [{ id: guidOfContent(text, 0), ipAddress }] })
  })

  test('reads an array of events', () => {
    expect(eventsOf([loggedIn, { ...loggedIn, IdempotencyId: guid(8, 'f') }])).toEqual([
      accepted,
      { ...accepted, id: guid(8, 'f') },
    ])
    expect(eventsOf([])).toEqual([])
  })

  test('reads camelCase too', () => {
    const camel = Object.fromEntries(
      Object.entries(loggedIn).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
    )
    expect(eventsOf(camel)).toEqual([accepted])
  })

  test('reads every id', () => {
    const ids = idFields.map((field, index) => [field, guid(index, 'e')] as const)
    const pascal = ids.map(([field, id]) => [field.charAt(0).toUpperCase() + field.slice(1), id])
    expect(eventsOf({ Type: 1, IdempotencyId: idempotencyId, ...Object.fromEntries(pascal) })).toMatchObject([
      Object.fromEntries(ids),
    ])
  })

  test('ignores unknown properties', () => {
    expect(eventsOf({ ...loggedIn, SchemaVersion: 9, Extra: { deep: true } })).toEqual([accepted])
  })

  test('accepts unknown types: a server may be newer than Keytrail', () => {
    expect(eventsOf({ ...loggedIn, Type: 65_535 })).toEqual([{ ...accepted, type: 65_535 }])
  })

  test.each([
    ['1000', 1000],
    ['0', 0],
    ['65535', 65_535],
  ])('reads the type %j as %j', (Type, type) => {
    expect(eventsOf({ ...loggedIn, Type })).toEqual([{ ...accepted, type }])
  })

  test.each([
    ['9', 9],
    ['025', 25],
    [27, 27],
    ['LinuxCLI', 25],
    ['Linux CLI', 25],
    ['Chrome', 9],
    ['Toaster', undefined],
    [-1, undefined],
    [1.5, undefined],
    [{ name: 'Chrome' }, undefined],
  ])('reads the device %j as %j, and keeps the event', (DeviceType, deviceType) => {
    expect(eventsOf({ ...loggedIn, DeviceType })).toEqual([{ ...accepted, deviceType }])
  })

  test.each([
    ['an address that is too long', { IpAddress: 'x'.repeat(257) }, 'ipAddress'],
    ['an address that is no text', { IpAddress: 7 }, 'ipAddress'],
    ['a domain that is too long', { DomainName: 'x'.repeat(257) }, 'domainName'],
    ['a system user that is no number', { SystemUser: 'SCIM' }, 'systemUser'],
  ])('omits %s, and keeps the event', (_, odd, field) => {
    expect(eventsOf({ ...loggedIn, ...odd })).toEqual([{ ...accepted, [field]: undefined }])
  })

  describe('reads who acted', () => {
    const { actingUserId: _, ...nobody } = accepted

    test.each([
      ['Vaultwarden’s admin panel', { ActingUserId: 'vaultwarden-admin-00000-000000000000' }, { systemUser: 200 }],
      ['another text', { ActingUserId: 'root' }, { systemUser: 0 }],
      ['another text beside a system user', { ActingUserId: 'root', SystemUser: 1 }, { systemUser: 1 }],
      ['a system user in text', { ActingUserId: null, SystemUser: '1' }, { systemUser: 1 }],
      ['an empty text', { ActingUserId: '' }, {}],
      ['nobody', { ActingUserId: null }, {}],
      ['a person and a system user', { SystemUser: 5 }, { actingUserId: alice, systemUser: 5 }],
    ])('from %s', (_, written, actor) => {
      expect(eventsOf({ ...loggedIn, ...written })).toEqual([{ ...nobody, ...actor }])
    })

    test('and writes it so that it reads back', () => {
      const events = eventsOf({ ...loggedIn, ActingUserId: 'vaultwarden-admin-00000-000000000000' })
      expect(writeMessages(events).flatMap((message) => eventsOf(message))).toEqual(events)
    })
  })

  test('gives an event without a plausible date the time of arrival', () => {
    const later = instant('2026-11-22T06:29:00Z')
    expect(eventsOf({ ...loggedIn, Date: null }, later)).toEqual([{ ...accepted, date: later, clientDate: '' }])
    expect(eventsOf({ ...loggedIn, Date: '0001-01-01T00:00:00' })).toEqual([
      { ...accepted, date: now, clientDate: '0001-01-01T00:00:00' },
    ])
  })

  test('keeps the client’s date of an event that has one', () => {
    expect(eventsOf({ ...loggedIn, ClientDate: 'yesterday' })).toEqual([{ ...accepted, clientDate: 'yesterday' }])
    expect(eventsOf({ ...loggedIn, ClientDate: '' })).toEqual([{ ...accepted, clientDate: '' }])
  })

  describe('gives an event the id', () => {
    const idOf = (message: unknown, at = now) => eventsOf(message, at).map(({ id }) => id)
    const { IdempotencyId: _, ...anonymous } = loggedIn

    test('of its IdempotencyId, or derived from it if it is no GUID', () => {
      expect(idOf({ ...loggedIn, IdempotencyId: idempotencyId.toUpperCase() })).toEqual([idempotencyId])
      const [id] = idOf({ ...loggedIn, IdempotencyId: 'login-7' })
      expect(parseGuid(id)).toBe(id)
      expect(idOf({ ...loggedIn, IdempotencyId: 'login-7', Type: 1001 })).toEqual([id])
      expect(idOf({ ...loggedIn, IdempotencyId: 'login-8' })).not.toEqual([id])
    })

    test('derived from the message’s text and its index without an IdempotencyId, at every delivery', () => {
      const ids = idOf([anonymous, anonymous])
      expect(new Set(ids).size).toBe(2)
      expect(idOf([anonymous, anonymous], instant('2026-12-24'))).toEqual(ids)
      expect(idOf([anonymous, { ...anonymous, ActingUserId: bob }])).not.toEqual(ids)
    })
  })

  const { OrganizationId: _o, UserId: _u, ...ownerless } = loggedIn
  test.each([
    ['malformed', 'no type', { ...loggedIn, Type: null }],
    ['malformed', 'a type in words', { ...loggedIn, Type: 'User_LoggedIn' }],
    ['malformed', 'a type in text past the last', { ...loggedIn, Type: '65536' }],
    ['malformed', 'a type in text with a fraction', { ...loggedIn, Type: '1000.5' }],
    ['malformed', 'a type past the last', { ...loggedIn, Type: 65_536 }],
    ['malformed', 'an id that is no GUID', { ...loggedIn, CipherId: 'x' }],
    ['malformed', 'an organization that is no GUID', { ...loggedIn, OrganizationId: 'acme' }],
    ['malformed', 'a user that is no GUID', { ...loggedIn, UserId: 'vaultwarden-admin-00000-000000000000' }],
    ['malformed', 'a member that is no GUID', { ...loggedIn, OrganizationUserId: 'bob' }],
    ['malformed', 'an acting user that is no text', { ...loggedIn, ActingUserId: 7 }],
    ['malformed', 'an empty IdempotencyId', { ...loggedIn, IdempotencyId: '' }],
    ['malformed', 'an IdempotencyId that is no text', { ...loggedIn, IdempotencyId: 7 }],
    ['malformed', 'nothing in it', {}],
    ['owner-missing', 'no owner', ownerless],
  ])('refuses as %s an event with %s, and it alone', (reason, _, bad) => {
    expect(read([bad, loggedIn])).toEqual({ kind: 'events', events: [accepted], refused: [{ index: 0, reason }] })
  })

  test.each([
    ['of an organization', { OrganizationId: acme }],
    ['of a provider', { ProviderId: acme }],
    ['of a user', { UserId: acme }],
  ])('accepts an event that names only the log %s', (_, owner) => {
    expect(eventsOf({ ...ownerless, ...owner })).toHaveLength(1)
  })

  test.each([
    ['not-json', ''],
    ['not-json', '{"Type":1000'],
    ['not-json', 'hello'],
    ['not-events', 'null'],
    ['not-events', '"event"'],
    ['not-events', '7'],
    ['not-events', '[7]'],
    ['not-events', '[{"Type":1000},null]'],
  ])('refuses as %s the message %s', (reason, text) => {
    expect(readMessage(text, now)).toEqual({ kind: 'refused', reason })
  })

  test('accounts for every entry of any array of objects', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (entries) => {
        const outcome = read(entries)
        expect(outcome.kind === 'events' && outcome.events.length + outcome.refused.length).toBe(entries.length)
      }),
    )
  })
})

describe('writeMessages', () => {
  const id = fc.integer({ min: 0, max: 0xffff }).map((number) => guid(number))
  const text = anyText({ maxLength: 100 })
  const small = fc.integer({ min: 0, max: 32_767 })
  const optional = {
    ...Object.fromEntries(idFields.map((field) => [field, id])),
    deviceType: small,
    systemUser: small,
    ipAddress: text,
    domainName: text,
    clientDate: text,
  }
  const events = fc
    .record(
      {
        ...optional,
        id,
        type: fc.integer({ min: 0, max: 65_535 }),
        date: fc.integer({ min: Date.UTC(2010), max: Date.UTC(2026, 10, 22) }).map(instantAt),
        organizationId: id,
      },
      { requiredKeys: ['id', 'type', 'date', 'organizationId'] },
    )
    .map((members) => v.parse(AcceptedEvent, members))

  test('writes messages that read back in order, as few as fit', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 200, size: 'max' }), (all) => {
        const messages = writeMessages(all)
        expect(messages.flatMap((message) => eventsOf(message))).toEqual(all)
        for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(messageBytesMax)
        messages.slice(1).forEach((next, index) => {
          const [first]: unknown[] = JSON.parse(next)
          expect(Buffer.byteLength(`${messages[index]},${JSON.stringify(first)}`)).toBeGreaterThan(messageBytesMax)
        })
      }),
      // A batch this large is not worth making smaller: the seed alone repeats it.
      { numRuns: 20, endOnFailure: true },
    )
  })

  test('fills a message to its last byte, and starts another for one byte more', () => {
    const sized = (bytes: number) => {
      const withNames = (lengthOf: (index: number) => number) =>
        Array.from({ length: 100 }, (_, index) => event({ domainName: 'x'.repeat(lengthOf(index)) }))
      const [empty = ''] = writeMessages(withNames(() => 0))
      const missing = bytes - Buffer.byteLength(empty)
      return withNames((index) => Math.min(256, Math.max(0, missing - index * 256)))
    }
    const full = writeMessages(sized(messageBytesMax))
    expect(messageBytesMax).toBe(48 * 1_024)
    expect(full.map((message) => Buffer.byteLength(message))).toEqual([messageBytesMax])
    expect(writeMessages(sized(messageBytesMax + 1)).map((message) => eventsOf(message).length)).toEqual([99, 1])
  })

  test('writes no message without events', () => {
    expect(writeMessages([])).toEqual([])
  })

  test('writes events in the form of the reference’s servers', () => {
    const [message = ''] = writeMessages([v.parse(AcceptedEvent, accepted)])
    expect(JSON.parse(message)).toEqual([
      {
        IdempotencyId: idempotencyId,
        Type: 1000,
        Date: '2026-11-22T06:27:51.7566667Z',
        UserId: alice,
        OrganizationId: acme,
        ActingUserId: alice,
        DeviceType: 9,
        IpAddress: '203.0.113.7',
        DateFinal: true,
      },
    ])
  })
})
