// The e-mail API of Azure Communication Services as it is documented: it refuses what its schema and its authentication refuse, and sends an operation's e-mail once.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import * as v from 'valibot'
import type { SendOutcome, SendRequest } from '../../../src/ports/sender.ts'
import { response } from './deliveries.ts'

const address = {
  type: 'object',
  additionalProperties: false,
  required: ['address'],
  properties: { address: { type: 'string', format: 'email' }, displayName: { type: 'string' } },
}
const recipients = { type: 'array', items: address }
/** EmailMessage of Azure/azure-rest-api-specs, Email/stable/2023-03-31; a sender is an address without a name. */
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['senderAddress', 'content', 'recipients'],
  properties: {
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    senderAddress: { type: 'string', format: 'email' },
    content: {
      type: 'object',
      additionalProperties: false,
      required: ['subject'],
      properties: { subject: { type: 'string' }, plainText: { type: 'string' }, html: { type: 'string' } },
    },
    recipients: {
      type: 'object',
      additionalProperties: false,
      required: ['to'],
      properties: { to: { ...recipients, minItems: 1 }, cc: recipients, bcc: recipients },
    },
    attachments: { type: 'array' },
    replyTo: recipients,
    userEngagementTrackingDisabled: { type: 'boolean' },
  },
}
const bytesMax = 10 * 1024 * 1024
const path = '/emails:send?api-version=2023-03-31'
/** How far a request's time may be from the service's. */
const skewMsMax = 5 * 60_000

const Message = v.object({
  senderAddress: v.string(),
  content: v.object({ subject: v.string(), plainText: v.string(), html: v.string() }),
  headers: v.record(v.string(), v.string()),
  recipients: v.object({ to: v.array(v.object({ address: v.string() })) }),
})
/** An e-mail that the service sent. */
type SentLetter = v.InferOutput<typeof Message> & { readonly operationId: string }

/** What a request is as it arrives. `path` has the query. */
type Arrived = {
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string | Uint8Array
}
type Service = { readonly accessKey: string; readonly domain: string; readonly now: () => number }

/** A resource with this access key, to which this domain is linked. */
export function acsFake({ accessKey, domain, now }: Service) {
  const ajv = new Ajv({ allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  const letters: SentLetter[] = []
  const failure = (status: number, code: string) =>
    response(status, JSON.stringify({ error: { code, message: 'See https://aka.ms/acs.' } }))

  function respondTo(arrived: Arrived): SendOutcome {
    if (arrived.path !== path) return failure(404, 'NotFound')
    if (!isAuthentic(arrived, accessKey, now())) return failure(401, 'Denied')
    const json: unknown = JSON.parse(String(arrived.body))
    const operationId = String(arrived.headers['operation-id'])
    if (!validate(json) || !/^[\da-f-]{36}$/.test(operationId) || Buffer.byteLength(arrived.body) > bytesMax)
      return failure(400, 'BadRequest')
    const message = v.parse(Message, json)
    if (!message.senderAddress.endsWith(`@${domain}`)) return failure(404, 'DomainNotLinked')
    if (!letters.some((each) => each.operationId === operationId)) letters.push({ operationId, ...message })
    return response(202, JSON.stringify({ id: operationId, status: 'Running' }), '20')
  }
  return {
    /** The e-mails that it sent. */
    letters,
    respondTo,
    take({ url, headers, body }: SendRequest): SendOutcome {
      const { host, pathname, search } = new URL(url)
      return respondTo({ host, path: pathname + search, headers, body })
    },
  }
}

/** Whether a request is signed with this key, by what is documented of access key authentication. */
function isAuthentic({ host, path, headers, body }: Arrived, accessKey: string, nowMs: number): boolean {
  const date = String(headers['x-ms-date'])
  const given = /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=([\w+/]{43}=)$/.exec(
    String(headers.authorization),
  )
  const hash = createHash('sha256').update(body).digest('base64')
  if (!given || hash !== headers['x-ms-content-sha256']) return false
  if (!(Math.abs(Date.parse(date) - nowMs) <= skewMsMax)) return false
  const hmac = createHmac('sha256', Buffer.from(accessKey, 'base64'))
  const expected = hmac.update(['POST', path, [date, host, hash].join(';')].join('\n')).digest()
  return timingSafeEqual(expected, Buffer.from(given[1] ?? '', 'base64'))
}
