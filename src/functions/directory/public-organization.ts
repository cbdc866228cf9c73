// GET /public/organization/subscription and POST /public/organization/import: what clients of a whole server ask for, and Keytrail does not have.
import type { HttpResponseInit } from '@azure/functions'
import { factsForOrganization, mayNow } from '../../application/directory/facts.ts'
import { unknownSubscription } from '../../domain/directory/public-views.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { failure, notFound, ok } from '../http/responses.ts'

type PublicOrganizationPorts = { readonly authenticate: Authenticate; readonly directory: DirectoryReader }

/** The reference's refusal where an organization's plan has no directory sync. */
const noDirectorySync = 'Organization cannot use directory syncing.'

const responding =
  (response: () => HttpResponseInit) =>
  ({ authenticate, directory }: PublicOrganizationPorts): Handler =>
    endpoint(async (request) => {
      const caller = await authenticate(request.headers, 'api.organization')
      if (caller.kind === 'refused') return unauthorized(caller)

      const { organizationId } = caller
      const facts = await factsForOrganization(directory, caller, organizationId)
      if (!mayNow(caller, { kind: 'read-organization-structure', organizationId }, facts)) return notFound()

      return response()
    })

/** GET /public/organization/subscription: Keytrail knows nothing of it, and some clients stop without a response. */
export const readSubscription = responding(() => ok(unknownSubscription))

/** POST /public/organization/import: refused, body unread. The vault's server says who belongs to an organization. */
export const refuseImport = responding(() => failure(400, noDirectorySync))
