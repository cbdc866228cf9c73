// Ids of the demo data: guids that a person can tell apart. The first digits say what is named, the last ones which.
const firstGroup = {
  organization: 'a0000000',
  provider: 'b0000000',
  user: 'c0000000',
  member: 'd0000000',
  group: 'e0000000',
  collection: 'f0000000',
  item: '10000000',
  device: '20000000',
  policy: '30000000',
  providerUser: '40000000',
  providerOrganization: '50000000',
} as const

export type DemoKind = keyof typeof firstGroup

/** The id of the number-th thing of a kind, number from 1: `user` 3 is c0000000-0000-4000-8000-000000000003. */
export function demoId(kind: DemoKind, number: number): string {
  return `${firstGroup[kind]}-0000-4000-8000-${`${number}`.padStart(12, '0')}`
}
