// GET /organizations/{id}/events/export: an organization's log as a file, newest first; a Link leads to the next part.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { organizationLog } from '../../application/log/readable-log.ts'
import { type ExportLimits, type ExportPart, writeExport } from '../../application/log/write-export.ts'
import { parseGuid } from '../../domain/guid.ts'
import { type ExportFormat, exportFormats } from '../../domain/log/export/formats.ts'
import { unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { readQuery } from '../http/query.ts'
import { notFound, respondTo } from '../http/responses.ts'
import { ExportQuery, filtersOf, invalidList, traitsOf } from './list-parameters.ts'
import type { ReadEventsPorts } from './read-events.ts'

/**
 * 50,000 events. 32 MiB: on its way to the host, the library holds a body three times, which stays below 200 MB in all.
 * 60 s: Azure's front end waits 230 s for a response, and a selective filter may read a long log for a few events.
 */
export const exportLimits: ExportLimits = { eventsMax: 50_000, bytesMax: 32 * 1_024 * 1_024, readingMsMax: 60_000 }

/** Up to `limits.eventsMax` events in the format asked for, for callers who may read the organization's log. */
export const exportEvents = (ports: ReadEventsPorts, limits: ExportLimits = exportLimits): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const log = await organizationLog(caller, parseGuid(request.params.id), ports.directory)
    if (!log) return notFound()

    const query = readQuery(request, ExportQuery)
    if (query.kind === 'invalid') return respondTo(query)
    const { value } = query
    const format = exportFormats.find(({ name }) => name === value.format)
    if (!format) throw new Error(`no format ${value.format}`)

    const asked = { log, filters: filtersOf(value), traits: traitsOf(value), search: value.q }
    const expands = value.expand === 'names'
    const part = await writeExport(ports, { asked, page: value, format, expands }, limits)
    return part.kind === 'refused' ? respondTo(invalidList(part)) : responseOf(request, format, part)
  })

const responseOf = (request: HttpRequest, format: ExportFormat, { chunks, token }: ExportPart): HttpResponseInit => ({
  status: 200,
  headers: {
    'Content-Type': format.contentType,
    'Content-Disposition': `attachment; filename="${format.fileName}"`,
    'Access-Control-Expose-Headers': 'Content-Disposition, Link',
    ...(token !== null && { Link: nextLink(request, token) }),
  },
  body: released(chunks),
})

/** The chunks as a body, each released once it is read: of a whole body, the library makes another copy. */
async function* released(chunks: Buffer[]): AsyncGenerator<Buffer> {
  for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) yield chunk
}

/**
 * The link to what follows (RFC 8288), as a query alone: a reference relative to the address that the client used, which proxies
 * need not pass on (RFC 3986 section 5.2.2).
 */
function nextLink(request: HttpRequest, token: string): string {
  const same = [...request.query].filter(([name, value]) => name.toLowerCase() !== 'continuationtoken' && value !== '')
  return `<?${new URLSearchParams([...same, ['continuationToken', token]])}>; rel="next"`
}
