// What every adapter of UsedTokens must keep.
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { UsedTokens } from '../../../src/ports/sign-in.ts'

const at = Date.UTC(2026, 10, 22, 6, 28)
const newId = () => randomBytes(32).toString('hex')

export function usedTokensConformance(name: string, used: () => UsedTokens): void {
  describe(`${name}: a used token`, () => {
    test('is used once', async () => {
      const id = newId()
      expect([await used().use(id, at), await used().use(id, at), await used().use(id, at)]).toEqual([
        true,
        false,
        false,
      ])
    })

    test('is used by one of two calls at the same moment', async () => {
      const id = newId()
      const both = await Promise.all([used().use(id, at), used().use(id, at)])
      expect(both.toSorted()).toEqual([false, true])
    })

    test('keeps no other from being used', async () => {
      await used().use(newId(), at)
      expect(await used().use(newId(), at)).toBe(true)
    })
  })
}
