// The arguments of `npm run keys`, and what is printed of a key.
import type { parseArgs } from 'node:util'
import * as v from 'valibot'
import { type Guid, parseGuid } from '../../src/domain/guid.ts'
import type { Instant } from '../../src/domain/instant.ts'
import {
  type ApiKey,
  ApiKeyName,
  apiKeyView,
  OverlapHours,
  overlapHoursDefault,
  overlapHoursMax,
} from '../../src/domain/keys/api-keys.ts'

/** The command is not carried out; the message says why. */
export class Refusal extends Error {}

const text = { type: 'string' } as const

/** The options, for `parseArgs`. */
export const options = {
  org: text,
  server: { type: 'boolean', default: false },
  organization: { type: 'string', multiple: true },
  key: text,
  name: text,
  'overlap-hours': text,
  'connection-string-from-env': text,
  local: { type: 'boolean', default: false },
} as const
export type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values']

/** The id that an option has; throws a `Refusal` if it is none. */
export function guidIn(values: Values, name: 'org' | 'key'): Guid {
  const id = parseGuid(values[name])
  if (!id) throw new Refusal(`--${name} must be a GUID`)
  return id
}

/** The name for a new key. */
export function nameIn(values: Values): string {
  const name = v.safeParse(ApiKeyName, values.name)
  if (!name.success) throw new Refusal('--name must have 1 to 100 characters')
  return name.output
}

/** The hours that earlier secrets stay good for. */
export function overlapIn(values: Values): number {
  const given = values['overlap-hours'] ?? String(overlapHoursDefault)
  const hours = v.safeParse(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), OverlapHours), given)
  if (!hours.success) throw new Refusal(`--overlap-hours must be a whole number from 0 to ${overlapHoursMax}`)
  return hours.output
}

/** A key in lines, with `more` about it in the first. */
export function describe(key: ApiKey, at: Instant, more = ''): string {
  const { id, name, createdAt, secrets } = apiKeyView(key, at)
  const lines = secrets.map(
    (secret) => `  secret of ${secret.createdAt}, good until ${secret.validUntil ?? 'replaced'}`,
  )
  return [`${id}  ${name}, made ${createdAt}${more}`, ...lines].join('\n')
}

/** A key's lines, and its new secret. */
export const withSecret = (lines: string, clientId: string, secret: string) => `${lines}

client_id      ${clientId}
client_secret  ${secret}

The secret is shown this once and kept nowhere.`

/** A refusal of a change to keys. */
type Refused = { readonly kind: 'refused'; readonly reason: 'too-many-keys' | 'key-unknown' }

/** The change; throws a `Refusal` with the reason's text if it was refused. */
export function carriedOut<Done extends { readonly kind: 'changed' }>(
  change: Done | Refused,
  reasons: Readonly<Record<Refused['reason'], string>>,
): Done {
  if (change.kind === 'refused') throw new Refusal(reasons[change.reason])
  return change
}
