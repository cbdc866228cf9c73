// Directory entries of trusted servers: little is required, and what does not fit is refused.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  ItemEntries,
  ItemEntry,
  itemsPerRequestMax,
  OrganizationEntry,
  OrganizationReplacement,
  ProviderEntry,
} from '../../../src/domain/directory/directory.ts'
import { acme, alice, guid } from '../../support/events.ts'

const id = guid(1, '7')
const whole = { id, userId: alice, status: 2, type: 0 }

describe('an organization', () => {
  test('is enabled, logs events and has no people by default', () => {
    expect(v.parse(OrganizationEntry, { name: 'Acme' })).toEqual({
      name: 'Acme',
      enabled: true,
      useEvents: true,
      usePhishingBlocker: false,
      providerId: null,
      members: [],
      groups: [],
      collections: [],
      policies: [],
    })
  })

  test('leaves its items unchanged unless they are given', () => {
    expect(v.parse(OrganizationReplacement, { name: 'Acme' })).not.toHaveProperty('items')
    expect(v.parse(OrganizationReplacement, { name: 'Acme', items: [{ id }] }).items).toEqual([{ id, collections: [] }])
  })

  test('has members, groups, collections and policies with few required properties', () => {
    const { members, groups, collections, policies } = v.parse(OrganizationEntry, {
      name: 'Acme',
      members: [{ id: id.toUpperCase(), status: 0, type: 2 }],
      groups: [{ id }],
      collections: [{ id, groups: [{ id: acme, manage: true }] }],
      policies: [{ id, type: 0 }],
    })
    const nothing = { name: null, externalId: null }
    expect(members).toEqual([
      {
        ...nothing,
        id,
        userId: null,
        email: null,
        twoFactorEnabled: false,
        status: 0,
        type: 2,
        permissions: null,
        accessAll: false,
        collections: [],
        groups: [],
        resetPasswordEnrolled: false,
        ssoExternalId: null,
      },
    ])
    expect(groups).toEqual([{ ...nothing, id, accessAll: false, collections: [] }])
    const access = { id: acme, readOnly: false, hidePasswords: false, manage: true }
    expect(collections).toEqual([{ ...nothing, id, groups: [access] }])
    expect(policies).toEqual([{ id, name: null, type: 0, enabled: false, data: null }])
  })

  test('keeps a member’s properties, and any permission', () => {
    const full = {
      ...whole,
      name: 'Alice',
      email: 'alice@acme.example',
      twoFactorEnabled: true,
      externalId: 'x',
      permissions: { accessEventLogs: true, later: { kind: 'of permission' } },
      accessAll: true,
      collections: null,
      groups: [guid(1, '8')],
      resetPasswordEnrolled: true,
      ssoExternalId: 'sso',
    }
    expect(v.parse(OrganizationEntry, { name: 'Acme', members: [full] }).members).toEqual([full])
  })

  const member = (members: object) => ({ name: 'Acme', members: [{ ...whole, ...members }] })
  const bad: readonly (readonly [string, object])[] = [
    ['no name', {}],
    ['null for a name', { name: null }],
    ['a flag in text', { name: 'Acme', enabled: 'true' }],
    ['a provider that is no GUID', { name: 'Acme', providerId: 'agency' }],
    ['members that are no list', { name: 'Acme', members: {} }],
    ['a member without an id', member({ id: undefined })],
    ['a member with a bad user id', member({ userId: 'alice' })],
    ['a member without a status', member({ status: undefined })],
    ['a member of no known status', member({ status: 4 })],
    ['a member of no known status that is revoked', member({ status: -129 })],
    ['a member of no known status that may be revoked', member({ status: -124 })],
    ['a member’s status in words', member({ status: 'confirmed' })],
    ['a member of no known type', member({ type: 5 })],
    ['a member’s type in words', member({ type: 'owner' })],
    ['a member with access to all in text', member({ accessAll: '1' })],
    ['a member with bad groups', member({ groups: ['team'] })],
    ['a member with bad collections', member({ collections: [{ readOnly: true }] })],
    ['a group without an id', { name: 'Acme', groups: [{ name: 'team' }] }],
    ['a policy without a type', { name: 'Acme', policies: [{ id }] }],
    ['a policy of half a type', { name: 'Acme', policies: [{ id, type: 0.5 }] }],
  ]

  test.each(bad)('has not %s', (_, entry) => {
    expect(v.is(OrganizationEntry, entry)).toBe(false)
  })

  test.each([-1, 0, 1, 2, 3])('has members of status %i', (status) => {
    expect(v.is(OrganizationEntry, member({ status }))).toBe(true)
  })

  test.each([0, 1, 2, 4])('has members of type %i', (type) => {
    expect(v.is(OrganizationEntry, member({ type }))).toBe(true)
  })

  describe('with values of Vaultwarden', () => {
    const read = (members: object) => v.parse(OrganizationEntry, member(members)).members[0]

    test.each([-128, -127, -126, -125])('has a revoked member of status %i', (status) => {
      expect(read({ status })?.status).toBe(-1)
    })

    test('has a manager as a custom member, without a permission of its own', () => {
      expect(read({ type: 3 })).toMatchObject({ type: 4, permissions: null })
      expect(read({ type: '3' })?.type).toBe(4)
    })

    test.each(['-1', '0', '2', '-126'])('has members of status %j, in text', (status) => {
      expect(read({ status })?.status).toBe(Math.max(-1, Number(status)))
    })

    test.each(['0', '1', '2', '4'])('has members of type %j, in text', (type) => {
      expect(read({ type })?.type).toBe(Number(type))
    })

    test('has types of policies in text', () => {
      const { policies } = v.parse(OrganizationEntry, { name: 'Acme', policies: [{ id, type: '5' }] })
      expect(policies[0]?.type).toBe(5)
    })
  })

  test('has a name of 1,000 characters at most', () => {
    expect(v.is(OrganizationEntry, { name: 'x'.repeat(1_000) })).toBe(true)
    expect(v.is(OrganizationEntry, { name: 'x'.repeat(1_001) })).toBe(false)
  })
})

describe('an item', () => {
  test('has no name, no mark and no collection by default', () => {
    expect(v.parse(ItemEntry, { id })).toEqual({ id, collections: [] })
    const full = { id, collections: [acme], name: 'Root key', critical: true }
    expect(v.parse(ItemEntry, full)).toEqual(full)
  })

  test.each([
    ['no id', {}],
    ['a collection that is no GUID', { id, collections: ['x'] }],
    ['a name that is none', { id, name: null }],
    ['a mark in text', { id, critical: 'yes' }],
  ])('has not %s', (_, entry) => {
    expect(v.is(ItemEntry, entry)).toBe(false)
  })

  test('comes with 999 others at most', () => {
    const items = Array.from({ length: itemsPerRequestMax + 1 }, () => ({ id }))
    expect(v.is(ItemEntries, items.slice(1))).toBe(true)
    expect(v.is(ItemEntries, items)).toBe(false)
  })
})

describe('a provider', () => {
  test('is enabled, logs events and has no people by default', () => {
    expect(v.parse(ProviderEntry, { name: 'Agency' })).toEqual({
      name: 'Agency',
      enabled: true,
      useEvents: true,
      users: [],
    })
    expect(v.parse(ProviderEntry, { name: 'Agency', users: [{ id, type: 1, status: 2 }] }).users).toEqual([
      { id, userId: null, name: null, email: null, type: 1, status: 2 },
    ])
    expect(v.parse(ProviderEntry, { name: 'Agency', users: [{ id, type: '0', status: '-126' }] }).users).toMatchObject([
      { type: 0, status: -1 },
    ])
  })

  test.each([
    ['no name', {}],
    ['a user of no known type', { name: 'Agency', users: [{ id, type: 2, status: 2 }] }],
    ['a user of no known status', { name: 'Agency', users: [{ id, type: 0, status: 5 }] }],
    ['a user without an id', { name: 'Agency', users: [{ type: 0, status: 2 }] }],
  ])('has not %s', (_, entry) => {
    expect(v.is(ProviderEntry, entry)).toBe(false)
  })
})
