// Who asks for a change, and from where: what the audit event about it says.
import type { HttpRequest } from '@azure/functions'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import type { Author } from '../../domain/events/audit-events.ts'
import type { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { type AddressSettings, uploadContextOf } from './client-context.ts'

type AuthorPorts = { readonly address: AddressSettings; readonly now: () => number }

/** The author of a change that is about several organizations, or all. */
export const operatorOf = (request: HttpRequest, caller: UserPrincipal, { address, now }: AuthorPorts) => ({
  actingUserId: caller.userId,
  ...strangerOf(caller),
  at: instantAt(now()),
  ...uploadContextOf(request, caller, address),
})

/** How the token names a person whom no organization's entry in the directory may know. */
function strangerOf({ isOperator, granted, name, email }: UserPrincipal) {
  if (!isOperator && granted.size === 0) return {}
  return { ...(name !== undefined && { actingUserName: name }), ...(email !== undefined && { actingUserEmail: email }) }
}

/** The author of what a request changes, now, and where the request comes from as far as that is known. */
export const authorOf = (
  request: HttpRequest,
  organizationId: Guid,
  caller: UserPrincipal,
  ports: AuthorPorts,
): Author => ({ organizationId, ...operatorOf(request, caller, ports) })
