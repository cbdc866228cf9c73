// Opsgenie, and Jira Service Management, by the Alert API. Pure.
import * as v from 'valibot'
import { single } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import { token } from '../definition/input.ts'
import { statusVerdict } from '../definition/responses.ts'
import { type OpenOpsgenie, opsgenieRequest, opsgenieSites } from './message.ts'

const kind = v.literal('opsgenie')
const site = v.picklist(opsgenieSites)
const Stored = v.object({ kind, site })
const Input = v.strictObject({ kind, site, apiKey: token })

export const opsgenie = {
  stored: Stored,
  input: () => Input,
  secrets: ['apiKey'],
  describe: (input) => ({ kind: 'opsgenie', site: input.site }),
  open: (stored, { apiKey }) => (apiKey === undefined ? undefined : { kind: 'opsgenie', site: stored.site, apiKey }),
  view: (stored) => stored,
  keepsIncidents: true,
  pauseMs: 0,
  batch: (_target, pending) => single(pending),
  request: opsgenieRequest,
  verdict: (response) => statusVerdict(response, isKeyRefused(response.status) ? 'API key refused' : ''),
} as const satisfies TargetDefinition<v.InferOutput<typeof Stored>, v.InferOutput<typeof Input>, OpenOpsgenie, 'apiKey'>

/** Opsgenie responds 401 to a key that it does not know, 403 to one that may not create alerts, or whose integration is off. */
const isKeyRefused = (status: number) => status === 401 || status === 403
