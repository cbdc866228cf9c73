// The parts of a server that act without a person, as events name them in `systemUser`. Pure data.

/** Name by number; the number is the place. */
export const systemUsers = [
  'Unknown',
  'SCIM',
  'DomainVerification',
  'PublicApi',
  'TwoFactorDisabled',
  'BitwardenPortal',
] as const
