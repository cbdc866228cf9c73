// A receiver of webhooks by the Standard Webhooks specification (standardwebhooks.com): checks the signature, and shows the message whether it is valid or not.
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { signingKeyOf } from '../../src/domain/notifications/targets/webhook/signing.ts'
import { prettyJson, readJson, visible } from './json.ts'
import { type Part, type Received, run } from './rendering.ts'
import { toleranceMs, type Verification } from './verification.ts'

const Entry = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  type: v.pipe(v.string(), v.minLength(1)),
  timestamp: v.pipe(v.string(), v.isoTimestamp()),
  data: v.record(v.string(), v.unknown()),
})
const Body = v.union([Entry, v.pipe(v.array(Entry), v.minLength(1))])

/** A message, with whether its signature is valid. */
export function receiveWebhook(body: string, verification: Verification): Received {
  const json = readJson(body)
  const read = v.safeParse(Body, json)
  if (!read.success)
    return { kind: 'malformed', reason: 'this is no {id, type, timestamp, data}, nor an array of them' }

  const entries = Array.isArray(read.output) ? read.output : [read.output]
  const types = [...new Set(entries.map(({ type }) => type))].join(', ')
  const problem = signatureProblem(body, verification)
  const parts: readonly Part[] = [
    {
      kind: 'facts',
      facts: [
        { name: 'Id', runs: [run(textOf(verification.headers['webhook-id']) ?? 'none')] },
        { name: 'Type', runs: [run(types)] },
        {
          name: 'Signature',
          runs: [
            problem === null
              ? run('signature valid', ['good', 'bold'])
              : run(`not valid: ${problem}`, ['attention', 'bold']),
          ],
        },
      ],
    },
    { kind: 'json', text: prettyJson(json) },
  ]
  const title = `${types}, signature ${problem === null ? 'valid' : 'not valid'}`
  // Exactly as it was signed.
  return { kind: 'message', rendering: { title, parts, raw: visible(body) } }
}

/** What is wrong with the signature; null if it is valid. */
function signatureProblem(body: string, { headers, signingSecret, now }: Verification): string | null {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => textOf(headers[`webhook-${name}`]))
  if (!id || !timestamp || !signatures) return 'a webhook-… header is missing'
  if (!/^\d{1,12}$/.test(timestamp)) return 'webhook-timestamp is no time'
  if (Math.abs(now - Number(timestamp) * 1_000) > toleranceMs) return 'webhook-timestamp is not of these minutes'
  const expected = createHmac('sha256', signingKeyOf(signingSecret)).update(`${id}.${timestamp}.${body}`).digest()
  const given = signatures
    .split(' ')
    .flatMap((each) => (each.startsWith('v1,') ? [Buffer.from(each.slice(3), 'base64')] : []))
  const valid = given.some((each) => each.length === expected.length && timingSafeEqual(each, expected))
  return valid ? null : 'no signature is of this secret and this body'
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && header !== '' ? header : undefined
