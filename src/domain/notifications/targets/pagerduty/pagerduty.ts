// PagerDuty by its Events API v2. Pure.
import * as v from 'valibot'
import { single } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import { statusVerdict } from '../definition/responses.ts'
import { type OpenPagerDuty, pagerDutyRequest, pagerDutySites } from './message.ts'

const kind = v.literal('pagerduty')
const site = v.picklist(pagerDutySites)
const Stored = v.object({ kind, site })
const Input = v.strictObject({
  kind,
  site,
  routingKey: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{32}$/, 'is no integration key: it has 32 characters')),
  ),
})

export const pagerDuty = {
  stored: Stored,
  input: () => Input,
  secrets: ['routingKey'],
  describe: (input) => ({ kind: 'pagerduty', site: input.site }),
  open: (stored, { routingKey }) =>
    routingKey === undefined ? undefined : { kind: 'pagerduty', site: stored.site, routingKey },
  view: (stored) => stored,
  keepsIncidents: true,
  pauseMs: 0,
  batch: (_target, pending) => single(pending),
  request: pagerDutyRequest,
  verdict: (response) => statusVerdict(response, codeIn(response.body)),
} as const satisfies TargetDefinition<
  v.InferOutput<typeof Stored>,
  v.InferOutput<typeof Input>,
  OpenPagerDuty,
  'routingKey'
>

/** What PagerDuty says of an event that it refuses, as far as its key is the reason. */
const codeIn = (body: string): string => (/routing[_ ]key/i.test(body) ? 'integration key refused' : '')
