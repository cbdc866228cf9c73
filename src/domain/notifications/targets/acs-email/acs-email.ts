// E-mail by Azure Communication Services, with an access key of a resource that a domain is linked to. Pure.
import * as v from 'valibot'
import { single } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import type { HostRule, UrlRules } from '../definition/endpoint-urls.ts'
import { hostInput } from '../definition/host-input.ts'
import { tokenCharsMax } from '../definition/input.ts'
import { again, type HttpResponse, statusVerdict, type Verdict } from '../definition/responses.ts'
import { address, addresses } from '../email/addresses.ts'
import { acsRequest, type OpenAcsEmail } from './message.ts'

const kind = v.literal('acs-email')
const Stored = v.object({ kind, host: v.string(), from: v.string(), to: v.array(v.string()) })

const noEndpoint = 'is no endpoint of Azure Communication Services'
const acsHostRule: HostRule = ({ hostname, port }) =>
  hostname.endsWith('.communication.azure.com') && port === '' ? undefined : noEndpoint

const input = (rules: UrlRules) =>
  v.strictObject({
    kind,
    host: hostInput(rules, { part: 'host', rule: acsHostRule, otherwise: noEndpoint }),
    accessKey: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(tokenCharsMax),
        v.regex(
          /^(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
          'is no access key: it is in base64',
        ),
      ),
    ),
    from: address,
    to: addresses,
  })

export const acsEmail = {
  stored: Stored,
  input,
  secrets: ['accessKey'],
  describe: ({ host, from, to }) => ({ kind: 'acs-email', host, from, to }),
  open: ({ host, from, to }, { accessKey }) =>
    accessKey === undefined ? undefined : { kind: 'acs-email', host, accessKey, from, to },
  view: (stored) => stored,
  // A domain of one's own may send 30 a minute (learn.microsoft.com/azure/communication-services/concepts/service-limits).
  pauseMs: 2_000,
  batch: (_target, pending) => single(pending),
  request: acsRequest,
  verdict: sendVerdict,
} as const satisfies TargetDefinition<
  v.InferOutput<typeof Stored>,
  v.InferOutput<ReturnType<typeof input>>,
  OpenAcsEmail,
  'accessKey'
>

/** What a response means: 202 is that the service has the e-mail. */
function sendVerdict(response: HttpResponse): Verdict {
  const { status, body } = response
  // The first request with this operation id is still under way, and may fail.
  if (status === 409) return again('target-failed', '409')
  const [, code = ''] = /"code"\s*:\s*"(\w{1,60})"/.exec(body) ?? []
  return statusVerdict(response, codes.get(code) ?? codes.get(String(status)))
}

/** The service's codes that say what to do, and what statuses mean without one of them. */
const codes: ReadonlyMap<string, string> = new Map([
  ['DomainNotLinked', 'domain not linked'],
  ['InvalidSenderUserName', 'sender unknown'],
  ['InvalidEmailAddress', 'address refused'],
  ['EmailDroppedAllRecipientsSuppressed', 'all recipients suppressed'],
  ['SubscriptionBlocked', 'subscription blocked'],
  ['401', 'access key refused'],
  ['403', 'access key refused'],
  ['404', 'domain not linked'],
])
