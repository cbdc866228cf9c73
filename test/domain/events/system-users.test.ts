import { expect, test } from 'vitest'
import { systemUsers } from '../../../src/domain/events/system-users.ts'

test('system users have the numbers that servers write', () => {
  expect(Object.entries(systemUsers)).toEqual([
    ['0', 'Unknown'],
    ['1', 'SCIM'],
    ['2', 'DomainVerification'],
    ['3', 'PublicApi'],
    ['4', 'TwoFactorDisabled'],
    ['5', 'BitwardenPortal'],
  ])
})
