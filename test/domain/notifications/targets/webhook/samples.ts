// A webhook for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
import { signingSecretOf } from '../../../../../src/domain/notifications/targets/webhook/signing.ts'

export const signingSecret = signingSecretOf(Buffer.from('a signing secret of 30 bytes..'))

/** A webhook. */
export const webhook = {
  open: { kind: 'webhook', url: 'https://hooks.acme.test/in', secrets: [signingSecret], batch: false },
  request: { kind: 'webhook', url: 'https://hooks.acme.test/s3cret-hook', secret: signingSecret },
} as const
