// GET /public/members, groups, collections and policies: an organization's people and structure, as the directory has them, for its own API key.
import { factsForOrganization, mayNow } from '../../application/directory/facts.ts'
import {
  emptyStructure,
  publicCollection,
  publicGroup,
  publicMember,
  publicPolicy,
  type Structure,
  wholeListOf,
} from '../../domain/directory/public-views.ts'
import { parseGuid } from '../../domain/guid.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { notFound, ok } from '../http/responses.ts'

type ReadPublicDirectoryPorts = { readonly authenticate: Authenticate; readonly directory: DirectoryReader }

/** Finds what a route responds with, by the id in its path; undefined when there is no such thing. */
type Find = (structure: Structure, id: string) => unknown

const reading =
  (find: Find) =>
  ({ authenticate, directory }: ReadPublicDirectoryPorts): Handler =>
    endpoint(async (request) => {
      const caller = await authenticate(request.headers, 'api.organization')
      if (caller.kind === 'refused') return unauthorized(caller)

      const { organizationId } = caller
      const facts = await factsForOrganization(directory, caller, organizationId)
      if (!mayNow(caller, { kind: 'read-organization-structure', organizationId }, facts)) return notFound()

      const found = find(facts.organizations.get(organizationId) ?? emptyStructure, request.params.id ?? '')
      return found === undefined ? notFound() : ok(found)
    })

const withId = <T extends { readonly id: string }>(entries: readonly T[], id: string): T | undefined => {
  const wanted = parseGuid(id)
  return entries.find((entry) => entry.id === wanted)
}

/** GET /public/members: members of every status, also revoked ones. */
export const listPublicMembers = reading(({ members }) => wholeListOf(members.map(publicMember)))

/** GET /public/members/{id} */
export const readPublicMember = reading(({ members }, id) => {
  const member = withId(members, id)
  return member && publicMember(member)
})

/** GET /public/members/{id}/group-ids: a bare array. */
export const listGroupIdsOfMember = reading(({ members }, id) => withId(members, id)?.groups)

/** GET /public/groups */
export const listPublicGroups = reading(({ groups }) => wholeListOf(groups.map(publicGroup)))

/** GET /public/groups/{id} */
export const readPublicGroup = reading(({ groups }, id) => {
  const group = withId(groups, id)
  return group && publicGroup(group)
})

/** GET /public/groups/{id}/member-ids: a bare array. */
export const listMemberIdsOfGroup = reading(({ members, groups }, id) => {
  const group = withId(groups, id)
  return group && members.filter((member) => member.groups.includes(group.id)).map((member) => member.id)
})

/** GET /public/collections */
export const listPublicCollections = reading(({ collections }) => wholeListOf(collections.map(publicCollection)))

/** GET /public/collections/{id} */
export const readPublicCollection = reading(({ collections }, id) => {
  const collection = withId(collections, id)
  return collection && publicCollection(collection)
})

/** GET /public/policies */
export const listPublicPolicies = reading(({ policies }) => wholeListOf(policies.map(publicPolicy)))

/** GET /public/policies/{id}: by the policy's id, or by the number of its type, as the reference asks for it. */
export const readPublicPolicy = reading(({ policies }, id) => {
  const policy = withId(policies, id) ?? policies.find(({ type }) => String(type) === id)
  return policy && publicPolicy(policy)
})
