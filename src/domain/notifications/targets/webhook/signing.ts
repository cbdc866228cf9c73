// Signing of webhooks, as the Standard Webhooks specification has it (standardwebhooks.com, "Signature scheme"). Pure.
import * as v from 'valibot'
import { type Instant, millisecondsOf } from '../../../instant.ts'
import type { Signing } from '../../messages/request.ts'

/** Shortest and longest signing secret, in bytes. */
const signingSecretBytesMin = 24
const signingSecretBytesMax = 64

/** The secret that webhooks are signed with: `whsec_` and 24 to 64 bytes in base64. */
export const SigningSecret = v.pipe(
  v.string(),
  v.check((text) => {
    const bytes = text.startsWith('whsec_') ? signingKeyOf(text) : Buffer.alloc(0)
    const exact = `whsec_${bytes.toString('base64')}` === text
    return exact && bytes.length >= signingSecretBytesMin && bytes.length <= signingSecretBytesMax
  }, `is not whsec_ and ${signingSecretBytesMin} to ${signingSecretBytesMax} bytes in base64`),
)

/** The bytes of a signing secret: the key of HMAC-SHA256. */
export const signingKeyOf = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64')

/** A signing secret of these bytes, which must be random. */
export const signingSecretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`

/** The headers by which a receiver knows a message and its time, and what is to be signed, once for each secret. */
export function webhookHeaders(id: string, at: Instant, body: string, secrets: readonly string[]) {
  const timestamp = String(Math.floor(millisecondsOf(at) / 1_000))
  return {
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp },
    signing: {
      scheme: 'standard-webhooks',
      text: `${id}.${timestamp}.${body}`,
      keys: secrets.map(signingKeyOf),
    } satisfies Signing,
  }
}
