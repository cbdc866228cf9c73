// GET /organizations/{id}/events/export: an organization's log as a file, newest first; a Link leads on when one answer does not hold it all.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { namesForLog } from '../../application/directory/facts.ts'
import type { Names } from '../../domain/directory/names.ts'
import type { EventLog, StoredEvent } from '../../domain/events/event.ts'
import { parseGuid } from '../../domain/guid.ts'
import { writeEventContinuation } from '../../domain/log/continuation.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { ExportFormat } from '../../domain/log/export/formats.ts'
import type { EventQuery } from '../../domain/log/query.ts'
import { unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { isWrong, parametersOf, wrongParameter } from '../http/parameters.ts'
import { badRequest, notFound } from '../http/responses.ts'
import { badToken, type EventListPorts, placeOf } from './event-list.ts'
import { exportParametersOf } from './export-parameters.ts'
import { organizationLog, type ReadEventsPorts } from './read-events.ts'

/** How much one answer holds: so many events at most, and no further page once it has so many bytes or took so long. */
export type ExportLimits = { readonly eventsMax: number; readonly bytesMax: number; readonly readingMsMax: number }

/**
 * 50,000 events. 32 MiB: the library's way to the host holds a body three times over, which keeps the whole below 200 MB.
 * 60 s: Azure's front end waits 230 s for an answer, and a selective filter may read a long log for a few events.
 */
export const exportLimits: ExportLimits = { eventsMax: 50_000, bytesMax: 32 * 1_024 * 1_024, readingMsMax: 60_000 }

/** One less than 1,000: a store reads one more to tell whether anything follows, and answers 1,000 rows at once. */
const pageEvents = 999

/** Answers up to `limits.eventsMax` events in the format asked for, to whoever reads the organization's log. */
export const exportEvents = (ports: ReadEventsPorts, limits: ExportLimits = exportLimits): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const found = await organizationLog(caller, parseGuid(request.params.id), ports.directory)
    if (!found) return notFound()

    return answerExport(request, ports, found.log, limits)
  })

async function answerExport(
  request: HttpRequest,
  { store, directory, now }: EventListPorts,
  log: EventLog,
  limits: ExportLimits,
): Promise<HttpResponseInit> {
  const asked = exportParametersOf(request)
  if (isWrong(asked)) return wrongParameter(asked)
  const { format, filters, traits, expands } = asked
  const of = `export ${format.name}` as const
  const place = placeOf(parametersOf(request), { log, filters, traits }, now(), of)
  if ('answer' in place) return place.answer

  const query: EventQuery = { log, filters, traits, ...place.range }
  const names = expands ? await namesForLog(directory, log) : undefined
  const written = await write(store, now, limits, { query, after: place.cursor, format, names })
  if (!written) return badRequest(badToken)
  const token = written.next === null ? null : writeEventContinuation(query, written.next, of)
  return {
    status: 200,
    headers: {
      'Content-Type': format.contentType,
      'Content-Disposition': `attachment; filename="${format.fileName}"`,
      'Access-Control-Expose-Headers': 'Content-Disposition, Link',
      ...(token !== null && { Link: nextLink(request, token) }),
    },
    body: handedOver(written.chunks),
  }
}

type Task = {
  readonly query: EventQuery
  readonly after: Cursor | null
  readonly format: ExportFormat
  readonly names: Names | undefined
}
type Written = { readonly chunks: Buffer[]; readonly next: Cursor | null }

/** Reads the store page by page and keeps the written bytes alone; undefined when `after` is no place of the store. */
async function write(
  store: EventListPorts['store'],
  now: () => number,
  { eventsMax, bytesMax, readingMsMax }: ExportLimits,
  { query, after, format, names }: Task,
): Promise<Written | undefined> {
  const line = (event: StoredEvent) => format.line(event, names)
  const chunks = format.header === '' ? [] : [Buffer.from(format.header)]
  const startMs = now()
  let next = after
  let events = 0
  let bytes = 0
  do {
    const page = await store.list(query, Math.min(pageEvents, eventsMax - events), next)
    if (!page) return undefined
    const chunk = Buffer.from(page.events.map(line).join(''))
    if (chunk.length > 0) chunks.push(chunk)
    events += page.events.length
    bytes += chunk.length
    next = page.next
  } while (next !== null && events < eventsMax && bytes < bytesMax && now() - startMs < readingMsMax)
  return { chunks, next }
}

/** The chunks as a body, each let go once it is read: of a body that comes whole, the library makes another copy. */
async function* handedOver(chunks: Buffer[]): AsyncGenerator<Buffer> {
  for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) yield chunk
}

/**
 * The link to what follows (RFC 8288), as a query alone: a reference that is resolved against the address the client
 * used, which proxies in between need not tell us (RFC 3986 section 5.2.2).
 */
function nextLink(request: HttpRequest, token: string): string {
  const kept = [...request.query].filter(([name, value]) => name.toLowerCase() !== 'continuationtoken' && value !== '')
  return `<?${new URLSearchParams([...kept, ['continuationToken', token]])}>; rel="next"`
}
