// The fields that filters may ask about and the names that templates may use. Lists of their own, as the page does without the rule language; a test keeps them the same. Pure data.
import { deviceTypes } from '../../../src/domain/events/device-types.ts'
import { eventTypes } from '../../../src/domain/events/event-types.ts'

/** What a field holds when it holds anything. */
export type FieldKind = 'text' | 'number' | 'boolean'

const numbers = ['type', 'deviceType', 'systemUser', 'hourOfDay']
const booleans = ['itemCritical', 'isFirstSeenIp', 'isFirstSeenDevice']
/** Those that people ask about most come first. */
const texts = [
  'actingUserRole',
  'ipAddress',
  'eventName',
  'category',
  'deviceName',
  'weekday',
  'actingUserName',
  'actingUserEmail',
  'memberName',
  'groupName',
  'collectionName',
  'policyName',
  'actingUserId',
  'userId',
  'organizationUserId',
  'cipherId',
  'collectionId',
  'groupId',
  'policyId',
  'domainName',
  'objectName',
  'objectId',
  'id',
  'date',
  'clientDate',
  'organizationId',
  'providerId',
  'providerUserId',
  'providerOrganizationId',
  'installationId',
  'secretId',
  'projectId',
  'serviceAccountId',
  'grantedServiceAccountId',
  'sendId',
]

/** Every field, with what it holds. */
export const filterFields: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ...texts.slice(0, 6).map((name) => [name, 'text'] as const),
  ...numbers.map((name) => [name, 'number'] as const),
  ...booleans.map((name) => [name, 'boolean'] as const),
  ...texts.slice(6).map((name) => [name, 'text'] as const),
])

/** The only values that these fields ever hold. */
export const fieldWords: ReadonlyMap<string, readonly string[]> = new Map([
  ['actingUserRole', ['owner', 'admin', 'custom', 'user']],
  ['weekday', ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']],
  ['category', [...new Set(eventTypes.map(({ category }) => category))]],
  ['deviceName', deviceTypes.map(({ name }) => name)],
  ['eventName', eventTypes.map(({ name }) => name)],
])

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

const ofAlerts = ['AlertTitle', 'Level', 'Summary', 'Count', 'Threshold', 'Group', 'Response', 'Link']
const ofEvents = [
  'EventMessage',
  'Type',
  'TypeId',
  'Date',
  'DateIso8601',
  'UserName',
  'UserEmail',
  'UserType',
  'ActingUserType',
  'OrganizationName',
  'DeviceTypeId',
  'IdempotencyId',
]

/** Names of templates, by what they are of; each once. */
export const templateNames = {
  alert: ofAlerts,
  event: [...new Set([...ofEvents, ...[...filterFields.keys()].map(capital)])].sort(),
} as const

const known = new Set<string>([...templateNames.alert, ...templateNames.event])

/** The names in a template that stand for nothing, each once, in order. `##` is one `#`. */
export function unknownTemplateNames(template: string): readonly string[] {
  const names = [...template.matchAll(/#(\w*)#/g)].map(([, name = '']) => name)
  return [...new Set(names.filter((name) => name !== '' && !known.has(name)))]
}
