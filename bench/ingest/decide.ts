// What deciding and packing a batch costs, against parsing the same batch from JSON.
import * as v from 'valibot'
import { OrganizationEntry } from '../../src/domain/directory/directory.ts'
import { replaceOrganization } from '../../src/domain/directory/names.ts'
import type { UserPrincipal } from '../../src/domain/directory/principal.ts'
import { Guid } from '../../src/domain/guid.ts'
import { decideCollect, readSubmitted } from '../../src/domain/ingest/collect.ts'
import { readMessage, writeMessages } from '../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { type Ratio, ratioOf } from '../measure.ts'

const eventsPerBatch = 5_000
const rounds = 15
const guid = (kind: string, number: number) =>
  v.parse(Guid, `${kind}0000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`)

/** Deciding a batch, writing it as messages, and reading those. */
export async function benchDomain(): Promise<Ratio[]> {
  const [userId, organizationId, collection] = [guid('b', 1), guid('a', 1), guid('5', 1)]
  const startMs = Date.UTC(2026, 10, 22)
  const batch = JSON.stringify(
    Array.from({ length: eventsPerBatch }, (_, index) => ({
      type: 1107,
      cipherId: guid('d', index % 100),
      organizationId,
      date: new Date(startMs + index).toISOString(),
    })),
  )
  const parse = () => JSON.parse(batch)
  const member = { id: guid('6', 1), userId, status: 2, type: 2, collections: [{ id: collection }] }
  const entry = v.parse(OrganizationEntry, { name: 'Acme', members: [member] })
  const organization = replaceOrganization(undefined, organizationId, entry)
  const items = Array.from({ length: 100 }, (_, index) => ({
    id: guid('d', index),
    organizationId,
    collections: [collection],
    deleted: false,
  }))
  const facts = {
    unreadable: new Set<Guid>(),
    organizations: new Map([[organizationId, organization]]),
    providers: new Map(),
    items: new Map(items.map((item) => [item.id, item])),
  }
  const caller: UserPrincipal = {
    kind: 'user',
    userId,
    knownBy: 'vault',
    otherUserIds: [],
    isOperator: false,
    granted: new Map(),
    eventLogs: new Set(),
    providers: new Map(),
    organizations: new Map([[organizationId, 'user']]),
  }
  const now = instantAt(startMs + 60_000)
  const parsed = () => v.parse(v.array(v.unknown()), parse())
  const decide = () => [...decideCollect(caller, parsed().map(readSubmitted), facts, {}, now).events]
  const events = decide()
  const messages = writeMessages(events)
  const perSecond = (ms: number) => `${Math.round((eventsPerBatch / ms) * 1_000).toLocaleString('en')} events/s`

  const decided = await ratioOf(rounds, decide, parse)
  const written = await ratioOf(rounds, () => writeMessages(events), parse)
  const reread = await ratioOf(rounds, () => messages.map((text) => readMessage(text, now)), parse)
  const against = 'parsing the batch from JSON'
  return [
    { what: 'parsing and deciding it', against, ratio: decided.ratio, note: perSecond(decided.firstMs) },
    { what: 'writing it as messages', against, ratio: written.ratio, note: perSecond(written.firstMs) },
    { what: 'reading those messages', against, ratio: reread.ratio, note: perSecond(reread.firstMs) },
  ]
}
