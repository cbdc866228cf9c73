// Acme, Globex and their people, for tests of routes that only owners and admins may call.
import { memoryDirectory } from '../../src/adapters/memory/directory.ts'
import { memberStatus, memberType } from '../../src/domain/directory/directory.ts'
import { userClaims } from './calls.ts'
import { member, organization, provider, providerUser } from './directory.ts'
import { acme, alice, bob, globex, guid } from './events.ts'

const agency = guid(1, '9')
const [admin, custom, user, agent, erin] = [bob, guid(3, 'b'), guid(4, 'b'), guid(5, 'b'), guid(6, 'b')]
const [revoked, removed, demoted] = [guid(7, 'b'), guid(8, 'b'), guid(9, 'b')]
const [accepted, invited] = [guid(10, 'b'), guid(11, 'b')]

/**
 * Claims by token. Acme's owner is alice, its admin bob; erin owns Globex, and the agent is an admin of Acme's provider.
 * Those named by what became of them were owners when their tokens were made.
 */
export const people = {
  alice: userClaims(alice, { orgowner: acme }),
  bob: userClaims(admin),
  custom: userClaims(custom, { orgcustom: acme, accesseventlogs: acme }),
  user: userClaims(user, { orguser: acme }),
  agent: userClaims(agent, { providerprovideradmin: agency }),
  erin: userClaims(erin, { orgowner: globex }),
  revoked: userClaims(revoked, { orgowner: acme }),
  removed: userClaims(removed, { orgowner: acme }),
  demoted: userClaims(demoted, { orgowner: acme }),
  accepted: userClaims(accepted, { orgowner: acme }),
  invited: userClaims(invited, { orgowner: acme }),
  server: { scope: 'api.events.write', client_id: 'server' },
}

/** Callers that every route that manages Acme refuses, by token, and with which status. */
export const strangers = [
  ['nobody', undefined, 401],
  ['a person unknown', 'unknown', 401],
  ['a server', 'server', 401],
  ['another organization’s owner', 'erin', 404],
  ['a user', 'user', 404],
  ['a custom member who reads the log', 'custom', 404],
  ['an admin of the provider', 'agent', 404],
  ['an owner whom the directory revoked', 'revoked', 404],
  ['an owner whom the directory removed', 'removed', 404],
  ['an owner whom the directory demoted', 'demoted', 404],
  ['an owner whom the directory put back to accepted', 'accepted', 404],
  ['an owner whom the directory put back to invited', 'invited', 404],
] as const

/** A directory that knows Acme, Globex, their people as they are now, and Acme's provider. */
export async function directoryOfAcme() {
  const directory = memoryDirectory()
  const owner = { type: memberType.owner }
  const reader = { type: memberType.custom, permissions: { accessEventLogs: true } }
  const members = [
    member(alice, owner),
    member(admin, { type: memberType.admin }),
    member(custom, reader),
    member(user),
    member(revoked, { ...owner, status: memberStatus.revoked }),
    member(demoted),
    member(accepted, { ...owner, status: memberStatus.accepted }),
    member(invited, { ...owner, status: memberStatus.invited }),
  ].map((each, index) => ({ ...each, id: guid(index, '7') }))
  const before = [...members, member(removed, { ...owner, id: guid(99, '7'), name: 'Gone' })]
  await directory.putOrganization(acme, organization(acme, { providerId: agency, members: before }))
  await directory.putOrganization(acme, organization(acme, { providerId: agency, members }))
  await directory.putOrganization(globex, organization(globex, { members: [member(erin, owner)] }))
  await directory.putProvider(agency, provider(agency, { users: [providerUser(agent)] }))
  return directory
}
