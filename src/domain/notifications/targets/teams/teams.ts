// Microsoft Teams by a workflow's webhook. Pure.
import * as v from 'valibot'
import { burst } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import { endpointUrl, type HostRule, type UrlRules } from '../definition/endpoint-urls.ts'
import { statusVerdict } from '../definition/responses.ts'
import { type OpenTeams, teamsDigestMax, teamsRequest } from './message.ts'

const kind = v.literal('teams')
const Stored = v.object({ kind, host: v.string() })
const input = (rules: UrlRules) => v.strictObject({ kind, url: endpointUrl(rules, teamsHostRule) })

/** Where workflows take posts: Power Automate and Logic Apps in each of Microsoft's clouds, and the older connectors. */
const hosts = [
  'api.powerplatform.com',
  'api.gov.powerplatform.microsoft.us',
  'api.high.powerplatform.microsoft.us',
  'api.appsplatform.us',
  'api.powerplatform.partner.microsoftonline.cn',
  'logic.azure.com',
  'logic.azure.us',
  'logic.azure.cn',
  'webhook.office.com',
]

/** Only addresses of workflows and connectors. */
export const teamsHostRule: HostRule = ({ hostname }) =>
  hosts.some((suffix) => hostname.endsWith(`.${suffix}`)) ? undefined : "is not a Teams workflow's"

export const teams = {
  stored: Stored,
  input,
  secrets: ['url'],
  describe: (_input, { host }) => ({ kind: 'teams', host }),
  open: (_stored, { url }) => (url === undefined ? undefined : { kind: 'teams', url }),
  view: (stored) => stored,
  // Teams takes four messages a second.
  pauseMs: 250,
  batch: (_target, pending) => burst(teamsDigestMax, pending),
  request: teamsRequest,
  verdict: (response) => statusVerdict(response),
} as const satisfies TargetDefinition<
  v.InferOutput<typeof Stored>,
  v.InferOutput<ReturnType<typeof input>>,
  OpenTeams,
  'url'
>
