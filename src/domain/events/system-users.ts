// The parts of a server that act on their own, as events name them in `systemUser`. Pure data.

/** The name of each system user; its number is the index. */
export const systemUsers = [
  'Unknown',
  'SCIM',
  'DomainVerification',
  'PublicApi',
  'TwoFactorDisabled',
  'BitwardenPortal',
] as const
