// GET /organizations/{id}/summary: a range of days in numbers, who was busiest, and who has not been seen.
import * as v from 'valibot'
import { organizationLog } from '../../application/log/readable-log.ts'
import {
  type SummaryPorts,
  summaryDaysMax,
  summaryDaysOf,
  summaryOf,
} from '../../application/summary/summary-of-days.ts'
import { parseGuid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { rangeOf } from '../../domain/log/query.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { invalidPage } from '../http/paging.ts'
import { readQuery } from '../http/query.ts'
import { invalid, notFound, ok, respondTo } from '../http/responses.ts'

export type ReadSummaryPorts = SummaryPorts & { readonly authenticate: Authenticate }

/** The query of a summary. */
export const SummaryQuery = v.strictObject({ start: v.optional(v.string()), end: v.optional(v.string()) })

/** For callers who may read the organization's log; 404 for all others. */
export const readSummary = (ports: ReadSummaryPorts): Handler =>
  endpoint(async (request) => {
    const caller = await ports.authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const organizationId = parseGuid(request.params.id)
    if (!organizationId || !(await organizationLog(caller, organizationId, ports.directory))) return notFound()

    const query = readQuery(request, SummaryQuery)
    if (query.kind === 'invalid') return respondTo(query)
    const asked = rangeOf(query.value.start ?? null, query.value.end ?? null, instantAt(ports.now()))
    if (asked.kind === 'refused') return respondTo(invalidPage(asked))
    const days = summaryDaysOf(asked.range)
    if (!days) return respondTo(invalid({ end: [`is more than ${summaryDaysMax} days from start`] }))

    return ok(await summaryOf(ports, organizationId, days))
  })
