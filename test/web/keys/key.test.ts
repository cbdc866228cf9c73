// Keys as they are read from responses.
import { expect, test } from 'vitest'
import { readCredentials, readKeys } from '../../../web/keys/key.ts'

const key = {
  object: 'apiKey',
  id: 'k1',
  name: 'SIEM',
  createdAt: '2026-11-20T09:30:00Z',
  secrets: [
    { createdAt: '2026-11-21T09:30:00Z', validUntil: null },
    { createdAt: '2026-11-20T09:30:00Z', validUntil: '2026-11-22T09:30:00Z' },
  ],
}

test('keys of organizations and of servers are read alike', () => {
  const [first] = readKeys({ data: [key] })
  expect(first).toMatchObject({ name: 'SIEM', organizations: null, secrets: key.secrets })
  expect(readKeys({ data: [{ ...key, organizations: ['a'] }] })[0]?.organizations).toEqual(['a'])
})

test('credentials without a secret are refused', () => {
  expect(() => readCredentials({ ...key, clientId: 'organization.x' })).toThrow('clientSecret')
})
