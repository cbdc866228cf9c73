// Writes an export: an organization's log as a file, newest first, in as many parts as limits ask for.
import type { Names } from '../../domain/directory/names.ts'
import { type EventsAsked, writeEventContinuation } from '../../domain/log/continuation.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { ExportFormat } from '../../domain/log/export/formats.ts'
import { type PageAsked, type PageRefusal, tokenUnusable } from '../../domain/log/page-start.ts'
import type { EventQuery } from '../../domain/log/query.ts'
import { namesForLog, withItemsOf } from '../directory/facts.ts'
import type { EventListPorts } from './list-events.ts'
import { type SearchRefusal, startQuery } from './start-query.ts'

/** How much one part holds: so many events at most, and no further page once it has so many bytes or took so long. */
export type ExportLimits = { readonly eventsMax: number; readonly bytesMax: number; readonly readingMsMax: number }

type ExportRequest = {
  readonly asked: EventsAsked
  readonly page: PageAsked
  readonly format: ExportFormat
  /** Whether names of people and things are wanted. */
  readonly expands: boolean
}

/** One part of an export. */
export type ExportPart = {
  readonly kind: 'export'
  readonly chunks: Buffer[]
  /** The continuation token of the next part; null on the last. */
  readonly token: string | null
}

/** One less than 1,000: a store reads one more to know whether anything follows, and returns 1,000 rows at once. */
const pageEvents = 999

/** The part that is asked for. The caller must be allowed to read the log. */
export async function writeExport(
  ports: EventListPorts,
  { asked, page, format, expands }: ExportRequest,
  limits: ExportLimits,
): Promise<ExportPart | PageRefusal | SearchRefusal> {
  const of = `export ${format.name}` as const
  const start = await startQuery(ports, asked, page, of)
  if (start.kind === 'refused') return start

  const { query, cursor } = start
  const names = expands ? await namesForLog(ports.directory, asked.log) : undefined
  const written = await write(ports, limits, { query, after: cursor, format, names })
  if (!written) return tokenUnusable
  const token = written.next === null ? null : writeEventContinuation(asked, query, written.next, of)
  return { kind: 'export', chunks: written.chunks, token }
}

type Task = {
  readonly query: EventQuery
  readonly after: Cursor | null
  readonly format: ExportFormat
  readonly names: Names | undefined
}
type Written = { readonly chunks: Buffer[]; readonly next: Cursor | null }

/** Reads the store page by page and keeps only the written bytes; undefined if the store does not know the cursor `after`. */
async function write(
  { store, directory, now }: EventListPorts,
  { eventsMax, bytesMax, readingMsMax }: ExportLimits,
  { query, after, format, names }: Task,
): Promise<Written | undefined> {
  const chunks = format.header === '' ? [] : [Buffer.from(format.header)]
  const startMs = now()
  let next = after
  let events = 0
  let bytes = 0
  do {
    const page = await store.list(query, Math.min(pageEvents, eventsMax - events), next)
    if (!page) return undefined
    const named = names && (await withItemsOf(directory, names, query.log, page.events))
    const chunk = Buffer.from(page.events.map((event) => format.line(event, named)).join(''))
    if (chunk.length > 0) chunks.push(chunk)
    events += page.events.length
    bytes += chunk.length
    next = page.next
  } while (next !== null && events < eventsMax && bytes < bytesMax && now() - startMs < readingMsMax)
  return { chunks, next }
}
