// /organizations/{id}/people, machine-accounts, items, secrets and addresses: what is known of each, for readers of the organization's log.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import * as v from 'valibot'
import { organizationLog } from '../../application/log/readable-log.ts'
import { listPeople, personOf, readActor, readUses, type TalliesPorts } from '../../application/tallies/read-actor.ts'
import { readAddress, readItem } from '../../application/tallies/read-thing.ts'
import { canonicalHost } from '../../domain/addresses.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import type { Actor } from '../../domain/tallies/tally.ts'
import { usesCsvHeader, usesCsvLine } from '../../domain/tallies/uses-csv.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { NoQuery, type QuerySchema, readQuery } from '../http/query.ts'
import { notFound, ok, respondTo } from '../http/responses.ts'

export type ReadPeoplePorts = TalliesPorts & { readonly authenticate: Authenticate }

/** The query of the items that an actor had to do with: as JSON, or the list of what was seen as CSV. */
export const UsesQuery = v.strictObject({
  format: v.optional(v.picklist(['json', 'csv'], 'must be json or csv'), 'json'),
  changedSince: v.optional(v.picklist(['yes', 'no'], 'must be yes or no')),
})

type Asked<Q> = { readonly request: HttpRequest; readonly organizationId: Guid; readonly query: Q }

/** A route for those who may read the organization's log; 404 for all others. */
const forReaders =
  <const S extends QuerySchema>(
    schema: S,
    work: (ports: ReadPeoplePorts, asked: Asked<v.InferOutput<S>>) => Promise<HttpResponseInit>,
  ) =>
  (ports: ReadPeoplePorts): Handler =>
    endpoint(async (request) => {
      const caller = await ports.authenticate(request.headers, 'api')
      if (caller.kind === 'refused') return unauthorized(caller)

      const organizationId = parseGuid(request.params.id)
      if (!organizationId || !(await organizationLog(caller, organizationId, ports.directory))) return notFound()
      const query = readQuery(request, schema)
      if (query.kind === 'invalid') return respondTo(query)

      return work(ports, { request, organizationId, query: query.value })
    })

const found = (view: object | undefined): HttpResponseInit => (view ? ok(view) : notFound())

/** GET …/people: those whom the directory knows, former members too. */
export const readPeople = forReaders(NoQuery, async (ports, { organizationId }) =>
  ok(await listPeople(ports, organizationId)),
)

/** GET …/people/{personId}: who a person is, and when and from where active; by the id of the account or of the member. */
export const readPerson = forReaders(NoQuery, async (ports, asked) => {
  const person = await personIn(ports, asked)
  return found(person && (await readActor(ports, asked.organizationId, person)))
})

/** GET …/people/{personId}/items: the items and secrets that a person had to do with. */
export const readPersonItems = forReaders(UsesQuery, async (ports, asked) => {
  const person = await personIn(ports, asked)
  return person ? usesOf(ports, asked, person) : notFound()
})

/** GET …/machine-accounts/{machineAccountId}: when and from where a machine account was active. */
export const readMachineAccount = forReaders(NoQuery, async (ports, asked) => {
  const machine = machineIn(asked)
  return found(machine && (await readActor(ports, asked.organizationId, machine)))
})

/** GET …/machine-accounts/{machineAccountId}/items: the secrets that a machine account had to do with. */
export const readMachineAccountItems = forReaders(UsesQuery, async (ports, asked) => {
  const machine = machineIn(asked)
  return machine ? usesOf(ports, asked, machine) : notFound()
})

/** GET …/items/{itemId}: who saw and changed an item. */
export const readItemUse = forReaders(NoQuery, async (ports, { request, organizationId }) => {
  const id = parseGuid(request.params.itemId)
  return found(id && (await readItem(ports, organizationId, 'item', id)))
})

/** GET …/secrets/{secretId}: who read and changed a secret. */
export const readSecretUse = forReaders(NoQuery, async (ports, { request, organizationId }) => {
  const id = parseGuid(request.params.secretId)
  return found(id && (await readItem(ports, organizationId, 'secret', id)))
})

/** GET …/addresses/{address}: who was active from an address. */
export const readAddressUse = forReaders(NoQuery, async (ports, { request, organizationId }) => {
  const address = request.params.address ?? ''
  return found(await readAddress(ports, organizationId, canonicalHost(address) ?? address))
})

async function personIn(
  ports: ReadPeoplePorts,
  { request, organizationId }: Asked<unknown>,
): Promise<Actor | undefined> {
  const id = parseGuid(request.params.personId)
  return id && personOf(ports, organizationId, id)
}

function machineIn({ request }: Asked<unknown>): Actor | undefined {
  const id = parseGuid(request.params.machineAccountId)
  return id && { kind: 'machine', id }
}

async function usesOf(
  ports: ReadPeoplePorts,
  { organizationId, query: { format, changedSince } }: Asked<v.InferOutput<typeof UsesQuery>>,
  actor: Actor,
): Promise<HttpResponseInit> {
  const { data, isPartial } = await readUses(ports, organizationId, actor)
  if (data.length === 0 && !(await readActor(ports, organizationId, actor))) return notFound()
  const asked =
    changedSince === undefined ? data : data.filter((use) => use.isChangedSince === (changedSince === 'yes'))
  if (format === 'json') return ok({ object: 'list', data: asked, isPartial })
  const headers = {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="seen-${actor.id}.csv"`,
  }
  return { status: 200, headers, body: usesCsvHeader + asked.map(usesCsvLine).join('') }
}
