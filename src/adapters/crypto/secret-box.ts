// SecretBox on AES-256-GCM, with keys from a setting: the first seals, every one opens, so that keys can be changed without an outage.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { SecretBox } from '../../ports/secret-box.ts'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
/** Random, as NIST SP 800-38D section 8.2.2 has it: 96 bits, good for 2^32 texts a key. */
const nonceBytes = 12
const tagBytes = 16
const version = 'v1'

/** Keys by their ids; the current one seals. A key object shows nothing of the key when printed. */
export type Keyring = {
  readonly kind: 'keyring'
  readonly current: { readonly id: string; readonly key: KeyObject }
  readonly keys: ReadonlyMap<string, KeyObject>
}

/** Why a keyring cannot be read, and which of its keys it is, from 1. */
type KeyringRefusal = {
  readonly kind: 'refused'
  readonly reason: 'key-id-invalid' | 'key-id-repeated' | 'key-not-base64' | 'key-length'
  readonly number: number
}

/**
 * Reads `keyId:base64(32 bytes)[,keyId2:…]`: ids of 1 to 32 letters, digits, `_` and `-`; keys in base64 with padding (RFC
 * 4648 section 4); blanks around a key do nothing. The first seals. A refusal says nothing of the text.
 */
export function readKeyring(text: string): Keyring | KeyringRefusal {
  const keys = new Map<string, KeyObject>()
  for (const [index, entry] of text.split(',').entries()) {
    const [, id = '', encoded = ''] = /^\s*([\w-]{1,32}):(.*?)\s*$/s.exec(entry) ?? []
    const key = Buffer.from(encoded, 'base64')
    const refused = (reason: KeyringRefusal['reason']) => ({ kind: 'refused', reason, number: index + 1 }) as const
    if (id === '') return refused('key-id-invalid')
    if (keys.has(id)) return refused('key-id-repeated')
    // The decoder skips characters that are no base64: only what the encoder writes is a key.
    if (key.toString('base64') !== encoded) return refused('key-not-base64')
    if (key.length !== keyBytes) return refused('key-length')
    keys.set(id, createSecretKey(key))
  }
  const [[id, key] = []] = keys
  return id && key
    ? { kind: 'keyring', current: { id, key }, keys }
    : { kind: 'refused', reason: 'key-id-invalid', number: 1 }
}

/**
 * A box with these keys. A sealed text is `v1.<key id>.<base64url of nonce, ciphertext and tag>`; its version, key id and
 * context are bound to it as additional data.
 */
export function secretBox({ current, keys }: Keyring): SecretBox {
  return {
    seal: (plain, context) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, current.key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(boundData(current.id, context))
      const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${version}.${current.id}.${sealed.toString('base64url')}`
    },
    open: (sealed, context) => {
      const parsed = parse(sealed)
      const key = parsed && keys.get(parsed.id)
      return key && decrypt(key, parsed.bytes, boundData(parsed.id, context))
    },
    isCurrent: (sealed) => parse(sealed)?.id === current.id,
  }
}

const boundData = (keyId: string, context: string) => Buffer.from(JSON.stringify([version, keyId, context]))

/** The key id of a sealed text, and its nonce, ciphertext and tag; undefined when it is none. */
function parse(sealed: string) {
  const [, id = '', encoded = ''] = /^v1\.([\w-]{1,32})\.([\w-]+)$/.exec(sealed) ?? []
  const bytes = Buffer.from(encoded, 'base64url')
  return bytes.length >= nonceBytes + tagBytes && bytes.toString('base64url') === encoded ? { id, bytes } : undefined
}

function decrypt(key: KeyObject, bytes: Buffer, bound: Buffer): string | undefined {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(bound)
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const plain = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  try {
    return Buffer.concat([plain, decipher.final()]).toString()
  } catch {
    return undefined
  }
}
