// Acme, Globex and their people, for tests of routes that only owners and admins may call.
import { memoryDirectory } from '../../src/adapters/memory-directory.ts'
import { memberStatus, memberType } from '../../src/domain/directory.ts'
import { userClaims } from './calls.ts'
import { member, organization, provider, providerUser } from './directory.ts'
import { acme, alice, bob, globex, guid } from './events.ts'

const agency = guid(1, '9')
const [admin, custom, user, agent, erin] = [bob, guid(3, 'b'), guid(4, 'b'), guid(5, 'b'), guid(6, 'b')]

/** Claims by token. Acme's owner is alice, its admin bob; erin owns Globex, and the agent is an admin of Acme's provider. */
export const people = {
  alice: userClaims(alice, { orgowner: acme }),
  bob: userClaims(admin),
  custom: userClaims(custom, { orgcustom: acme, accesseventlogs: acme }),
  user: userClaims(user, { orguser: acme }),
  agent: userClaims(agent, { providerprovideradmin: agency }),
  erin: userClaims(erin, { orgowner: globex }),
  revoked: userClaims(guid(7, 'b'), { orgowner: acme }),
  server: { scope: 'api.events.write', client_id: 'server' },
}

/** Whom no route that manages Acme answers, by token, and with which status. */
export const strangers = [
  ['nobody', undefined, 401],
  ['somebody unknown', 'unknown', 401],
  ['a server', 'server', 401],
  ['another organization’s owner', 'erin', 404],
  ['a user', 'user', 404],
  ['a custom member who reads the log', 'custom', 404],
  ['an admin of the provider', 'agent', 404],
  ['an owner whom the directory revoked', 'revoked', 404],
] as const

/** A directory that knows Acme, its admin, a revoked owner, and its provider. */
export async function directoryOfAcme() {
  const directory = memoryDirectory()
  const members = [
    member(admin, { type: memberType.admin }),
    member(guid(7, 'b'), { type: memberType.owner, status: memberStatus.revoked }),
  ]
  await directory.putOrganization(acme, organization(acme, { providerId: agency, members }))
  await directory.putProvider(agency, provider(agency, { users: [providerUser(agent)] }))
  return directory
}
