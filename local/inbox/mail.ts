// The e-mail interface of Azure Communication Services, as far as Keytrail uses it: checks the signature, and shows the e-mail whether it is valid or not.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { prettyJson, readJson } from './json.ts'
import { type Part, type Received, type Run, run, webUrl } from './rendering.ts'
import { toleranceMs, type Verification } from './verification.ts'

/** Where e-mails are posted. */
export const mailPath = '/emails:send'

const Mail = v.object({
  senderAddress: v.string(),
  recipients: v.object({ to: v.pipe(v.array(v.object({ address: v.string() })), v.minLength(1)) }),
  content: v.object({ subject: v.string(), plainText: v.string() }),
  headers: v.optional(v.record(v.string(), v.string()), {}),
})

/** An e-mail as its plain text, with whether its signature is valid. */
export function receiveMail(body: string, verification: Verification): Received {
  const json = readJson(body)
  const read = v.safeParse(Mail, json)
  if (!read.success) return { kind: 'malformed', reason: 'this is no e-mail with a sender, recipients and a text' }

  const { senderAddress, recipients, content, headers } = read.output
  const follows = headers['In-Reply-To']
  const parts: readonly Part[] = [
    { kind: 'heading', text: content.subject },
    {
      kind: 'facts',
      facts: [
        { name: 'From', runs: [run(senderAddress)] },
        { name: 'To', runs: [run(recipients.to.map(({ address }) => address).join(', '))] },
        ...(follows === undefined ? [] : [{ name: 'In reply to', runs: [run(follows)] }]),
        { name: 'Signature', runs: [verdictOn(body, verification)] },
      ],
    },
    { kind: 'text', runs: runsOf(content.plainText) },
  ]
  return { kind: 'message', rendering: { title: content.subject, parts, raw: prettyJson(json) } }
}

/** A text whose addresses of web pages are links. */
const runsOf = (text: string): readonly Run[] =>
  text.split(/(https?:\/\/\S+)/).map((each, index) => run(each, [], index % 2 === 1 ? webUrl(each) : null))

function verdictOn(body: string, verification: Verification): Run {
  const problem = signatureProblem(body, verification)
  return problem === null
    ? run('signature valid', ['good', 'bold'])
    : run(`not valid: ${problem}`, ['attention', 'bold'])
}

/** What is wrong with the signature; null if it is valid (learn.microsoft.com/rest/api/communication/authentication). */
function signatureProblem(body: string, { headers, path, accessKey, now }: Verification): string | null {
  const date = String(headers['x-ms-date'])
  if (!(Math.abs(now - Date.parse(date)) <= toleranceMs)) return 'x-ms-date is not of these minutes'
  const hash = createHash('sha256').update(body).digest('base64')
  if (headers['x-ms-content-sha256'] !== hash) return 'x-ms-content-sha256 is of another body'
  const text = `POST\n${path}\n${date};${headers.host};${hash}`
  const expected = createHmac('sha256', Buffer.from(accessKey, 'base64')).update(text).digest()
  const [, signature = ''] =
    /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=(\S+)$/.exec(
      headers.authorization ?? '',
    ) ?? []
  const given = Buffer.from(signature, 'base64')
  const valid = given.length === expected.length && timingSafeEqual(given, expected)
  return valid ? null : 'it is not of this access key'
}
