// Splunk by its HTTP Event Collector (HEC). Pure.
import * as v from 'valibot'
import { within } from '../definition/batches.ts'
import type { TargetDefinition } from '../definition/definition.ts'
import { endpointUrl, type UrlRules } from '../definition/endpoint-urls.ts'
import { label, token } from '../definition/input.ts'
import { type HttpResponse, statusVerdict } from '../definition/responses.ts'
import { hecBatchMax, hecBytesMax, hecEntry, hecRequest, type OpenHec } from './message.ts'

const kind = v.literal('hec')
const Stored = v.object({
  kind,
  host: v.string(),
  index: v.nullable(v.string()),
  source: v.nullable(v.string()),
})
const input = (rules: UrlRules) => v.strictObject({ kind, url: endpointUrl(rules), token, index: label, source: label })

export const splunkHec = {
  stored: Stored,
  input,
  secrets: ['url', 'token'],
  describe: ({ index, source }, { host }) => ({ kind: 'hec', host, index, source }),
  open: ({ index, source }, secrets) => {
    if (secrets.url === undefined || secrets.token === undefined) return undefined
    return { kind: 'hec', url: secrets.url, token: secrets.token, index, source }
  },
  view: (stored) => stored,
  isForPrograms: true,
  pauseMs: 0,
  batch: (target, pending, context) =>
    within(hecBatchMax, hecBytesMax, (each) => hecEntry(target, each, context), pending),
  request: hecRequest,
  verdict: (response) => statusVerdict(response, codeIn(response)),
} as const satisfies TargetDefinition<
  v.InferOutput<typeof Stored>,
  v.InferOutput<ReturnType<typeof input>>,
  OpenHec,
  'url' | 'token'
>

/** The meaning of a response's code: HEC responds with `{"text":…,"code":n}`. */
const codeIn = ({ body }: HttpResponse): string =>
  codes[Number(/"code"\s*:\s*(\d{1,2})\b/.exec(body)?.[1] ?? Number.NaN)] ?? ''

/** Splunk's codes by number (help.splunk.com, "Troubleshoot HTTP Event Collector"). */
const codes: Readonly<Record<number, string>> = {
  1: 'token disabled',
  2: 'token required',
  3: 'invalid authorization',
  4: 'invalid token',
  5: 'no data',
  6: 'invalid data format',
  7: 'incorrect index',
  8: 'internal server error',
  9: 'server is busy',
  10: 'data channel missing',
  11: 'invalid data channel',
  12: 'event field required',
  13: 'event field blank',
  14: 'acknowledgement disabled',
  15: 'error in indexed fields',
  16: 'query string authorization off',
  18: 'queues are full',
  19: 'acknowledgement unavailable',
  20: 'queues are full, acknowledgement unavailable',
  23: 'server is shutting down',
  26: 'queue at capacity',
  27: 'acknowledgement channel at capacity',
}
