// Sealed secrets: only the same box opens them, only for the same context; and what a keyring may look like.
import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readKeyring, secretBox } from '../../../src/adapters/crypto/secret-box.ts'

const newKey = () => randomBytes(32).toString('base64')
const [first, second] = [newKey(), newKey()]

function boxOf(text: string) {
  const keyring = readKeyring(text)
  if (keyring.kind === 'refused') throw new Error(keyring.reason)
  return secretBox(keyring)
}

describe('a sealed secret', () => {
  const box = boxOf(`a:${first}`)

  test.each(['whsec_x', '', 'Zürich 🔑', 'x'.repeat(100_000)])('is opened for its context: %.20s', (plain) => {
    expect(box.open(box.seal(plain, 'here'), 'here')).toBe(plain)
  })

  test('is not opened for another', () => {
    const sealed = box.seal('secret', 'organization 1/integration 2/token')
    for (const context of ['organization 1/integration 3/token', 'organization 1/integration 2/url', '']) {
      expect(box.open(sealed, context)).toBeUndefined()
    }
  })

  test('shows nothing of the secret, and is another text each time', () => {
    const texts = Array.from({ length: 100 }, () => box.seal('secret', 'here'))
    expect(new Set(texts).size).toBe(100)
    for (const text of texts) {
      expect(text).toMatch(/^v1\.a\.[\w-]+$/)
      expect(Buffer.from(text.slice(5), 'base64url').toString('latin1')).not.toContain('secret')
    }
  })

  test('is not opened when a single bit of it has changed', () => {
    const bytes = Buffer.from(box.seal('secret', 'here').slice(5), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(box.open(`v1.a.${changed.toString('base64url')}`, 'here')).toBeUndefined()
    }
  })

  test('is not opened when it is cut, lengthened, or written otherwise', () => {
    const sealed = box.seal('secret', 'here')
    for (let length = 0; length < sealed.length; length++)
      expect(box.open(sealed.slice(0, length), 'here')).toBeUndefined()
    for (const text of [
      `${sealed}A`,
      `${sealed}=`,
      `${sealed}\n`,
      ` ${sealed}`,
      sealed.replace('v1', 'v2'),
      `${sealed}.x`,
    ]) {
      expect(box.open(text, 'here')).toBeUndefined()
    }
  })

  test('is not opened under the name of another key, be it the same key', () => {
    const both = boxOf(`a:${first},b:${first}`)
    expect(both.open(both.seal('secret', 'here').replace('v1.a.', 'v1.b.'), 'here')).toBeUndefined()
  })
})

describe('changing keys', () => {
  const before = boxOf(`old:${first}`).seal('secret', 'here')
  const changing = boxOf(`new:${second},old:${first}`)

  test('the first key seals, all of them open', () => {
    expect(changing.open(before, 'here')).toBe('secret')
    expect(changing.seal('secret', 'here')).toMatch(/^v1\.new\./)
  })

  test('a text that is none was not sealed with the key that seals now', () => {
    for (const text of ['', 'secret', 'v1.old.', 'v1.old.AAAA', `${before} `, before.replace('v1', 'v2')]) {
      expect(boxOf(`old:${first}`).isCurrent(text)).toBe(false)
    }
    expect(boxOf(`old:${first}`).isCurrent(before)).toBe(true)
  })

  test('what is to be sealed again is known, and then the old key can go', () => {
    expect(changing.isCurrent(before)).toBe(false)
    const after = changing.seal(changing.open(before, 'here') ?? '', 'here')
    expect(changing.isCurrent(after)).toBe(true)

    const changed = boxOf(`new:${second}`)
    expect(changed.open(after, 'here')).toBe('secret')
    expect(changed.open(before, 'here')).toBeUndefined()
  })

  test('a key id that has come to stand for another key opens nothing', () => {
    expect(boxOf(`old:${second}`).open(before, 'here')).toBeUndefined()
  })
})

describe('a keyring', () => {
  test('may have blanks and line ends around its keys', () => {
    const keyring = readKeyring(` a:${first} ,\n  B_-9:${second}\n`)
    expect(keyring.kind === 'keyring' && [keyring.current.id, ...keyring.keys.keys()]).toEqual(['a', 'a', 'B_-9'])
  })

  test('has ids of 32 characters at most', () => {
    expect(readKeyring(`${'k'.repeat(32)}:${first}`).kind).toBe('keyring')
    expect(readKeyring(`${'k'.repeat(33)}:${first}`)).toEqual({ kind: 'refused', reason: 'key-id-invalid', number: 1 })
  })

  test.each([
    [
      'key-id-invalid',
      1,
      ['', ' ', ',', first, `:${first}`, ` :${first}`, `a b:${first}`, `ä:${first}`, `a.b:${first}`],
    ],
    ['key-id-invalid', 2, [`a:${first},`, `a:${first},,b:${second}`, `a:${first},${second}`]],
    ['key-id-repeated', 2, [`a:${first},a:${second}`, `a:${first},a:${first}`]],
    [
      'key-not-base64',
      1,
      [`a:${first.replace('=', '')}`, `a:${first}=`, `a:${first}.`, `a: ${first}`, `a:${'-_'.repeat(22)}`],
    ],
    ['key-not-base64', 1, [`a:${Buffer.from(first, 'base64').toString('hex')}.`, `a:b:${first}`, `a:"${first}"`]],
    [
      'key-length',
      1,
      ['a:', 'a: ', `a:${randomBytes(31).toString('base64')}`, `a:${randomBytes(33).toString('base64')}`],
    ],
    ['key-length', 2, [`a:${first},b:${randomBytes(16).toString('base64')}`]],
  ] as const)('is refused as %s of key %i', (reason, number, texts) => {
    for (const text of texts) {
      expect(readKeyring(text)).toEqual({ kind: 'refused', reason, number })
    }
  })

  test('shows no key when it is printed or written as JSON', () => {
    const keyring = readKeyring(`a:${first}`)
    const shown = inspect(keyring, { depth: 10, showHidden: true }) + JSON.stringify(keyring)
    expect(shown).not.toContain(first)
    expect(shown).not.toContain(Buffer.from(first, 'base64').toString('hex'))
  })
})
