// One full response of an export, in a process of its own: prints, as JSON, the most memory that it held and how large the response is.
import { HttpRequest, HttpResponse, InvocationContext } from '@azure/functions'
import * as v from 'valibot'
import { memoryDirectory } from '../../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../../src/adapters/memory/event-store.ts'
import { OrganizationEntry } from '../../src/domain/directory/directory.ts'
import { AcceptedEvent, type StoredEvent } from '../../src/domain/events/event.ts'
import { eventTypes } from '../../src/domain/events/event-types.ts'
import { Guid, guidOfContent } from '../../src/domain/guid.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { authenticateWith } from '../../src/functions/http/authenticate.ts'
import { exportEvents, exportLimits } from '../../src/functions/log/export-events.ts'
import type { EventStore } from '../../src/ports/events.ts'
import { tokensOf, userClaims } from '../../test/support/calls.ts'
import type { ExportMemory } from './export.ts'

const organizationId = v.parse(Guid, 'a0000000-0000-4000-8000-000000000001')
const startMs = Date.UTC(2026, 10, 20)
const people = 500

/** Events like a busy organization's: each type in turn, with the ids that such events carry. */
function eventAt(index: number): StoredEvent {
  const type = eventTypes[index % eventTypes.length]
  return v.parse(AcceptedEvent, {
    id: guidOfContent('event', index),
    type: type?.code,
    organizationId,
    ipAddress: '203.0.113.7',
    date: instantAt(startMs - index),
    actingUserId: guidOfContent('user', index % people),
    deviceType: 9,
    ...(type?.category === 'item' && { cipherId: guidOfContent('item', index) }),
    ...(type?.category === 'member' && { organizationUserId: guidOfContent('member', index % people) }),
  })
}

/** A log without end that is made as it is read: what grows is the export alone. */
const list: EventStore['list'] = async (_query, limit, after) => {
  const first = Number(after ?? 0)
  return { events: Array.from({ length: limit }, (_, index) => eventAt(first + index)), next: String(first + limit) }
}
const ownerIndex = 1
const alice = tokensOf({ alice: userClaims(guidOfContent('user', ownerIndex)) })
const directory = memoryDirectory()
const members = Array.from({ length: people }, (_, index) => ({
  id: guidOfContent('member', index),
  userId: guidOfContent('user', index),
  status: 2,
  type: index === ownerIndex ? 0 : 2,
  name: `Person Number ${index}`,
  email: `person.number.${index}@acme.example`,
}))
await directory.putOrganization(organizationId, v.parse(OrganizationEntry, { name: 'Acme', members }))
const ports = {
  store: { ...memoryEventStore(), list },
  directory,
  authenticate: authenticateWith(alice),
  now: () => startMs,
}

/** The body of one response, read as the library reads it before the host gets it. */
async function bodyOf(format: string, eventsMax: number): Promise<Uint8Array> {
  const request = new HttpRequest({
    method: 'GET',
    url: 'http://keytrail.test/',
    headers: { authorization: 'Bearer alice' },
    query: { format },
    params: { id: organizationId },
  })
  const handler = exportEvents(ports, { ...exportLimits, eventsMax })
  const response = await handler(request, new InvocationContext({ functionName: 'export' }))
  if (response?.status !== 200) throw new Error(`the export responded ${response?.status}`)
  return new Uint8Array(await new HttpResponse(response).arrayBuffer())
}

const [, , format = 'csv'] = process.argv
const largestBytes = () => process.resourceUsage().maxRSS * 1_024
await bodyOf(format, 1_000)
const before = largestBytes()
const body = await bodyOf(format, exportLimits.eventsMax)
const grownBytes = largestBytes() - before
const newLine = 10
const lines = body.reduce((count, byte) => (byte === newLine ? count + 1 : count), 0)
const memory: ExportMemory = { events: lines - (format === 'csv' ? 1 : 0), responseBytes: body.length, grownBytes }
console.log(JSON.stringify(memory))
