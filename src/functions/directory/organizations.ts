// GET /organizations: the organizations whose log the caller may read.
import { organizationsOf } from '../../application/directory/list-organizations.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { NoQuery, readQuery } from '../http/query.ts'
import { ok, respondTo, unavailable } from '../http/responses.ts'

type OrganizationsPorts = { readonly authenticate: Authenticate; readonly directory: DirectoryReader }

/** The organizations by name, as `organizationsOf` finds them; 503 if damage hides all of them. */
export const listOrganizations = ({ authenticate, directory }: OrganizationsPorts): Handler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const query = readQuery(request, NoQuery)
    if (query.kind === 'invalid') return respondTo(query)

    const data = await organizationsOf(caller, directory)
    return data ? ok({ object: 'list', data }) : unavailable('directory')
  })
