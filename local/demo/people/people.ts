// The people of the demo data and what they work with. Every address is of a range kept for documentation (RFC 5737, RFC 3849).
import { demoId } from './ids.ts'

/** Where a person works: the number as in the Device-Type header, and the address it is used from. */
export type Device = { readonly id: string; readonly type: number; readonly ipAddress: string }

export type Person = {
  /** The number in the person's user and member ids: person 4 is user 4, and member 4 of an organization. */
  readonly number: number
  readonly id: string
  readonly name: string
  readonly email: string
  /** At least one; the first is the one at the desk. */
  readonly devices: readonly [Device, ...Device[]]
}

/** Device types that the demo data uses, with the numbers of the public API. */
export const deviceType = {
  android: 0,
  ios: 1,
  chromeExtension: 2,
  firefoxExtension: 3,
  edgeExtension: 5,
  windowsDesktop: 6,
  macOsDesktop: 7,
  linuxDesktop: 8,
  chrome: 9,
  firefox: 10,
  safari: 17,
  server: 22,
  linuxCli: 25,
} as const

const office = (host: number) => `192.0.2.${host}`
const home = (host: number) => `198.51.100.${host}`

type Origin = readonly [type: keyof typeof deviceType, ipAddress: string]

function person(number: number, name: string, email: string, first: Origin, ...others: readonly Origin[]): Person {
  const device = ([type, ipAddress]: Origin, index: number): Device => ({
    id: demoId('device', number * 10 + index),
    type: deviceType[type],
    ipAddress,
  })
  const rest = others.map((origin, index) => device(origin, index + 1))
  return { number, id: demoId('user', number), name, email, devices: [device(first, 0), ...rest] }
}

export const alice = person(
  1,
  'Alice Adams',
  'alice@demo.test',
  ['chrome', office(11)],
  ['chromeExtension', office(11)],
  ['ios', home(21)],
)
export const bob = person(2, 'Bob Brown', 'bob@demo.test', ['firefox', office(12)], ['firefoxExtension', office(12)])
export const carol = person(3, 'Carol Chen', 'carol@demo.test', ['chrome', office(13)], ['macOsDesktop', home(23)])
export const dave = person(
  4,
  'Dave Duarte',
  'dave@demo.test',
  ['chromeExtension', office(14)],
  ['windowsDesktop', office(14)],
  ['android', home(24)],
)
export const erin = person(5, 'Erin Evans', 'erin@other.test', ['safari', home(51)], ['ios', '2001:db8:51::5'])
export const frank = person(6, 'Frank Fischer', 'frank@other.test', ['edgeExtension', home(52)])
export const grace = person(7, 'Grace Gupta', 'grace@demo.test', ['linuxDesktop', office(17)], ['linuxCli', office(17)])
export const heidi = person(8, 'Heidi Hansen', 'heidi@demo.test', ['chromeExtension', office(18)], ['ios', home(28)])
export const ivan = person(9, 'Ivan Ivanov', 'ivan@demo.test', ['firefoxExtension', '2001:db8:9::1'])
export const judy = person(10, 'Judy Jones', 'judy@demo.test', ['chrome', office(20)], ['android', home(30)])
export const kenji = person(11, 'Kenji Kato', 'kenji@demo.test', ['edgeExtension', office(21)])
export const laura = person(12, 'Laura Lopez', 'laura@demo.test', ['macOsDesktop', home(32)], ['safari', home(32)])
/** Left the company during the month: revoked, yet with a past in the log. */
export const mallory = person(13, 'Mallory Meyer', 'mallory@demo.test', ['windowsDesktop', office(23)])
export const pat = person(15, 'Pat Price', 'pat@provider.test', ['chrome', home(61)])
export const quinn = person(16, 'Quinn Quist', 'quinn@provider.test', ['firefox', home(62)])

/** Operates this Keytrail: has an account at the company's sign-in, and none in the vault. */
export const olga = { id: demoId('user', 17), name: 'Olga Olsen', email: 'olga@keytrail.test' } as const

/** Everyone who has an account in the vault, and so can sign in at the local identity server. */
export const people: readonly Person[] = [
  alice,
  bob,
  carol,
  dave,
  erin,
  frank,
  grace,
  heidi,
  ivan,
  judy,
  kenji,
  laura,
  mallory,
  pat,
  quinn,
]
