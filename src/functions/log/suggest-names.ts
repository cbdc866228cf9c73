// GET /organizations/{id}/events/suggestions: names to search the log for, for callers who may read it.
import * as v from 'valibot'
import { organizationLog } from '../../application/log/readable-log.ts'
import { suggestNames } from '../../application/log/suggest-names.ts'
import { parseGuid } from '../../domain/guid.ts'
import { namedKeys } from '../../domain/log/search/keys.ts'
import { unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { readQuery } from '../http/query.ts'
import { notFound, ok, respondTo } from '../http/responses.ts'
import type { ReadEventsPorts } from './read-events.ts'

/** Longest beginning of a name, in UTF-16 units. */
const textCharactersMax = 100

/** The query of suggestions. */
export const SuggestionsQuery = v.strictObject({
  key: v.optional(v.picklist(namedKeys, `must be one of ${namedKeys.join(', ')}`)),
  text: v.optional(
    v.pipe(v.string(), v.maxLength(textCharactersMax, `has more than ${textCharactersMax} characters`)),
    '',
  ),
})

export const readSuggestions = ({ authenticate, directory }: ReadEventsPorts): Handler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const log = await organizationLog(caller, parseGuid(request.params.id), directory)
    if (!log) return notFound()

    const query = readQuery(request, SuggestionsQuery)
    if (query.kind === 'invalid') return respondTo(query)

    const { text, key = null } = query.value
    return ok({ object: 'list', data: await suggestNames(directory, log.id, text, key) })
  })
