// Where a person is on a day, and which address each use of the vault then has: office, home, VPN, journey; computer or phone.
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import type { Seat } from '../happenings.ts'
import { address, carrierAddress, homeAddress, privacyAddress } from '../organization/addresses.ts'
import type { Organization } from '../organization/organization.ts'
import type { Person } from '../organization/person.ts'

/** A person's seats on a day. */
export type Places = {
  /** At the computer: the same address all day, unless the VPN or a hotspot gives another. */
  readonly desk: (random: Random) => Seat
  readonly phone: (random: Random) => Seat
}

/** Where a person is on a day. */
export function placesOf(world: Organization, person: Person, day: number): Places {
  const { userId, index, phone } = person
  const random = randomFrom(world.seed, 10, index, day)
  const network = addressOn(world, person, day, random)
  const devices = devicesOn(person, day)
  const carrier = world.carriers[person.carrier]
  const onTheMove = (some: Random) => (carrier ? carrierAddress(carrier, index, day, some) : network)
  const behindVpn = person.vpn || random.chance(world.habits.vpn * 0.15)
  return {
    desk: (some) => {
      const ip = some.chance(0.01)
        ? onTheMove(some)
        : behindVpn && world.vpnPool.length > 0
          ? (world.vpnPool[(index + day + (some.chance(0.15) ? 1 : 0)) % world.vpnPool.length] ?? network)
          : network
      const [first = 2] = devices
      return { userId, ip, device: some.chance(0.75) ? first : some.pick(devices) }
    },
    phone: (some) => ({
      userId,
      ip: some.chance(world.habits.carrier) ? onTheMove(some) : network,
      device: phone,
    }),
  }
}

/** The device types of the computer that a person has on a day. */
const devicesOn = ({ devices, newComputer }: Person, day: number): readonly number[] =>
  newComputer && day >= newComputer.day ? newComputer.devices : devices

/** The address of the network that a person's computer is in on a day. */
function addressOn(world: Organization, person: Person, day: number, random: Random): string {
  const week = Math.floor(day / 7)
  const journey = randomFrom(world.seed, 7, person.index, week)
  if (journey.chance(world.habits.journeys) && day % 7 <= journey.between(1, 6)) {
    // A hotel; now and then its network changes the address.
    return address(world.seed, 8, person.index, week, random.chance(0.2) ? day : 0)
  }
  const site = world.sites[person.site]
  if (!site || random.chance(person.atHome)) return homeAddress(person.home, day, random)
  // Devices take IPv6 where there is, and another floor's network now and then.
  if (site.networks.length > 0 && random.chance(0.8)) {
    const prefix = site.networks[random.chance(0.85) ? person.index % site.networks.length : 0] ?? ''
    return privacyAddress(prefix, world.seed, person.index, day)
  }
  return site.ip
}

/** At the administrator's desk, for changes of the organization: in the web vault. */
export function webVaultSeat(world: Organization, person: Person, day: number): Seat {
  const random = randomFrom(world.seed, 9, person.index, day)
  const seat = placesOf(world, person, day).desk(random)
  const browser = { 2: 9, 3: 10, 5: 12, 20: 17 }[person.devices[0] ?? 2] ?? 9
  return { ...seat, device: browser }
}
