// The people of an organization with their lasting habits: hours, places, devices, care in typing.
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { type Member, memberType } from '../../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { days, hour, learningDays } from '../months.ts'
import { around, type Habits } from '../parameters.ts'
import type { Home } from './addresses.ts'

/** A stretch of days: from the first to the last, excluded. */
type Days = { readonly from: number; readonly to: number }

/** A person of an organization. */
export type Person = {
  readonly index: number
  readonly userId: Guid
  readonly memberId: Guid
  readonly type: Member['type']
  /** Operates systems: uses critical items, is on call in turn. */
  readonly operator: boolean
  readonly site: number
  /** Days of the week (0 is Sunday), hours after local midnight, and whether the shift changes from week to week. */
  readonly workdays: ReadonlySet<number>
  readonly startsAt: number
  readonly hours: number
  readonly shifts: boolean
  /** Tasks on a working day; shares of working days at home, behind the VPN, with a login, and of logins with a mistyped password. */
  readonly tasks: number
  readonly atHome: number
  readonly vpn: boolean
  readonly logins: number
  readonly mistyping: number
  readonly home: Home
  readonly carrier: number
  readonly phone: number
  /** Device types at the desk, browser extension and others; from a day on, those of a new computer. */
  readonly devices: readonly number[]
  readonly newComputer: { readonly day: number; readonly devices: readonly number[] } | undefined
  /** Items this person reaches, those used most first. */
  readonly items: readonly Guid[]
  /** The days as a member; vacation and sick leave among them. */
  readonly stay: Days
  readonly away: readonly Days[]
}

/** What people are made from. */
type Company = {
  readonly organizationId: Guid
  readonly seed: number
  readonly size: number
  readonly sites: number
  readonly carriers: number
  readonly habits: Habits
  readonly items: readonly Guid[]
  readonly criticalItems: readonly Guid[]
}

/** The first people are owners, then come admins, then those with a custom role; who comes after is a user. */
function roleOf(size: number, index: number): Pick<Person, 'type' | 'operator'> {
  const owners = size < 30 ? 1 : size < 500 ? 2 : 4
  const admins = owners + Math.min(12, Math.ceil(size / 25))
  const customs = admins + Math.floor(size / 60)
  const operator = index > 0 && index < admins + Math.ceil(size / 14)
  if (index < owners) return { type: memberType.owner, operator }
  if (index < admins) return { type: memberType.admin, operator }
  return { type: index < customs ? memberType.custom : memberType.user, operator }
}

/** How many items a person reaches; most are hardly used. */
const reach = 160

/** Makes a person. */
export function personOf(company: Company, index: number): Person {
  const { organizationId, seed, size, habits, items, criticalItems } = company
  const random = randomFrom(seed, 2, index)
  const { type, operator } = roleOf(size, index)
  const special = type !== memberType.user
  const first = random.between(criticalItems.length, Math.max(criticalItems.length, items.length - reach))
  const stay = special ? { from: -100, to: days + 100 } : stayOf(random, habits)
  return {
    index,
    type,
    operator,
    userId: guidOfContent(organizationId, 'user', index),
    memberId: guidOfContent(organizationId, 'member', index),
    site: random.chance(0.6) ? 0 : random.between(0, company.sites - 1),
    ...hoursOf(random, habits, special),
    tasks: Math.min(70, habits.tasks * around(random, habits.spread)),
    atHome: Math.min(1, Math.max(0, habits.home + (random.next() - 0.5) * 0.6)),
    vpn: random.chance(habits.vpn),
    logins: Math.min(1, habits.logins * around(random, 0.5)),
    mistyping: Math.min(0.5, habits.mistyping * around(random, 0.7)),
    home: homeOf(random, habits),
    carrier: random.between(0, company.carriers - 1),
    phone: random.pick([0, 1, 1]),
    devices: devicesOf(random),
    newComputer: random.chance(habits.newComputers * 2)
      ? { day: random.between(3, days - 1), devices: devicesOf(random) }
      : undefined,
    items: [...items.slice(first, first + reach), ...(operator ? criticalItems : [])],
    stay,
    away: absences(random),
  }
}

const fullWeek = [1, 2, 3, 4, 5]
const partWeeks = [
  [1, 2, 3],
  [2, 3, 4],
  [1, 3, 5],
  [1, 2, 4, 5],
]

function hoursOf(random: Random, habits: Habits, special: boolean) {
  const shifts = !special && random.chance(habits.shifts)
  const part = !special && random.chance(habits.partTime)
  return {
    shifts,
    workdays: new Set(
      shifts ? [0, 1, 2, 3, 4, 5, 6].slice(random.between(0, 2)) : part ? random.pick(partWeeks) : fullWeek,
    ),
    startsAt: Math.round((7.3 + 2.2 * random.next()) * hour),
    hours: part ? random.between(4, 8) : random.between(8, 9),
  }
}

function homeOf(random: Random, habits: Habits): Home {
  const changing = random.chance(habits.changingNetworks)
  return {
    seed: random.between(1, 2_000_000_000),
    leaseDays: Math.max(1, Math.round(habits.leaseDays * around(random, 0.6))),
    ipv6: random.chance(habits.ipv6) ? (changing ? 'changing' : 'lasting') : 'none',
  }
}

/** A browser extension, often the web vault or a desktop app beside it. */
function devicesOf(random: Random): readonly number[] {
  const [extension, browser, app] = random.pick([
    [2, 9, 6],
    [2, 9, 6],
    [2, 9, 7],
    [3, 10, 8],
    [5, 12, 6],
    [20, 17, 7],
  ])
  return [extension, ...(random.chance(0.5) ? [browser] : []), ...(random.chance(0.35) ? [app] : [])]
}

function stayOf(random: Random, { turnover }: Habits): Days {
  if (random.chance(turnover * 2)) return { from: random.between(4, days - 4), to: days + 100 }
  if (random.chance(turnover * 2)) return { from: -100, to: random.between(8, days - 2) }
  return { from: -100, to: days + 100 }
}

/** One in four is on vacation within the two months, one in five is ill for some days. */
function absences(random: Random): Days[] {
  const away: Days[] = []
  const [vacation, illness] = [random.between(-8, days - 4), random.between(0, days - 4)]
  if (random.chance(0.25)) away.push({ from: vacation, to: vacation + random.pick([7, 14, 14, 21]) })
  if (random.chance(0.2)) away.push({ from: illness, to: illness + random.between(1, 5) })
  return away
}

/** Whether a person belongs to the organization on a day and is neither on vacation nor ill. */
export const isThere = ({ stay, away }: Person, day: number): boolean =>
  day >= stay.from && day < stay.to && away.every(({ from, to }) => day < from || day >= to)

/** Of whom there is a past to learn from when the measured month begins, and who stays. */
export const isSettled = ({ stay }: Person): boolean => stay.from < learningDays - 21 && stay.to >= days
