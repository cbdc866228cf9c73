// PagerDuty's Events API v2 as it is documented: it refuses what its schema and its limits refuse, and keeps an incident a key.
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import * as v from 'valibot'
import type { SendOutcome, SendRequest } from '../../../src/ports/sender.ts'
import { response } from './deliveries.ts'

const text = { type: 'string', minLength: 1 }
/** Like PagerDuty/api-schema, reference/events-v2, with the limits of developer.pagerduty.com/docs/send-alert-event. */
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['routing_key', 'event_action'],
  properties: {
    routing_key: { type: 'string', minLength: 32, maxLength: 32 },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: { ...text, maxLength: 255 },
    client: text,
    client_url: text,
    links: {
      type: 'array',
      items: { type: 'object', required: ['href'], properties: { href: { ...text, format: 'uri' }, text } },
    },
    payload: {
      type: 'object',
      additionalProperties: false,
      required: ['summary', 'severity', 'source'],
      properties: {
        summary: { ...text, maxLength: 1_024 },
        timestamp: { type: 'string', format: 'date-time' },
        severity: { enum: ['critical', 'error', 'warning', 'info'] },
        source: text,
        component: text,
        group: text,
        class: text,
        custom_details: { type: 'object' },
      },
    },
  },
  if: { properties: { event_action: { const: 'trigger' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { required: ['payload'] },
  else: { required: ['dedup_key'] },
}
const bytesMax = 512 * 1024

const Event = v.object({ routing_key: v.string(), event_action: v.string(), dedup_key: v.string() })

/** An incident; `triggers` is how often it was triggered, which makes no second one while it is open. */
type Incident = { readonly key: string; triggers: number; state: 'triggered' | 'acknowledged' | 'resolved' }

/** A service whose integration has this key. */
export function pagerDutyFake(routingKey: string) {
  const ajv = new Ajv({ allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  const incidents: Incident[] = []
  const refused = (errors: readonly string[]) =>
    response(400, JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }))
  return {
    incidents,
    take({ url, body }: Pick<SendRequest, 'url' | 'body'>): SendOutcome {
      if (url !== 'https://events.pagerduty.com/v2/enqueue') return response(404)
      if (Buffer.byteLength(body) > bytesMax) return response(413)
      const json: unknown = JSON.parse(String(body))
      if (!validate(json)) return refused((validate.errors ?? []).map(({ message = '' }) => message))
      const event = v.parse(Event, json)
      if (event.routing_key !== routingKey) return refused(['Invalid routing key'])

      const open = incidents.find(({ key, state }) => key === event.dedup_key && state !== 'resolved')
      if (event.event_action === 'resolve' && open) open.state = 'resolved'
      if (event.event_action === 'acknowledge' && open) open.state = 'acknowledged'
      if (event.event_action === 'trigger' && open) open.triggers += 1
      if (event.event_action === 'trigger' && !open)
        incidents.push({ key: event.dedup_key, triggers: 1, state: 'triggered' })
      return response(
        202,
        JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: event.dedup_key }),
      )
    },
  }
}
