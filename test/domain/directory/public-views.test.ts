// People and structure in the public API: exactly the reference's properties, null where it has null.
import { expect, test } from 'vitest'
import {
  publicCollection,
  publicGroup,
  publicMember,
  publicPolicy,
  wholeListOf,
} from '../../../src/domain/directory/public-views.ts'
import { member, organization } from '../../support/directory.ts'
import { acme, alice, guid } from '../../support/events.ts'

const access = { id: guid(1, '5'), readOnly: true, hidePasswords: false, manage: true }
const full = organization(acme, {
  members: [
    member(alice, {
      name: 'Alice',
      email: 'alice@acme.test',
      twoFactorEnabled: true,
      status: -1,
      type: 4,
      externalId: 'ext',
      permissions: { accessEventLogs: true },
      collections: [access],
      groups: [guid(1, '8')],
      resetPasswordEnrolled: true,
      ssoExternalId: 'sso',
    }),
  ],
  groups: [{ id: guid(1, '8'), name: 'Engineers', externalId: 'ext', collections: [access] }],
  collections: [{ id: guid(1, '5'), name: 'Servers', externalId: 'ext', groups: [{ ...access, id: guid(1, '8') }] }],
  policies: [{ id: guid(1, '9'), name: 'Single', type: 3, enabled: true, data: { minLength: 12 } }],
})
const bare = organization(acme, {
  members: [{ id: guid(1, '7'), status: 0, type: 2, collections: null }],
  groups: [{ id: guid(1, '8'), collections: null }],
  collections: [{ id: guid(1, '5'), groups: null }],
  policies: [{ id: guid(1, '9'), type: 0 }],
})

test('a member with everything', () => {
  expect(full.members.map(publicMember)).toEqual([
    {
      object: 'member',
      id: guid(1, '7'),
      userId: alice,
      name: 'Alice',
      email: 'alice@acme.test',
      twoFactorEnabled: true,
      status: -1,
      type: 4,
      externalId: 'ext',
      permissions: { accessEventLogs: true },
      collections: [access],
      resetPasswordEnrolled: true,
      ssoExternalId: 'sso',
    },
  ])
})

test('a member with the required properties alone', () => {
  expect(bare.members.map(publicMember)).toEqual([
    {
      object: 'member',
      id: guid(1, '7'),
      userId: null,
      name: null,
      email: '',
      twoFactorEnabled: false,
      status: 0,
      type: 2,
      externalId: null,
      permissions: null,
      collections: null,
      resetPasswordEnrolled: false,
      ssoExternalId: null,
    },
  ])
})

test('a group', () => {
  expect([...full.groups, ...bare.groups].map(publicGroup)).toEqual([
    { object: 'group', id: guid(1, '8'), name: 'Engineers', externalId: 'ext', collections: [access] },
    { object: 'group', id: guid(1, '8'), name: '', externalId: null, collections: [] },
  ])
})

test('a collection, without its name', () => {
  expect([...full.collections, ...bare.collections].map(publicCollection)).toEqual([
    { object: 'collection', id: guid(1, '5'), externalId: 'ext', groups: [{ ...access, id: guid(1, '8') }] },
    { object: 'collection', id: guid(1, '5'), externalId: null, groups: [] },
  ])
})

test('a policy', () => {
  expect([...full.policies, ...bare.policies].map(publicPolicy)).toEqual([
    { object: 'policy', id: guid(1, '9'), type: 3, enabled: true, data: { minLength: 12 } },
    { object: 'policy', id: guid(1, '9'), type: 0, enabled: false, data: null },
  ])
})

test('a whole list has no continuation token', () => {
  expect(wholeListOf([1])).toEqual({ object: 'list', data: [1] })
})
