// What the agent delivers to Keytrail: batches of events, and organizations. Each call is one delivery, without a retry.
import * as v from 'valibot'
import { itemsPerRequestMax } from '../../src/domain/directory/directory.ts'
import type { OrganizationBody } from '../directory/organization-body.ts'
import type { SentEvent } from '../follow/event-rows.ts'
import { Trouble } from '../trouble.ts'
import { type Client, noKeytrail } from './client.ts'

/** How many events were taken, and how many were not, by reason. */
export type Delivered = { readonly accepted: number; readonly dropped: ReadonlyMap<string, number> }

export type NamedItem = { readonly id: string; readonly name: string; readonly collections: readonly string[] }

/** Where deliveries go: Keytrail, or a count of a dry run. */
export type Sink = {
  /** Sends events; they are safely queued when it returns. */
  readonly events: (events: readonly SentEvent[]) => Promise<Delivered>
  /** Replaces an organization in the directory. */
  readonly organization: (id: string, body: OrganizationBody) => Promise<void>
  /** Adds or replaces items with their names, at most `itemsPerRequestMax`. */
  readonly items: (organizationId: string, items: readonly NamedItem[]) => Promise<void>
}

const Taken = v.object({ accepted: v.number(), dropped: v.array(v.object({ reason: v.string() })) })
const Refused = v.object({
  message: v.string(),
  errors: v.optional(v.nullable(v.record(v.string(), v.array(v.string())))),
})

/** Largest body of an organization in bytes; Keytrail takes 32 MiB. */
const organizationBytesMax = 30 * 1024 * 1024

/** Delivers to Keytrail at `url`. */
export function keytrailSink(client: Client, url: string): Sink {
  async function put(id: string, path: string, body: unknown): Promise<void> {
    const response = await client.send('PUT', path, body)
    if (response.status === 204) return
    if (response.status === 404) {
      throw new Trouble(
        'organization-unknown',
        `The server key is not for the organization ${id}, or KEYTRAIL_URL is wrong (404).`,
      )
    }
    if (response.status === 413) throw new Trouble('too-large', `The organization ${id} is too large for one request.`)
    throw refusalOf(url, response)
  }

  async function events(batch: readonly SentEvent[]): Promise<Delivered> {
    const response = await client.send('POST', '/events', batch)
    if (response.status === 413 && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2)
      return both(await events(batch.slice(0, middle)), await events(batch.slice(middle)))
    }
    if (response.status === 413) return { accepted: 0, dropped: new Map([['too-large', 1]]) }
    if (response.status !== 200) throw refusalOf(url, response)
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Taken), response.text)
    if (!read.success || read.output.accepted + read.output.dropped.length !== batch.length)
      throw noKeytrail(url, response)
    const dropped = new Map<string, number>()
    for (const { reason } of read.output.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + 1)
    return { accepted: read.output.accepted, dropped }
  }

  return {
    events,
    organization: async (id, { items, ...body }) => {
      const path = `/directory/organizations/${id}`
      const whole = { ...body, items }
      if (Buffer.byteLength(JSON.stringify(whole)) <= organizationBytesMax) return put(id, path, whole)
      // Too many items for one request: then deleted ones stay in the directory.
      await put(id, path, body)
      for (let start = 0; start < items.length; start += itemsPerRequestMax) {
        await put(id, `${path}/items`, items.slice(start, start + itemsPerRequestMax))
      }
    },
    items: (id, items) => put(id, `/directory/organizations/${id}/items`, items),
  }
}

/** Two deliveries as one. */
export function both(one: Delivered, other: Delivered): Delivered {
  const dropped = new Map(one.dropped)
  for (const [reason, count] of other.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + count)
  return { accepted: one.accepted + other.accepted, dropped }
}

function refusalOf(url: string, response: { readonly status: number; readonly text: string }): Trouble {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Refused), response.text)
  if (!read.success) return noKeytrail(url, response)
  const problems = Object.entries(read.output.errors ?? {}).map(([name, texts]) => `${name} ${texts.join(', ')}`)
  const words = [read.output.message, ...problems].join(' ')
  return new Trouble('keytrail-refused', `Keytrail refuses what the agent sent (${response.status}): ${words}`)
}
