// Ids of the demo data: GUIDs that people can read. The first digit says what is named, the last ones which.
const firstDigit = {
  organization: 'a',
  provider: 'b',
  user: 'c',
  member: 'd',
  group: 'e',
  collection: 'f',
  item: '1',
  device: '2',
  policy: '3',
  providerUser: '4',
  providerOrganization: '5',
} as const

type DemoKind = keyof typeof firstDigit

/**
 * The id of the number-th thing of a kind, number from 1 in hexadecimal: `item` 11 is 1000000b-0000-4000-8000-00000000000b.
 * Event messages name things by the first eight digits. Organizations and users alone share those: they are known by
 * name, and by ids with their number at the end, in decimal.
 */
export function demoId(kind: DemoKind, number: number): string {
  const named = kind === 'organization' || kind === 'user'
  const start = firstDigit[kind] + hex(named ? 0 : number, 7)
  return `${start}-0000-4000-8000-${named ? `${number}`.padStart(12, '0') : hex(number, 12)}`
}

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0')
