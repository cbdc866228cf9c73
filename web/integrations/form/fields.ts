// The fields that filters may test and the names that templates may use. Copies, since the page does not bundle the rule language; a test compares them. Pure data.
import { deviceTypes } from '../../../src/domain/events/device-types.ts'
import { eventTypes } from '../../../src/domain/events/event-types.ts'

/** What a field holds if it is present. */
type FieldKind = 'text' | 'number' | 'boolean'

const numbers = ['type', 'deviceType', 'systemUser', 'networkNumber', 'hourOfDay']
const booleans = [
  'itemCritical',
  'offHours',
  'isFirstSeenIp',
  'isFirstSeenIpOfFew',
  'isFirstSeenNetwork',
  'isFirstSeenDevice',
  'isFirstSeenItem',
  'isFirstSeenUser',
  'isFirstSeenIpInOrganization',
  'isFirstSeenNetworkInOrganization',
  'isFirstSeenCountry',
  'impossibleTravel',
  'isHosting',
]
/** The ones that people use most come first. */
const texts = [
  'actingUserRole',
  'ipAddress',
  'eventName',
  'category',
  'deviceName',
  'weekday',
  'country',
  'networkName',
  'actingUserName',
  'actingUserEmail',
  'memberName',
  'groupName',
  'collectionName',
  'policyName',
  'itemName',
  'actingUserId',
  'userId',
  'organizationUserId',
  'targetRole',
  'targetUserId',
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

/** Fields that hold only certain values. */
export const fieldVocabularies: ReadonlyMap<string, readonly string[]> = new Map([
  ['actingUserRole', ['owner', 'admin', 'custom', 'user']],
  ['targetRole', ['owner', 'admin', 'custom', 'user']],
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

/** Names of templates, of alerts and of events; each once. */
export const templateNames = {
  alert: ofAlerts,
  event: [...new Set([...ofEvents, ...[...filterFields.keys()].map(capital)])].sort(),
} as const

const known = new Set<string>([...templateNames.alert, ...templateNames.event])

/** The unknown names in a template, each once, in order. `##` is one `#`. */
export function unknownTemplateNames(template: string): readonly string[] {
  const names = [...template.matchAll(/#(\w*)#/g)].map(([, name = '']) => name)
  return [...new Set(names.filter((name) => name !== '' && !known.has(name)))]
}
