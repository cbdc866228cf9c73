// API keys: their number, when their secrets are valid, and that responses never show a secret.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  type ApiKey,
  ApiKeyName,
  acceptsSecret,
  addKey,
  apiKeysMax,
  apiKeyView,
  clientIdOf,
  OverlapHours,
  organizationOfClient,
  overlapHoursMax,
  revokeKey,
  rotateKey,
  SecretHash,
  secretsPerKeyMax,
} from '../../../src/domain/keys/api-keys.ts'
import { acme, guid, instant } from '../../support/events.ts'

const hash = (digit: number) => v.parse(SecretHash, digit.toString(16).padStart(64, '0'))
const at = (time: string) => instant(`2026-11-20T${time}Z`)
const noon = at('12:00')

/** The keys after a change that must not be refused. */
function after(changed: ReturnType<typeof addKey>): readonly ApiKey[] {
  if (changed.kind === 'refused') throw new Error(changed.reason)
  return changed.keys
}
const withKey = (keys: readonly ApiKey[] = [], id = guid(1), digit = 1) =>
  after(addKey(keys, { id, name: `Key ${digit}`, hash: hash(digit) }, noon))
const rotated = (keys: readonly ApiKey[], digit: number, overlapHours: number, time = noon) =>
  after(rotateKey(keys, guid(1), { hash: hash(digit), overlapHours }, time))
/** Which of the secrets 1 to 9 are good. */
const good = (keys: readonly ApiKey[], time = noon) =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((digit) => acceptsSecret(keys, (each) => each === hash(digit), time))

describe('a new key', () => {
  test('has one secret, valid until it is replaced', () => {
    const keys = withKey()
    expect(keys).toEqual([
      {
        id: guid(1),
        name: 'Key 1',
        createdAt: noon,
        secrets: [{ hash: hash(1), createdAt: noon, validUntil: null }],
      },
    ])
    expect(good(keys, instant('9999-01-01'))).toEqual([1])
  })

  test('comes after the existing ones', () => {
    expect(good(withKey(withKey(), guid(2), 2))).toEqual([1, 2])
  })

  test(`is refused beyond number ${apiKeysMax}`, () => {
    let keys: readonly ApiKey[] = []
    for (let number = 1; number <= apiKeysMax; number += 1) keys = withKey(keys, guid(number), number)
    expect(keys).toHaveLength(apiKeysMax)
    const one = { id: guid(99), name: 'x', hash: hash(99) }
    expect(addKey(keys, one, noon)).toEqual({ kind: 'refused', reason: 'too-many-keys' })
    expect(addKey(keys.slice(1), one, noon).kind).toBe('changed')
  })

  test.each([
    ['the longest', 'x'.repeat(100), true],
    ['one past the longest', 'x'.repeat(101), false],
    ['nothing', '', false],
    ['blanks', '  ', false],
    ['two lines', 'a\nb', false],
    ['blanks at its ends', ' SIEM ', true],
  ])('may be called %s: see', (_, name, allowed) => {
    expect(v.is(ApiKeyName, name)).toBe(allowed)
  })
})

describe('a rotation', () => {
  test('leaves the old secret valid until the overlap ends, that moment excluded', () => {
    const keys = rotated(withKey(), 2, 24)
    expect(good(keys, noon)).toEqual([1, 2])
    expect(good(keys, instant('2026-11-21T11:59:59.999Z'))).toEqual([1, 2])
    expect(good(keys, instant('2026-11-21T12:00:00Z'))).toEqual([2])
  })

  test('without overlap ends every earlier secret at once, also one from an earlier overlap', () => {
    expect(good(rotated(rotated(withKey(), 2, 720), 3, 0))).toEqual([3])
  })

  test('extends no secret', () => {
    const keys = rotated(rotated(withKey(), 2, 1), 3, 24)
    expect(good(keys, at('12:59'))).toEqual([1, 2, 3])
    expect(good(keys, at('13:00'))).toEqual([2, 3])
  })

  test(`keeps ${secretsPerKeyMax} secrets at most, the newest`, () => {
    const keys = [2, 3, 4, 5, 6].reduce((known, digit) => rotated(known, digit, 720), withKey())
    expect(good(keys)).toEqual([2, 3, 4, 5, 6])
  })

  test('removes expired secrets', () => {
    const keys = rotated(rotated(withKey(), 2, 1), 3, 1, at('14:00'))
    expect(keys[0]?.secrets.map((secret) => secret.hash)).toEqual([hash(3), hash(2)])
  })

  test('changes no other key, and refuses an unknown one', () => {
    const keys = withKey(withKey(), guid(2), 9)
    expect(rotated(keys, 2, 0)[1]).toEqual(keys[1])
    const refused = rotateKey(keys, guid(3), { hash: hash(3), overlapHours: 1 }, noon)
    expect(refused).toEqual({ kind: 'refused', reason: 'key-unknown' })
  })

  test.each([
    [0, true],
    [overlapHoursMax, true],
    [overlapHoursMax + 1, false],
    [-1, false],
    [1.5, false],
    [Number.NaN, false],
  ])('with an overlap of %d hours: %s', (hours, allowed) => {
    expect(v.is(OverlapHours, hours)).toBe(allowed)
  })
})

describe('a revocation', () => {
  test('ends every secret of the key, and of no other', () => {
    const keys = rotated(withKey(withKey(), guid(2), 9), 2, 24)
    expect(good(after(revokeKey(keys, guid(1))))).toEqual([9])
  })

  test('of an unknown key is refused', () => {
    expect(revokeKey(withKey(), guid(2))).toEqual({ kind: 'refused', reason: 'key-unknown' })
  })
})

test('every secret is compared, also after a match', () => {
  const keys = rotated(withKey(withKey(), guid(2), 9), 2, 24)
  const compared: SecretHash[] = []
  acceptsSecret(keys, (each) => compared.push(each) > 0, noon)
  expect(compared).toEqual([hash(2), hash(1), hash(9)])
})

test('the view of a key shows until when its secrets are valid, and nothing of the secrets', () => {
  const [key] = rotated(withKey(), 2, 24)
  const view = key && apiKeyView(key, noon)
  expect(view).toEqual({
    object: 'apiKey',
    id: guid(1),
    name: 'Key 1',
    createdAt: '2026-11-20T12:00:00.000Z',
    secrets: [
      { createdAt: '2026-11-20T12:00:00.000Z', validUntil: null },
      { createdAt: '2026-11-20T12:00:00.000Z', validUntil: '2026-11-21T12:00:00.000Z' },
    ],
  })
  expect(key && apiKeyView(key, instant('2026-12-20')).secrets).toHaveLength(1)
})

test('a client id names its organization', () => {
  expect(organizationOfClient(clientIdOf(acme))).toBe(acme)
  expect(organizationOfClient(`organization.${acme.toUpperCase()}`)).toBe(acme)
  for (const other of ['', acme, `user.${acme}`, 'organization.', 'organization.x', ` organization.${acme}`]) {
    expect(organizationOfClient(other)).toBeUndefined()
  }
})
