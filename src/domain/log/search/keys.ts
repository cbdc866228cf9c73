// The keys of a search, and what each compares. Pure data.

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
} as const
export type NameKey = keyof typeof nameKeys

/** The keys whose values have names in the directory. */
export const namedKeys = [
  'who',
  'member',
  'item',
  'collection',
  'group',
  'policy',
] as const satisfies readonly NameKey[]
export type NamedKey = (typeof namedKeys)[number]

export const isNameKey = (key: string): key is NameKey => Object.hasOwn(nameKeys, key)

/** Every key, in the order in which they are offered. */
export const searchKeys = ['who', 'what', 'item', 'ip', 'device', 'after', 'before', ...otherNameKeys()] as const

function otherNameKeys(): NameKey[] {
  return Object.keys(nameKeys)
    .filter(isNameKey)
    .filter((key) => key !== 'who' && key !== 'item')
}
