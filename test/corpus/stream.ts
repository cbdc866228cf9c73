// The two months of an organization as a stream in the order of arrival: clients report late, and more so after an outage. Holds few days at a time.
import { randomFrom } from '../../local/demo/random.ts'
import type { StoredEvent } from '../../src/domain/events/event.ts'
import { type Happening, isReported, storedEvent } from './happenings.ts'
import { dayLength, days, hour, minute, second } from './months.ts'
import { administration } from './ordinary/administration.ts'
import { campaignsOf } from './ordinary/campaigns.ts'
import { programs } from './ordinary/machines.ts'
import { dayOf } from './ordinary/workday.ts'
import type { Organization } from './organization/organization.ts'

/** An event, and when it arrives (Unix ms): at its date or later. */
export type Arriving = { readonly event: StoredEvent; readonly arrivedAt: number }

/** Clocks are at most 14 hours ahead of UTC: nothing of a later day is earlier than this before it. */
const aheadMs = 14 * hour

/** All events of the two months, with those of attacks, in the order of their arrival. */
export function* arrivals(world: Organization, attacks: readonly Happening[]): Generator<Arriving, void, undefined> {
  const outages = outagesOf(world)
  const planned = Map.groupBy([...campaignsOf(world), ...attacks], ({ at }) => dayAt(world, at))
  let waiting: Waiting[] = []
  let number = 0

  for (let day = 0; day <= days; day++) {
    const happenings = [...(day < days ? ordinary(world, day) : []), ...(planned.get(day) ?? [])]
    for (const happening of happenings) {
      waiting.push({ happening, arrivedAt: arrivalOf(happening, outages), number })
      // The events of attacks have their ids: the others keep theirs.
      if (happening.id === undefined) number++
    }
    waiting.sort((one, other) => one.arrivedAt - other.arrivedAt || one.number - other.number)
    const until = day < days ? world.third.startMs + (day + 1) * dayLength - aheadMs : Number.POSITIVE_INFINITY
    const later = waiting.findIndex(({ arrivedAt }) => arrivedAt >= until)
    const due = later < 0 ? waiting : waiting.slice(0, later)
    waiting = later < 0 ? [] : waiting.slice(later)
    for (const each of due) {
      yield { event: storedEvent(world.organizationId, each.happening, each.number), arrivedAt: each.arrivedAt }
    }
  }
}

type Waiting = { readonly happening: Happening; readonly arrivedAt: number; readonly number: number }

/** The day (UTC) at which something is put into the stream: what is before or after the months, on the first or last. */
const dayAt = (world: Organization, at: number): number =>
  Math.max(0, Math.min(days, Math.floor((at - world.third.startMs) / dayLength)))

const ordinary = (world: Organization, day: number): readonly Happening[] => [
  ...world.people.flatMap((person) => dayOf(world, person, day)),
  ...programs(world, day),
  ...administration(world, day),
]

/** A time in which what clients report waits: everybody's and everything, or one person's. */
type Outage = { readonly from: number; readonly to: number; readonly userId: string | undefined }

/** Some organizations have an outage of some hours; people are offline for a flight or a weekend. */
function outagesOf(world: Organization): readonly Outage[] {
  const random = randomFrom(world.seed, 51)
  const outage = (userId: string | undefined, hours: number): Outage => {
    const from = world.third.startMs + random.next() * days * dayLength
    return { from, to: from + hours * hour, userId }
  }
  const ofAll = random.chance(0.5) ? [outage(undefined, random.between(1, 20))] : []
  const travellers = world.people.filter(() => random.chance(0.04))
  return [...ofAll, ...travellers.map(({ userId }) => outage(userId, random.between(2, 40)))]
}

/** Clients report within a minute; after an outage all comes at once. */
function arrivalOf({ at, type, userId }: Happening, outages: readonly Outage[]): number {
  // Follows from the date, so that attacks change nothing of what happens beside them.
  const share = ((at * 7_919) % 60_013) / 60_013
  const reported = isReported(type)
  for (const { from, to, userId: only } of outages) {
    if (at >= from && at < to && (only === undefined || (only === userId && reported))) {
      return Math.round(to + share * (only === undefined ? 10 * minute : 20 * second))
    }
  }
  return reported ? Math.round(at + share * minute) : at
}
