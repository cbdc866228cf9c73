// How alerts are put into words: who they are about, and how much. Pure.

import { isolated } from '../locale/formats.ts'
import type { Translate } from '../locale/i18n.ts'
import type { Alert, GroupValue } from './alert.ts'

/** Fields whose values are people. */
const ofPeople: ReadonlySet<string> = new Set(['actingUserId', 'userId'])

const fields = {
  actingUserId: 'alerts.field.actingUserId',
  userId: 'alerts.field.userId',
  ipAddress: 'alerts.field.ipAddress',
  cipherId: 'alerts.field.cipherId',
  organizationUserId: 'alerts.field.organizationUserId',
  deviceType: 'alerts.field.deviceType',
  collectionId: 'alerts.field.collectionId',
  groupId: 'alerts.field.groupId',
  policyId: 'alerts.field.policyId',
  type: 'alerts.field.type',
  secretId: 'alerts.field.secretId',
  projectId: 'alerts.field.projectId',
  serviceAccountId: 'alerts.field.serviceAccountId',
} as const

/** What a field of events is called; its own name where the page has no other. */
export function fieldName(name: string, t: Translate): string {
  const key = Object.entries(fields).find(([field]) => field === name)?.[1]
  return key === undefined ? name : t(key)
}

/** What people call a value of a group. */
export const valueName = ({ label, value }: GroupValue): string => label ?? value

/** What people call a value that came without its name, as those of mutes do. */
export const memberText = (member: GroupValue, people: (userId: string) => string): string =>
  isolated(member.label === null && ofPeople.has(member.name) ? people(member.value) : valueName(member))

/** Whom or what an alert is about: its group; without one, who acted in its sample events; else everything. */
export function whom({ group, samples }: Pick<Alert, 'group' | 'samples'>, t: Translate): readonly string[] {
  if (group.length > 0) return group.map(valueName)
  const actors = new Set(samples.flatMap(({ actor }) => (actor.name ? [actor.name] : [])))
  return actors.size > 0 ? [...actors] : [t('alerts.everything')]
}

/** What a mute of a group is about, in one line. */
export const groupText = (group: readonly GroupValue[]): string =>
  group.map((member) => isolated(valueName(member))).join(', ')

/** The count against what it had to reach: "12 of 10", "300+ of 10". */
export const countText = ({ count, atLeast, threshold }: Alert, t: Translate): string =>
  t('alerts.count', { amount: atLeast ? t('alerts.amountAtLeast', { amount: count }) : count, threshold })
