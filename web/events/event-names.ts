// Which member of an event holds the name of what another one identifies. Pure.

const nameMembers: Readonly<Record<string, string>> = {
  actingUserId: 'actingUserName',
  organizationUserId: 'memberName',
  groupId: 'groupName',
  collectionId: 'collectionName',
  policyId: 'policyName',
  objectId: 'objectName',
}

/** The member with the name for the id in this one; one that no event has for members that need no name. */
export const nameMemberOf = (member: string): string => nameMembers[member] ?? ''
