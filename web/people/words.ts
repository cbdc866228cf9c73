// Words for what a person is in an organization, and for how an item was used. Pure.
import type { Translate } from '../locale/i18n.ts'
import type { Membership, Use } from './known.ts'

const roles = ['owner', 'admin', 'custom', 'user'] as const
const statuses = ['revoked', 'invited', 'accepted', 'confirmed', 'staged'] as const

/** The role; of no member, that. */
export function roleText(role: string | null, t: Translate): string {
  const known = roles.find((each) => each === role)
  return known === undefined ? (role ?? t('people.role.none')) : t(`people.role.${known}`)
}

/** The status; of a former member, that the person left. */
export function statusText({ status, isFormer }: Pick<Membership, 'status' | 'isFormer'>, t: Translate): string {
  if (isFormer) return t('people.status.former')
  const known = statuses.find((each) => each === status)
  return known === undefined ? (status ?? '–') : t(`people.status.${known}`)
}

/** In which ways an item was seen: "opened, copied"; a dash if it never was. */
export const howText = ({ ways }: Pick<Use, 'ways'>, t: Translate): string =>
  ways.length === 0 ? '–' : ways.map((way) => t(`people.way.${way}`)).join(', ')

/** Whether it was changed since it was seen last; a dash if it never was. */
export function sinceText({ isChangedSince }: Pick<Use, 'isChangedSince'>, t: Translate): string {
  if (isChangedSince === null) return '–'
  return t(isChangedSince ? 'people.uses.yes' : 'people.uses.no')
}
