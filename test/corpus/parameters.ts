// What the three thirds of the corpus are drawn from. They differ in seeds, months and parameters: rules tuned with one meet others in the next.
import { type Random, randomFrom } from '../../local/demo/random.ts'

/** Months to tune rules with, to choose between rules with, and to be looked at once, at the end. */
export const thirdNames = ['tune', 'choose', 'final'] as const
type ThirdName = (typeof thirdNames)[number]

/** Both ends are possible; an organization draws one value, which its people vary. */
type Range = readonly [low: number, high: number]

const tune = {
  /** Things done with items on a working day, by the middle person, and how much people differ (deviation of the logarithm). */
  tasks: [6, 16],
  spread: [0.5, 0.8],
  /** Shares of tasks that are filled in by the browser rather than looked up, and of look-ups that end with a copy. */
  autofill: [0.45, 0.7],
  copies: [0.4, 0.65],
  /** Share of working days that begin with a login; of logins with a wrong password before, with a wrong second step before. */
  logins: [0.3, 0.9],
  mistyping: [0.02, 0.07],
  mistypedSteps: [0.005, 0.03],
  /** Share of people who return from vacation and type a spree of wrong passwords. */
  forgotten: [0.05, 0.15],
  /** Share of days at home, of homes with IPv6, and of those whose network changes; days until an address at home changes. */
  home: [0.2, 0.7],
  ipv6: [0.2, 0.5],
  changingNetworks: [0.05, 0.3],
  leaseDays: [3, 40],
  /** Share of people behind the VPN all day; of weeks with a journey; of days with the phone; of those with a carrier's address. */
  vpn: [0, 0.3],
  journeys: [0.02, 0.06],
  phone: [0.2, 0.5],
  carrier: [0.4, 0.8],
  /** Addresses that a carrier's customers share. */
  carrierPool: [40, 250],
  /** Shares of people: part-time, in shifts, new in a month, gone in a month, with a new computer in a month. */
  partTime: [0.08, 0.2],
  shifts: [0, 0.15],
  turnover: [0.01, 0.03],
  newComputers: [0.01, 0.04],
  /** Administrators' single changes a day for 50 people. */
  helpdesk: [0.4, 1.2],
  /** How likely a campaign (an access review, a migration, a clean-up …) is in two months, each kind. */
  campaigns: [0.15, 0.4],
  /** Guesses of strangers a week at 100 accounts. */
  noise: [0.5, 3],
  /** How much larger or smaller than planned an attack is. */
  attackSize: [0.8, 1.25],
} as const satisfies Readonly<Record<string, Range>>

type Parameter = keyof typeof tune

const choose: Readonly<Record<Parameter, Range>> = {
  ...tune,
  tasks: [9, 22],
  spread: [0.6, 0.9],
  copies: [0.3, 0.55],
  logins: [0.15, 0.7],
  mistyping: [0.03, 0.1],
  forgotten: [0.1, 0.25],
  ipv6: [0.4, 0.8],
  changingNetworks: [0.1, 0.5],
  vpn: [0.1, 0.5],
  journeys: [0.01, 0.08],
  phone: [0.3, 0.6],
  carrierPool: [100, 600],
  shifts: [0.05, 0.3],
  newComputers: [0.02, 0.06],
  helpdesk: [0.6, 1.6],
  attackSize: [0.6, 1.1],
}

const final: Readonly<Record<Parameter, Range>> = {
  ...tune,
  tasks: [5, 25],
  spread: [0.4, 1],
  autofill: [0.3, 0.75],
  copies: [0.3, 0.7],
  logins: [0.2, 1],
  mistyping: [0.01, 0.09],
  mistypedSteps: [0.01, 0.05],
  forgotten: [0.05, 0.3],
  home: [0.1, 0.9],
  ipv6: [0.3, 0.9],
  changingNetworks: [0.05, 0.6],
  leaseDays: [1, 60],
  vpn: [0, 0.6],
  journeys: [0.01, 0.1],
  carrierPool: [20, 900],
  turnover: [0.01, 0.05],
  helpdesk: [0.3, 2],
  campaigns: [0.2, 0.5],
  noise: [0.2, 5],
  attackSize: [0.6, 1.3],
}

/** A third: where its seeds start, the Monday that its two months begin with (UTC), and what organizations draw. */
export type Third = {
  readonly name: ThirdName
  /** What it is for, as the report says. */
  readonly purpose: string
  readonly seed: number
  readonly startMs: number
  readonly ranges: Readonly<Record<Parameter, Range>>
}

const tuned = 'Thresholds were tuned with these months: expect worse figures in practice.'
const chosen =
  'These months chose between variants of rules, and a few looks at them raised the thresholds of noisy ones.'
const untouched =
  'Nobody tuned anything with these months: their seeds, dates and parameters are others than those of the months to tune and to choose with, and they were looked at once, at the end.'

/**
 * The measured months have the change to summer time, the American one back, and the European one back. `final` gets
 * another seed once its figures were in view while rules changed.
 */
export const thirds: Readonly<Record<ThirdName, Third>> = {
  tune: { name: 'tune', purpose: tuned, seed: 1_000, startMs: Date.UTC(2026, 1, 9), ranges: tune },
  choose: { name: 'choose', purpose: chosen, seed: 50_000, startMs: Date.UTC(2025, 8, 29), ranges: choose },
  final: { name: 'final', purpose: untouched, seed: 1_900_000, startMs: Date.UTC(2026, 7, 31), ranges: final },
}

/** What an organization drew. */
export type Habits = Readonly<Record<Parameter, number>>

/** Draws an organization's habits. */
export function habitsOf({ ranges }: Third, seed: number): Habits {
  const random = randomFrom(seed, 1)
  const draw = ([low, high]: Range) => low + random.next() * (high - low)
  return {
    tasks: draw(ranges.tasks),
    spread: draw(ranges.spread),
    autofill: draw(ranges.autofill),
    copies: draw(ranges.copies),
    logins: draw(ranges.logins),
    mistyping: draw(ranges.mistyping),
    mistypedSteps: draw(ranges.mistypedSteps),
    forgotten: draw(ranges.forgotten),
    home: draw(ranges.home),
    ipv6: draw(ranges.ipv6),
    changingNetworks: draw(ranges.changingNetworks),
    leaseDays: draw(ranges.leaseDays),
    vpn: draw(ranges.vpn),
    journeys: draw(ranges.journeys),
    phone: draw(ranges.phone),
    carrier: draw(ranges.carrier),
    carrierPool: draw(ranges.carrierPool),
    partTime: draw(ranges.partTime),
    shifts: draw(ranges.shifts),
    turnover: draw(ranges.turnover),
    newComputers: draw(ranges.newComputers),
    helpdesk: draw(ranges.helpdesk),
    campaigns: draw(ranges.campaigns),
    noise: draw(ranges.noise),
    attackSize: draw(ranges.attackSize),
  }
}

/** A number around 1, half below, whose logarithm deviates by `spread` on average. */
export const around = (random: Random, spread: number): number =>
  Math.exp(spread * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()))
