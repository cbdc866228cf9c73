// The kinds of policies by the numbers that Bitwarden gives them, and what it calls them. Pure data.

// Bitwarden's server: src/Core/AdminConsole/Enums/PolicyType.cs.
const names: readonly string[] = [
  'Require two-step login',
  'Master password requirements',
  'Password generator',
  'Single organization',
  'Require single sign-on authentication',
  'Enforce organization data ownership',
  'Remove Send',
  'Send options',
  'Account recovery administration',
  'Session timeout',
  'Remove individual vault export',
  'Activate autofill',
  'Automatic login to applications',
  'Remove free Families sponsorship',
  'Remove unlock with PIN',
  'Restrict item types',
  'Default URI match detection',
  'Autotype default setting',
  'Automatic user confirmation',
  'Block account creation for claimed domains',
]

/** What a policy of a type is called; null for a type that is not known. */
export const policyTypeName = (type: number): string | null => names[type] ?? null
