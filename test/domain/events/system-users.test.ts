// System users: the numbers that servers write, and ours, which no reference server gives to another.
import { expect, test } from 'vitest'
import { systemUserName, systemUsers } from '../../../src/domain/events/system-users.ts'

test('system users have the numbers that servers write, and one of ours far from them', () => {
  expect(systemUsers.map(({ code, name }) => [code, name])).toEqual([
    [0, 'Unknown'],
    [1, 'SCIM'],
    [2, 'DomainVerification'],
    [3, 'PublicApi'],
    [4, 'TwoFactorDisabled'],
    [5, 'BitwardenPortal'],
    [200, 'VaultwardenAdmin'],
  ])
})

test('every number fits the byte in which a reference server stores it', () => {
  for (const { code } of systemUsers) expect(code).toBeLessThanOrEqual(255)
})

test.each([
  [0, 'Unknown'],
  [5, 'BitwardenPortal'],
  [200, 'VaultwardenAdmin'],
  [6, undefined],
  [201, undefined],
  [null, undefined],
  [undefined, undefined],
])('the name of %j is %j', (code, name) => {
  expect(systemUserName(code)).toBe(name)
})
