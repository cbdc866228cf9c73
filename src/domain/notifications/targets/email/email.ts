// E-mail by a mail server of the organization's own (SMTP submission, RFC 6409). Pure.
import * as v from 'valibot'
import { single } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import { portMin, type UrlRules } from '../definition/endpoint-urls.ts'
import { hostInput } from '../definition/host-input.ts'
import { tokenCharsMax } from '../definition/input.ts'
import { again, final, type HttpResponse, isSuccess, type Verdict } from '../definition/responses.ts'
import { address, addresses } from './addresses.ts'
import { emailOf, type OpenEmail } from './message.ts'

/** Longest user name, in UTF-16 units. */
export const userCharsMax = 320

/** Ports below 1,024 on which servers take mail: relay, TLS from the start, submission. */
const mailPorts: readonly number[] = [25, 465, 587]

const kind = v.literal('email')
const open = { host: v.string(), port: v.number(), user: v.string(), from: v.string(), to: v.array(v.string()) }
const Stored = v.object({ kind, ...open })

const noControls = v.regex(/^\P{Cc}+$/u, 'holds characters that are not allowed')
const port = v.pipe(
  v.number(),
  v.integer(),
  v.maxValue(65_535),
  v.check((value) => mailPorts.includes(value) || value >= portMin, 'is a port that is not allowed'),
)

const input = (rules: UrlRules) =>
  v.strictObject({
    kind,
    host: hostInput(rules, { part: 'hostname', otherwise: 'is no name of a host' }),
    port,
    user: v.pipe(v.string(), v.maxLength(userCharsMax), noControls),
    password: v.optional(v.pipe(v.string(), v.maxLength(tokenCharsMax), noControls)),
    from: address,
    to: addresses,
  })

export const email = {
  stored: Stored,
  input,
  secrets: ['password'],
  describe: ({ host, port, user, from, to }) => ({ kind: 'email', host, port, user, from, to }),
  open: ({ host, port, user, from, to }, { password }) =>
    password === undefined ? undefined : { kind: 'email', host, port, user, password, from, to },
  view: (stored) => stored,
  pauseMs: 0,
  batch: (_target, pending) => single(pending),
  request: emailOf,
  verdict: replyVerdict,
} as const satisfies TargetDefinition<
  v.InferOutput<typeof Stored>,
  v.InferOutput<ReturnType<typeof input>>,
  OpenEmail,
  'password'
>

/** What a server's reply means (RFC 5321 section 4.2.1): 4xx passes, 5xx does not. `body` is what was refused. */
function replyVerdict({ status, body, refused = [] }: HttpResponse): Verdict {
  if (isSuccess(status)) return { kind: 'delivered' }
  const what = refused.length > 0 ? `recipients ${refused.join(', ')}` : refusals.get(body)
  const detail = [String(status), what].filter(Boolean).join(' ')
  if (status >= 500) return final('refused', detail)
  return again(status === 450 || status === 452 ? 'rate-limited' : 'target-failed', detail)
}

/** The commands that a server refuses, in words for people. */
const refusals: ReadonlyMap<string, string> = new Map([
  ['AUTH', 'user or password'],
  ['MAIL FROM', 'sender'],
  ['RCPT TO', 'all recipients'],
  ['DATA', 'message'],
])
