// The people of the made-up Vaultwarden, and those of them who can sign in at the local identity server. Pure.
import { memberStatus, memberType } from '../../src/domain/directory/directory.ts'
import { guidOfContent } from '../../src/domain/guid.ts'
import { deviceType, type Person } from '../demo/people/people.ts'
import type { WorldOrganization } from '../identity/claims.ts'

/** The made-up organization. */
export const birchwood = guidOfContent('Birchwood')
/** Its people: the owner first, the admin second. */
export const people = [
  'Nora Owens',
  'Ben Alvarez',
  'Mia Keller',
  'Ivan Petrov',
  'Aiko Tanaka',
  'Sam Reed',
  'Lena Fischer',
]

export const userId = (name: string) => guidOfContent('user', name)
export const memberId = (name: string) => guidOfContent('member', name)
export const emailOf = (name: string) => `${name.split(' ')[0]?.toLowerCase()}@birchwood.test`

/** An account at the local identity server, with the id and the address that the made-up Vaultwarden knows. */
function account(name: string, number: number, ipAddress: string): Person {
  const device = { id: guidOfContent('device', name), type: deviceType.chrome, ipAddress }
  return { number, id: userId(name), name, email: emailOf(name), devices: [device] }
}

export const nora = account('Nora Owens', 21, '203.0.113.20')
export const ben = account('Ben Alvarez', 22, '203.0.113.20')

/** What tokens and the sign-in page say of the organization: who owns and who manages it. */
export const trialOrganization: WorldOrganization = {
  id: birchwood,
  name: 'Birchwood, the trial of Vaultwarden',
  members: [
    { userId: nora.id, type: memberType.owner, status: memberStatus.confirmed, permissions: null },
    { userId: ben.id, type: memberType.admin, status: memberStatus.confirmed, permissions: null },
  ],
}
