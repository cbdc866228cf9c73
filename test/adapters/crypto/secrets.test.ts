// Secrets: 32 random bytes, and a hash that tells them apart.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { nodeSecrets } from '../../../src/adapters/crypto/secrets.ts'

const { create, hashOf, newId, same } = nodeSecrets()

test('a secret is 32 bytes in base64url, never the same twice, and its hash is the SHA-256 of its text', () => {
  const made = Array.from({ length: 100 }, create)
  expect(new Set(made.map(({ secret }) => secret)).size).toBe(100)
  for (const { secret, hash } of made) {
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(hash).toBe(createHash('sha256').update(secret).digest('hex'))
  }
})

test('hashes of any texts compare', () => {
  expect(same(hashOf('a'), hashOf('a'))).toBe(true)
  expect(same(hashOf('a'), hashOf('b'))).toBe(false)
  expect(same(hashOf(''), hashOf('é'.repeat(100_000)))).toBe(false)
})

test('ids are GUIDs, never the same twice', () => {
  expect(newId()).not.toBe(newId())
})
