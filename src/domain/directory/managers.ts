// Who manages an organization by its entry in the directory. Pure.
import type { Guid } from '../guid.ts'
import { memberStatus, memberType, type Organization } from './directory.ts'

/** The users who are confirmed owners or admins of an organization. */
export const managersOf = ({ members }: Pick<Organization, 'members'>): ReadonlySet<Guid> =>
  new Set(
    members.flatMap(({ userId, status, type }) =>
      userId !== null && status === memberStatus.confirmed && (type === memberType.owner || type === memberType.admin)
        ? [userId]
        : [],
    ),
  )
