// Datadog by its intake of logs. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../../bounded-array.ts'
import { within } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import { label, labelCharsMax, token } from '../definition/input.ts'
import { statusVerdict } from '../definition/responses.ts'
import {
  datadogBatchMax,
  datadogBytesMax,
  datadogEntry,
  datadogRequest,
  datadogSites,
  type OpenDatadog,
} from './message.ts'

/** Most tags. */
export const tagsMax = 20

const kind = v.literal('datadog')
const site = v.picklist(datadogSites)
const Stored = v.object({ kind, site, service: v.nullable(v.string()), tags: v.array(v.string()) })
const tag = v.pipe(v.string(), v.maxLength(labelCharsMax), v.regex(/^[\p{L}\p{N}_.:/-]+$/u, 'is no tag'))
const Input = v.strictObject({
  kind,
  site,
  apiKey: token,
  service: label,
  tags: v.optional(boundedArray(tag, tagsMax), []),
})

export const datadog = {
  stored: Stored,
  input: () => Input,
  secrets: ['apiKey'],
  describe: (input) => ({ kind: 'datadog', site: input.site, service: input.service, tags: input.tags }),
  open: (stored, { apiKey }) =>
    apiKey === undefined
      ? undefined
      : { kind: 'datadog', site: stored.site, apiKey, service: stored.service, tags: stored.tags },
  view: (stored) => stored,
  isForPrograms: true,
  pauseMs: 0,
  batch: (target, pending, context) =>
    within(datadogBatchMax, datadogBytesMax, (each) => datadogEntry(target, each, context, each.at), pending),
  request: datadogRequest,
  verdict: (response) => statusVerdict(response),
} as const satisfies TargetDefinition<v.InferOutput<typeof Stored>, v.InferOutput<typeof Input>, OpenDatadog, 'apiKey'>
