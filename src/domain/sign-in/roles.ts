// What roles and groups of the identity provider give, as the settings say. Pure.
import { comparableEmail } from '../directory/emails.ts'
import type { GrantedRole } from '../directory/principal.ts'
import { type Guid, parseGuid } from '../guid.ts'
import type { Identity } from './identity.ts'

/** What a role gives: that of an operator, or one in an organization. */
type Given = { readonly kind: 'operator' } | { readonly kind: GrantedRole; readonly organizationId: Guid }
type RoleRule = { readonly role: string; readonly gives: Given }

/** What the settings give to people. */
export type RoleSettings = { readonly rules: readonly RoleRule[]; readonly operators: readonly string[] }

/** Reads `role=operator`, `role=owner:<guid>` and `role=reader:<guid>`, separated by commas; undefined for anything else. */
export function readRoleRules(text: string): readonly RoleRule[] | undefined {
  const rules = text
    .split(',')
    .filter((each) => each.trim() !== '')
    .map((each) => {
      const [, role, given] = /^(.+)=([^=]+)$/.exec(each.trim()) ?? []
      const gives = given && givenOf(given.trim())
      return role && gives ? { role: role.trim(), gives } : undefined
    })
  return rules.every((rule) => rule !== undefined) ? rules : undefined
}

function givenOf(text: string): Given | undefined {
  if (text === 'operator') return { kind: 'operator' }
  const [, kind, id] = /^(owner|reader):(.+)$/.exec(text) ?? []
  const organizationId = parseGuid(id)
  if (!organizationId) return undefined
  return { kind: kind === 'owner' ? 'owner' : 'reader', organizationId }
}

/** The roles that make a difference; a token has to name no others. */
export const rolesThatCount = (roles: readonly string[], { rules, operators }: RoleSettings): readonly string[] =>
  roles.filter((role) => operators.includes(role) || rules.some((rule) => rule.role === role))

/** Whether the settings make this person an operator, and the roles in organizations that they give. */
export function rightsGivenTo(
  { email, roles }: Pick<Identity, 'email' | 'roles'>,
  { rules, operators }: RoleSettings,
): { readonly isOperator: boolean; readonly granted: ReadonlyMap<Guid, GrantedRole> } {
  const given = rules.filter(({ role }) => roles.includes(role)).map(({ gives }) => gives)
  const named = operators.some((each) =>
    each.includes('@') ? email !== undefined && comparableEmail(email) === comparableEmail(each) : roles.includes(each),
  )
  const granted = new Map<Guid, GrantedRole>()
  for (const each of given) {
    if (each.kind !== 'operator' && granted.get(each.organizationId) !== 'owner')
      granted.set(each.organizationId, each.kind)
  }
  return { isOperator: named || given.some(({ kind }) => kind === 'operator'), granted }
}
