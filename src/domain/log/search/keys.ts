// The keys of a search, and what each compares. Pure data.
import type { FilterField } from '../query.ts'

/** Keys whose values are names or ids, with the fields that hold the ids. */
export const nameKeys = {
  who: ['actingUserId'],
  item: ['cipherId'],
  member: ['organizationUserId'],
  collection: ['collectionId'],
  group: ['groupId'],
  policy: ['policyId'],
  secret: ['secretId'],
  project: ['projectId'],
  account: ['serviceAccountId', 'grantedServiceAccountId'],
  send: ['sendId'],
} as const satisfies Readonly<Record<string, readonly FilterField[]>>
export type NameKey = keyof typeof nameKeys

export const isNameKey = (key: string): key is NameKey => Object.hasOwn(nameKeys, key)

/** Every key, in the order in which they are offered. */
export const searchKeys = ['who', 'what', 'item', 'ip', 'device', 'after', 'before', ...otherNameKeys()] as const

function otherNameKeys(): NameKey[] {
  return Object.keys(nameKeys)
    .filter(isNameKey)
    .filter((key) => key !== 'who' && key !== 'item')
}
