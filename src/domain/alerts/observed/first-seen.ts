// The fields of rules that say what of an event is new. Pure.

/** What first-seen tracking says of an event, as fields of rules; null where it does not know. */
export type FirstSeen = {
  readonly isFirstSeenIp: boolean | null
  readonly isFirstSeenIpOfFew: boolean | null
  readonly isFirstSeenNetwork: boolean | null
  readonly isFirstSeenDevice: boolean | null
  readonly isFirstSeenItem: boolean | null
  readonly isFirstSeenUser: boolean | null
  readonly isFirstSeenIpInOrganization: boolean | null
  readonly isFirstSeenNetworkInOrganization: boolean | null
}

/** The fields of first-seen tracking. */
export const firstSeenFields = [
  'isFirstSeenIp',
  'isFirstSeenIpOfFew',
  'isFirstSeenNetwork',
  'isFirstSeenDevice',
  'isFirstSeenItem',
  'isFirstSeenUser',
  'isFirstSeenIpInOrganization',
  'isFirstSeenNetworkInOrganization',
] as const satisfies readonly (keyof FirstSeen)[]

/** For an event without a user, and for history. */
export const nothingFirstSeen: FirstSeen = {
  isFirstSeenIp: null,
  isFirstSeenIpOfFew: null,
  isFirstSeenNetwork: null,
  isFirstSeenDevice: null,
  isFirstSeenItem: null,
  isFirstSeenUser: null,
  isFirstSeenIpInOrganization: null,
  isFirstSeenNetworkInOrganization: null,
}
