// What every store of server keys must do. Each adapter's test runs this suite, on a store without keys.
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Guid } from '../../../src/domain/guid.ts'
import { nameCharsMax, revokeKey, rotateKey, SecretHash, secretsPerKeyMax } from '../../../src/domain/keys/api-keys.ts'
import {
  addServerKey,
  organizationsPerKeyMax,
  type ServerKey,
  serverKeysMax,
} from '../../../src/domain/keys/server-keys.ts'
import type { ServerKeys } from '../../../src/ports/keys.ts'
import { acme, guid, instant } from '../../support/events.ts'

const at = instant('2026-11-20T12:00')
const hash = (number: number) => v.parse(SecretHash, number.toString(16).padStart(64, 'a'))
const adding =
  (number: number, organizations: Guid[] | null = [acme], name = `Key ${number}`) =>
  (keys: readonly ServerKey[]) =>
    addServerKey(keys, { id: guid(number), name, hash: hash(number), organizations }, at)
const rotating = (id: Guid, number: number) => (keys: readonly ServerKey[]) =>
  rotateKey(keys, id, { hash: hash(number), overlapHours: 24 }, at)
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** The promises of the port `ServerKeys`. */
export function serverKeysConformance(name: string, keys: () => ServerKeys): void {
  const idsNow = async () => (await keys().list()).map(({ id }) => id)

  describe(`${name}: server keys`, () => {
    beforeEach(async () => {
      for (const id of await idsNow()) await keys().change((known) => revokeKey(known, id))
    })

    test('are none at first, and read back at once as they were made, in order', async () => {
      expect(await keys().list()).toEqual([])
      await keys().change(adding(1))
      const second = await keys().change(adding(2, null))
      expect(await keys().list()).toEqual(second.kind === 'changed' && second.keys)
      expect((await keys().list()).map(({ organizations }) => organizations)).toEqual([[acme], null])
      expect(await keys().hasDamaged()).toBe(false)
    })

    test('are rotated and revoked, each by itself', async () => {
      for (const number of [1, 2]) await keys().change(adding(number))
      await keys().change(rotating(guid(1), 3))
      const secrets = (await keys().list()).map((key) => key.secrets.map((secret) => secret.hash))
      expect(secrets).toEqual([[hash(3), hash(1)], [hash(2)]])
      await keys().change((known) => revokeKey(known, guid(1)))
      expect(await idsNow()).toEqual([guid(2)])
    })

    test('stay as they are when a change is refused', async () => {
      await keys().change(adding(1))
      const before = await keys().list()
      expect(await keys().change(rotating(guid(9), 2))).toEqual({ kind: 'refused', reason: 'key-unknown' })
      expect(await keys().list()).toEqual(before)
    })

    test('lose no change of several at once', async () => {
      await keys().change(adding(1))
      await Promise.all([adding(2), adding(3), rotating(guid(1), 4)].map((change) => keys().change(change)))
      expect((await idsNow()).toSorted()).toEqual([guid(1), guid(2), guid(3)])
      expect((await keys().list())[0]?.secrets).toHaveLength(2)
    })

    test('come back whole at their largest', async () => {
      const organizations = numbers(organizationsPerKeyMax).map((number) => guid(number, 'e'))
      for (const number of numbers(serverKeysMax)) {
        await keys().change(adding(number, organizations, '"'.repeat(nameCharsMax)))
        for (const again of numbers(secretsPerKeyMax)) {
          await keys().change(rotating(guid(number), number * 100 + again))
        }
      }
      const known = await keys().list()
      expect(known.map(({ secrets }) => secrets.length)).toEqual(numbers(serverKeysMax).map(() => secretsPerKeyMax))
      expect(known.at(-1)?.organizations).toEqual(organizations)
    })

    test('are never more than allowed, also when the last ones are made at once', async () => {
      for (const number of numbers(serverKeysMax - 1)) await keys().change(adding(number))
      const last = await Promise.all([200, 201, 202].map((number) => keys().change(adding(number))))
      expect(last.filter(({ kind }) => kind === 'changed')).toHaveLength(1)
      expect(await idsNow()).toHaveLength(serverKeysMax)
    })
  })
}
