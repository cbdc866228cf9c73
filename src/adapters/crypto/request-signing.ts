// Signs requests as their targets verify them, with HMAC-SHA256, and makes the secrets that webhooks are signed with.
import { createHmac, randomBytes } from 'node:crypto'
import { type OutgoingRequest, signatureHeaders } from '../../domain/notifications/messages/request.ts'
import { signingSecretOf } from '../../domain/notifications/targets/webhook/signing.ts'
import type { SendRequest } from '../../ports/sender.ts'

const newSecretBytes = 32

/** The request as it is sent: where its target wants one, with a signature for each secret that is valid now. */
export function signed({ signing, headers, ...request }: OutgoingRequest): SendRequest {
  if (signing === null) return { ...request, headers }
  const hmacs = signing.keys.map((key) => createHmac('sha256', key).update(signing.text).digest())
  return { ...request, headers: { ...headers, ...signatureHeaders(signing.scheme, hmacs) } }
}

/** A new signing secret, as receivers enter it: `whsec_` and 32 random bytes in base64. */
export const newSigningSecret = (): string => signingSecretOf(randomBytes(newSecretBytes))
