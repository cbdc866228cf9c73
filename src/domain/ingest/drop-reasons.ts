// The reasons for which an event of a client is dropped. Pure data.

/**
 * Why an event of a batch is dropped. `not-a-member` and `item-unreachable` also cover organizations and items that do
 * not exist, so that the response does not disclose which do.
 */
export const dropReasons = [
  'malformed',
  'type-unknown',
  'type-not-collectable',
  'item-missing',
  'item-unreachable',
  'organization-missing',
  'organization-unknown',
  'not-a-member',
  'events-off',
  'phishing-blocker-off',
] as const
export type DropReason = (typeof dropReasons)[number]

export type Dropped = { readonly index: number; readonly reason: DropReason }
