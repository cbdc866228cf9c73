// Texts about alerts: their subjects and counts. Pure.

import { isolated } from '../locale/formats.ts'
import type { Translate } from '../locale/i18n.ts'
import type { Alert, GroupValue } from './alert.ts'

/** Fields whose values are people. */
const peopleFields: ReadonlySet<string> = new Set(['actingUserId', 'userId'])

const fieldKeys = {
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
  objectId: 'alerts.field.objectId',
  objectName: 'alerts.field.objectName',
  domainName: 'alerts.field.domainName',
  eventName: 'alerts.field.eventName',
} as const

/** The label of a field of events; the API's name of it if the page has none. */
export function fieldName(name: string, t: Translate): string {
  const key = Object.entries(fieldKeys).find(([field]) => field === name)?.[1]
  return key === undefined ? name : t(key)
}

/** The name of a value of a group, if one is known. */
export const valueName = ({ label, value }: GroupValue): string => label ?? value

/** The same for a value that comes without its name, as those of mutes do. */
export const groupValueText = (given: GroupValue, nameOf: (userId: string) => string): string =>
  isolated(given.label === null && peopleFields.has(given.name) ? nameOf(given.value) : valueName(given))

/** The subject of an alert: its group; without one, the actors of its sample events; else the whole organization. */
export function subjectOf({ group, samples }: Pick<Alert, 'group' | 'samples'>, t: Translate): readonly string[] {
  if (group.length > 0) return group.map(valueName)
  const actors = actorsOf({ samples })
  return actors.length > 0 ? actors : [t('alerts.everything')]
}

/** The people who acted in the sample events, each once. */
export const actorsOf = ({ samples }: Pick<Alert, 'samples'>): readonly string[] => [
  ...new Set(samples.flatMap(({ actor }) => (actor.name ? [actor.name] : []))),
]

/** Whether the group of an alert says who acted. */
export const namesActor = ({ group }: Pick<Alert, 'group'>): boolean =>
  group.some(({ name }) => ['actingUserId', 'actingUserName', 'actingUserEmail'].includes(name))

/** The values of a group in one line. */
export const groupText = (group: readonly GroupValue[]): string =>
  group.map((each) => isolated(valueName(each))).join(', ')
