// What operators do with organizations: create one, and see how all are doing.
import * as v from 'valibot'
import { createOrganization } from '../../application/operations/create-organization.ts'
import {
  type OrganizationHealthPorts,
  organizationHealth,
  organizationHealthPage,
} from '../../application/operations/organization-health.ts'
import { Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { nameOf } from '../../domain/texts.ts'
import type { Directory } from '../../ports/directory.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { Secrets } from '../../ports/keys.ts'
import type { Authenticate } from '../http/authenticate.ts'
import { operatorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forOperators, forOperatorsWith } from '../http/operators.ts'
import { invalidPage } from '../http/paging.ts'
import { failure, notFound, ok, respondTo } from '../http/responses.ts'

/** Longest name of an organization that an operator creates, in UTF-16 units. */
export const organizationNameCharsMax = 100

export const NewOrganization = v.strictObject({ name: nameOf(organizationNameCharsMax), id: v.optional(Guid) })

export type CreateOrganizationPorts = {
  readonly authenticate: Authenticate
  readonly directory: Directory
  readonly queue: EventQueue
  readonly secrets: Pick<Secrets, 'newId'>
  readonly address: AddressSettings
  readonly now: () => number
}

/** POST /organizations: a new organization, without members; 409 if there is one of this id. */
export const postOrganization = forOperators(async (request, ports: CreateOrganizationPorts, caller) => {
  const body = await readJson(request, NewOrganization)
  if (body.kind !== 'json') return respondTo(body)

  const { name, id = ports.secrets.newId() } = body.value
  const origin = { organizationId: id, ...operatorOf(request, caller, ports) }
  const created = await createOrganization(ports, origin, name)
  if (created.kind === 'refused') return failure(409, 'There is an organization of this id already.')
  return { status: 201, jsonBody: { object: 'organization', id, name } }
})

/** The query of a page of organizations. */
export const OrganizationsQuery = v.strictObject({ continuationToken: v.optional(v.string()) })

type HealthPorts = OrganizationHealthPorts & { readonly authenticate: Authenticate }

/** GET /operations/organizations: a page of all organizations by name, with how they are doing. */
export const listOrganizationHealth = forOperatorsWith(
  OrganizationsQuery,
  async (_request, ports: HealthPorts, _caller, query) => {
    const page = await organizationHealthPage(ports, query.continuationToken)
    return page.kind === 'refused' ? respondTo(invalidPage(page)) : ok(listOf(page.views, page.token))
  },
)

/** GET /operations/organizations/{id}: how one is doing. */
export const readOrganizationHealth = forOperators(async (request, ports: HealthPorts) => {
  const id = parseGuid(request.params.id)
  const view = id && (await organizationHealth(ports, id))
  return view ? ok(view) : notFound()
})
