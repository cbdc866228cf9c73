// The parts of a server that act on their own, as events name them in `systemUser`. Pure data.

/** A system user: its number in events, and its name. */
type SystemUser = { readonly code: number; readonly name: string }

/** The admin panel of Vaultwarden; a number of ours, in a byte as the reference stores it, and far from the reference's. */
export const vaultwardenAdmin = { code: 200, name: 'VaultwardenAdmin' } as const satisfies SystemUser
/** An acting user that is none of the vault’s users. */
export const unknownSystemUser = { code: 0, name: 'Unknown' } as const satisfies SystemUser

/** Every known system user, in order of number: the reference's and ours. */
export const systemUsers: readonly SystemUser[] = [
  unknownSystemUser,
  { code: 1, name: 'SCIM' },
  { code: 2, name: 'DomainVerification' },
  { code: 3, name: 'PublicApi' },
  { code: 4, name: 'TwoFactorDisabled' },
  { code: 5, name: 'BitwardenPortal' },
  vaultwardenAdmin,
]

/** The name of a system user; undefined for none and for an unknown number. */
export const systemUserName = (code: number | null | undefined): string | undefined =>
  systemUsers.find((each) => each.code === code)?.name
