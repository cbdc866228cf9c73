// Which property of an event holds the name for the id in another one. Pure.

const nameProperties: Readonly<Record<string, string>> = {
  actingUserId: 'actingUserName',
  organizationUserId: 'memberName',
  groupId: 'groupName',
  collectionId: 'collectionName',
  policyId: 'policyName',
  cipherId: 'itemName',
  objectId: 'objectName',
}

/** The property with the name for the id in this one; '', which no event has, if there is none. */
export const namePropertyOf = (property: string): string => nameProperties[property] ?? ''
