// /organizations/{id}/sources: those who manage its sources connect vaults, see how far they are read, and pause or remove them. Secrets go in, and never come out.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import {
  type ChangeSourcesPorts,
  changeSource,
  connectSource,
  dropSource,
} from '../../application/sources/change-sources.ts'
import { checkSource } from '../../application/sources/check-source.ts'
import { findSourceView, sourceViews, viewOfSource } from '../../application/sources/read-sources.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { checkView } from '../../domain/sources/check.ts'
import { problemText, type SourceProblem } from '../../domain/sources/problems.ts'
import { type Source, sourcesMax } from '../../domain/sources/source.ts'
import { type Addresses, addressesOf, isKeyOf, NewSource, SourceChange } from '../../domain/sources/source-input.ts'
import type { CheckApi, SourceProgresses, Sources } from '../../ports/sources.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forSourceManagers, type ManagerPorts } from '../http/managers.ts'
import { badRequest, failure, invalid, notFound, ok, type Problem, respondTo } from '../http/responses.ts'

type ReadPorts = ManagerPorts & { readonly sources: Sources; readonly progresses: SourceProgresses }

export type SourcesPorts = ReadPorts &
  ChangeSourcesPorts & {
    readonly checkApi: CheckApi
    readonly address: AddressSettings
    /** What is wrong with a URL, judged by its text; undefined: it may be reached. */
    readonly addressProblem: (url: string) => SourceProblem | undefined
  }

/** GET /organizations/{id}/sources: every source, oldest first. */
export const listSources = forSourceManagers(async (_request, organizationId, ports: ReadPorts) =>
  ok(listOf(await sourceViews(ports, organizationId), null)),
)

/** GET /organizations/{id}/sources/{sourceId} */
export const readSource = forSourceManagers(async (request, organizationId, ports: ReadPorts) => {
  const view = await findSourceView(ports, organizationId, parseGuid(request.params.sourceId))
  return view ? ok(view) : notFound()
})

/** POST /organizations/{id}/sources: a new one; nothing is asked of its server here. */
export const createSource = forSourceManagers(async (request, organizationId, ports: SourcesPorts, caller) => {
  const read = await readNewSource(request, organizationId)
  if (read.kind !== 'source') return respondTo(read)
  const { input, addresses } = read
  const problem = ports.addressProblem(addresses.identityUrl)
  if (problem) return badRequest({ url: [problemText(problem)] })

  const connected = await connectSource(ports, authorOf(request, organizationId, caller, ports), input, addresses)
  if (connected.kind === 'refused') return refusal(connected.reason)
  return { status: 201, jsonBody: await viewOfSource(ports, organizationId, connected.source) }
})

/** POST /organizations/{id}/sources/check: whether a source with this body would work. Nothing is stored. */
export const checkNewSource = forSourceManagers(async (request, organizationId, ports: SourcesPorts) => {
  const read = await readNewSource(request, organizationId)
  if (read.kind !== 'source') return respondTo(read)
  const { clientId, clientSecret } = read.input

  const checked = await checkSource(ports, { ...read.addresses, clientId, clientSecret })
  return checked.kind === 'busy' ? tooManyChecks(checked.waitMs) : ok(checkView(checked))
})

/** PUT /organizations/{id}/sources/{sourceId}: changes what the body has; what it omits stays. */
export const putSource = forSourceManagers(async (request, organizationId, ports: SourcesPorts, caller) => {
  const id = parseGuid(request.params.sourceId)
  const body = await readJson(request, SourceChange)
  if (body.kind !== 'json') return respondTo(body)
  const known = (await ports.sources.sourcesOf(organizationId)).find((each) => each.id === id)
  if (!known) return notFound()
  const addresses = changedAddresses(known, body.value, ports)
  if (addresses?.kind === 'invalid') return respondTo(addresses)

  const author = authorOf(request, organizationId, caller, ports)
  const changed = await changeSource(ports, author, known.id, body.value, addresses?.addresses)
  if (changed.kind === 'refused') return refusal(changed.reason)
  return ok(await viewOfSource(ports, organizationId, changed.source))
})

/** DELETE /organizations/{id}/sources/{sourceId}: with its key; its events stay. */
export const deleteSource = forSourceManagers(async (request, organizationId, ports: SourcesPorts, caller) => {
  const id = parseGuid(request.params.sourceId)
  if (!id) return notFound()

  const dropped = await dropSource(ports, authorOf(request, organizationId, caller, ports), id)
  return dropped.kind === 'refused' ? refusal(dropped.reason) : { status: 204 }
})

type Read = { readonly kind: 'source'; readonly input: NewSource; readonly addresses: Addresses }

/** The source in a request's body: of this organization, and with addresses. */
async function readNewSource(request: HttpRequest, organizationId: Guid): Promise<Read | Problem> {
  const body = await readJson(request, NewSource)
  if (body.kind !== 'json') return body
  const { region, url, clientId } = body.value
  if (!isKeyOf(clientId, organizationId)) {
    return invalid({ clientId: [`must be organization.${organizationId}: the key of this organization`] })
  }
  const named = addressesOf(region, url)
  if (named.kind === 'refused') return urlProblem(named.reason)
  return { kind: 'source', input: body.value, addresses: named.addresses }
}

/** The addresses after a change; undefined if it names none. */
function changedAddresses({ region: before }: Source, { region, url }: SourceChange, { addressProblem }: SourcesPorts) {
  if (region === undefined && url === undefined) return undefined
  const named = addressesOf(region ?? before, url ?? null)
  if (named.kind === 'refused') return urlProblem(named.reason)
  const problem = addressProblem(named.addresses.identityUrl)
  return problem ? invalid({ url: [problemText(problem)] }) : named
}

const urlProblem = (reason: 'url-missing' | 'url-not-needed') =>
  invalid({ url: [reason === 'url-missing' ? 'is missing' : 'is for self-hosted servers only'] })

function tooManyChecks(waitMs: number): HttpResponseInit {
  const seconds = Math.ceil(waitMs / 1_000)
  const message = `Too many checks of this server; try again in ${seconds} s.`
  return failure(429, message, null, { 'Retry-After': String(seconds) })
}

function refusal(reason: 'too-many-sources' | 'source-unknown' | 'key-needed'): HttpResponseInit {
  switch (reason) {
    case 'source-unknown':
      return notFound()
    case 'too-many-sources':
      return failure(409, `An organization has at most ${sourcesMax} sources.`)
    case 'key-needed':
      return badRequest({ clientSecret: ['is missing: the one that is stored is not sent to another server'] })
  }
}
