// What every store of API keys must do. Each adapter's test runs this suite.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { Guid } from '../../../src/domain/guid.ts'
import {
  type ApiKey,
  addKey,
  apiKeysMax,
  nameCharsMax,
  revokeKey,
  rotateKey,
  SecretHash,
  secretsPerKeyMax,
} from '../../../src/domain/keys/api-keys.ts'
import type { ApiKeys } from '../../../src/ports/keys.ts'
import { guid, instant } from '../../support/events.ts'

let organizations = 0x1000
/** An organization that no other test uses. */
const newOrganization = () => guid(++organizations, 'c')
const at = instant('2026-11-20T12:00')
const hash = (number: number) => v.parse(SecretHash, number.toString(16).padStart(64, 'a'))
const adding =
  (number: number, name = `Key ${number}`) =>
  (keys: readonly ApiKey[]) =>
    addKey(keys, { id: guid(number), name, hash: hash(number) }, at)
const rotating = (id: Guid, number: number) => (keys: readonly ApiKey[]) =>
  rotateKey(keys, id, { hash: hash(number), overlapHours: 24 }, at)
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** The promises of the port `ApiKeys`. */
export function apiKeysConformance(name: string, keys: () => ApiKeys): void {
  describe(`${name}: keys`, () => {
    test('are none for an unknown organization', async () => {
      expect(await keys().keysOf(newOrganization())).toEqual([])
    })

    test('are read back at once as they were made, in order, each organization its own', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const first = await keys().change(one, adding(1))
      await keys().change(other, adding(2))
      const third = await keys().change(one, adding(3))
      expect(first).toMatchObject({ kind: 'changed', key: { id: guid(1) } })
      expect(await keys().keysOf(one)).toEqual(third.kind === 'changed' && third.keys)
      expect((await keys().keysOf(one)).map(({ id }) => id)).toEqual([guid(1), guid(3)])
      expect((await keys().keysOf(other)).map(({ id }) => id)).toEqual([guid(2)])
    })

    test('are rotated and revoked, down to none', async () => {
      const organization = newOrganization()
      await keys().change(organization, adding(1))
      await keys().change(organization, rotating(guid(1), 2))
      expect((await keys().keysOf(organization))[0]?.secrets.map((secret) => secret.hash)).toEqual([hash(2), hash(1)])
      await keys().change(organization, (known) => revokeKey(known, guid(1)))
      expect(await keys().keysOf(organization)).toEqual([])
      await keys().change(organization, adding(3))
      expect(await keys().keysOf(organization)).toHaveLength(1)
    })

    test('stay as they are when a change is refused', async () => {
      const organization = newOrganization()
      await keys().change(organization, adding(1))
      const before = await keys().keysOf(organization)
      expect(await keys().change(organization, rotating(guid(9), 2))).toEqual({
        kind: 'refused',
        reason: 'key-unknown',
      })
      expect(await keys().keysOf(organization)).toEqual(before)
    })

    test('lose no change of several at once', async () => {
      const organization = newOrganization()
      await keys().change(organization, adding(1))
      const changes = [adding(2), adding(3), rotating(guid(1), 4), rotating(guid(1), 5)]
      await Promise.all(changes.map((change) => keys().change(organization, change)))
      const known = await keys().keysOf(organization)
      expect(known.map(({ id }) => id).toSorted()).toEqual([guid(1), guid(2), guid(3)])
      expect(known[0]?.secrets.map((secret) => secret.hash).toSorted()).toEqual([hash(1), hash(4), hash(5)])
    })

    test('are never more than allowed, also when the last ones are made at once', async () => {
      const organization = newOrganization()
      for (const number of numbers(apiKeysMax - 1)) await keys().change(organization, adding(number))
      const last = await Promise.all([100, 101, 102].map((number) => keys().change(organization, adding(number))))
      expect(last.filter(({ kind }) => kind === 'changed')).toHaveLength(1)
      expect(await keys().keysOf(organization)).toHaveLength(apiKeysMax)
    })

    test('come back whole at their largest', async () => {
      const organization = newOrganization()
      for (const number of numbers(apiKeysMax)) {
        await keys().change(organization, adding(number, '"'.repeat(nameCharsMax)))
        for (const again of numbers(secretsPerKeyMax)) {
          await keys().change(organization, rotating(guid(number), number * 100 + again))
        }
      }
      const known = await keys().keysOf(organization)
      expect(known.map(({ secrets }) => secrets.length)).toEqual(numbers(apiKeysMax).map(() => secretsPerKeyMax))
      expect(known[0]?.name).toHaveLength(nameCharsMax)
    })
  })
}
