// What is said of the lists that a rule names: kinds that cannot fit, and lists that match nothing.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { listProblems, listWarnings } from '../../../../src/domain/alerts/configuration/list-uses.ts'
import { type ListKind, ListName, type ValueList } from '../../../../src/domain/alerts/lists/value-list.ts'
import { alice, instant } from '../../../support/events.ts'

const list = (name: string, kind: ListKind, values: readonly string[] = ['x']): ValueList => ({
  name: v.parse(ListName, name),
  kind,
  values,
  changedAt: instant('2026-11-22T06:28:00Z'),
  changedBy: alice,
})
const use = (name: string, field: string) => ({ line: 4, column: 7, member: 'detection.sel', name, field })

describe('a kind that the field never has is a problem', () => {
  test.each([
    ['break_glass_accounts', 'ipAddress', 'actingUserId, userId, targetUserId'],
    ['break_glass_accounts', 'cipherId', 'actingUserId, userId, targetUserId'],
    ['critical_items', 'actingUserId', 'cipherId'],
    ['service_accounts', 'actingUserId', 'serviceAccountId, grantedServiceAccountId'],
    ['trusted_networks', 'actingUserId', 'ipAddress'],
    ['staff', 'serviceAccountId', 'actingUserId, userId, targetUserId'],
  ])('%s with %s', (name, field, fields) => {
    expect(listProblems([use(name, field)], [list('staff', 'people')])).toEqual([
      {
        line: 4,
        column: 7,
        member: 'detection.sel',
        reason: 'list-kind',
        message: expect.stringMatching(
          new RegExp(`^The list ${name} holds .*, which ${field} never has: it goes with ${fields}\\.$`),
        ),
      },
    ])
  })

  test.each([
    ['break_glass_accounts', 'userId'],
    ['critical_items', 'cipherId'],
    ['service_accounts', 'grantedServiceAccountId'],
    ['trusted_networks', 'ipAddress'],
    ['names', 'actingUserName'],
    ['unknown', 'cipherId'],
  ])('%s with %s is none', (name, field) => {
    expect(listProblems([use(name, field)], [list('names', 'text')])).toEqual([])
  })
})

describe('a list that matches nothing gives a warning', () => {
  const warned = (name: string, lists: readonly ValueList[]) =>
    listWarnings([use(name, 'ipAddress')], lists).map(({ reason, message }) => [reason, message])

  test.each([
    [
      'trusted_network',
      'unknown-list',
      'There is no list trusted_network: it matches nothing. Is trusted_networks meant?',
    ],
    ['ofices', 'unknown-list', 'There is no list ofices: it matches nothing. Is offices meant?'],
    ['elsewhere', 'unknown-list', 'There is no list elsewhere: it matches nothing.'],
    ['trusted_networks', 'empty-list', 'The list trusted_networks is empty: it matches nothing.'],
    ['vpn', 'empty-list', 'The list vpn is empty: it matches nothing.'],
  ])('%s: %s', (name, reason, message) => {
    expect(warned(name, [list('offices', 'networks'), list('vpn', 'networks', [])])).toEqual([[reason, message]])
  })

  test('one with values gives none', () => {
    expect(warned('trusted_networks', [list('trusted_networks', 'networks')])).toEqual([])
  })
})
