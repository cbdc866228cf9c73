// Secrets on Node's cryptography: random bytes, SHA-256, and a comparison in constant time.
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { Guid } from '../../domain/guid.ts'
import { SecretHash } from '../../domain/keys/api-keys.ts'
import type { Secrets } from '../../ports/keys.ts'

const secretBytes = 32

/** Secrets that cannot be guessed: 256 random bits. */
export const nodeSecrets = (): Secrets => ({
  newId: () => v.parse(Guid, randomUUID()),
  create: () => {
    const secret = randomBytes(secretBytes).toString('base64url')
    return { secret, hash: hashOf(secret) }
  },
  hashOf,
  same: (one, other) => timingSafeEqual(Buffer.from(one), Buffer.from(other)),
})

/** A fast hash is enough: random bits cannot be guessed by trying, as passwords can. */
const hashOf = (secret: string) => v.parse(SecretHash, createHash('sha256').update(secret).digest('hex'))
