// Ids and events for tests: short to write, whole in form.
import * as v from 'valibot'
import { type Network, parseNetwork } from '../../src/domain/addresses.ts'
import { AcceptedEvent } from '../../src/domain/events/event.ts'
import { Guid, guidOfContent } from '../../src/domain/guid.ts'
import { type Instant, parseInstant } from '../../src/domain/instant.ts'

/** A GUID that ends in this number: `guid(7, 'a')` is a0000000-0000-4000-8000-000000000007. */
export const guid = (number: number, kind = '0'): Guid =>
  v.parse(Guid, `${kind}0000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`)

/** An instant from any text that reads as one. */
export function instant(text: string): Instant {
  const parsed = parseInstant(text)
  if (!parsed) throw new Error(`no instant: ${text}`)
  return parsed
}

/** Networks from texts that read as some. */
export const networks = (...texts: readonly string[]): Network[] =>
  texts.map((text) => {
    const parsed = parseNetwork(text)
    if (!parsed) throw new Error(`no network: ${text}`)
    return parsed
  })

export const acme = guid(1, 'a')
export const globex = guid(2, 'a')
export const alice = guid(1, 'b')
export const bob = guid(2, 'b')

/** An event as accepted: an item viewed at Acme by Alice, unless the test says otherwise. */
export function event(members: Record<string, unknown> = {}): AcceptedEvent {
  const date = instant(typeof members.date === 'string' ? members.date : '2026-11-20T10:00:00.000Z')
  const all = { type: 1107, organizationId: acme, cipherId: guid(1, 'd'), actingUserId: alice, ...members, date }
  const present = Object.entries(all).filter(([, value]) => value !== undefined)
  return v.parse(AcceptedEvent, { id: guidOfContent(JSON.stringify(all)), ...Object.fromEntries(present) })
}
