// The Opsgenie Alert API as it is documented (docs.opsgenie.com/docs/alert-api): it refuses what its limits refuse, and keeps an alert an alias.
import { Ajv } from 'ajv'
import * as v from 'valibot'
import type { SendOutcome, SendRequest } from '../../../src/ports/sender.ts'
import { response } from './deliveries.ts'

const text = (maxLength: number) => ({ type: 'string', maxLength })
const creation = {
  type: 'object',
  additionalProperties: false,
  required: ['message'],
  properties: {
    message: { ...text(130), minLength: 1 },
    alias: text(512),
    description: text(15_000),
    details: { type: 'object', additionalProperties: { type: 'string' } },
    tags: { type: 'array', maxItems: 20, items: text(50) },
    entity: text(512),
    source: text(100),
    priority: { enum: ['P1', 'P2', 'P3', 'P4', 'P5'] },
    user: text(100),
    note: text(25_000),
  },
}
/** Of what is done to an alert: it is closed, or acknowledged. */
const action = {
  type: 'object',
  additionalProperties: false,
  properties: { user: text(100), source: text(100), note: text(25_000) },
}
const detailsCharsMax = 8_000

const Creation = v.object({ alias: v.string(), details: v.record(v.string(), v.string()) })

/** An alert; `count` is how often it was created, which makes no second one while it is open. */
type Alert = { readonly key: string; count: number; state: 'open' | 'acknowledged' | 'closed' }

/** A team whose integration has this key. */
export function opsgenieFake(apiKey: string) {
  const ajv = new Ajv({ allErrors: true })
  const [isCreation, isAction] = [ajv.compile(creation), ajv.compile(action)]
  const incidents: Alert[] = []
  const accepted = response(202, '{"result":"Request will be processed","took":0.302,"requestId":"43a29c5c"}')
  const refused = response(422, '{"message":"Request body is not processable. Please check the errors.","took":0.083}')
  const openOf = (alias: string) => incidents.find(({ key, state }) => key === alias && state !== 'closed')

  const create = (json: unknown): SendOutcome => {
    if (!isCreation(json)) return refused
    const { alias, details } = v.parse(Creation, json)
    if (Object.entries(details).flat().join('').length > detailsCharsMax) return refused
    const open = openOf(alias)
    if (open) open.count += 1
    else incidents.push({ key: alias, count: 1, state: 'open' })
    return accepted
  }
  const act = (alias: string, name: string, json: unknown): SendOutcome => {
    if (!isAction(json)) return refused
    const open = openOf(alias)
    if (open) open.state = name === 'close' ? 'closed' : 'acknowledged'
    return accepted
  }
  return {
    incidents,
    take({ url, headers, body }: Pick<SendRequest, 'url' | 'headers' | 'body'>): SendOutcome {
      if (headers.authorization !== `GenieKey ${apiKey}`) return response(403, '{"message":"You are not authorized"}')
      const json: unknown = JSON.parse(String(body))
      if (url === 'https://api.opsgenie.com/v2/alerts') return create(json)
      const [, alias, name] =
        /^https:\/\/api\.opsgenie\.com\/v2\/alerts\/([\w-]+)\/(close|acknowledge)\?identifierType=alias$/.exec(url) ??
        []
      return alias === undefined || name === undefined ? response(404) : act(alias, name, json)
    },
  }
}
