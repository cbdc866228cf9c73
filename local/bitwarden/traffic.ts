// Events of a simulated organization over any span of time, with all that makes them hard to follow: late ones, equal ones, clocks set wrong.
import { formatInstant, instantAt } from '../../src/domain/instant.ts'
import type { Random } from '../demo/random.ts'
import type { Arrival, PublicEvent } from './events.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

type TrafficOptions = {
  /** Milliseconds since 1970; inclusive. */
  readonly from: number
  /** Milliseconds since 1970; exclusive. */
  readonly to: number
  readonly eventsPerDay: number
  readonly random: Random
  /** User ids of those who act. At least one. */
  readonly actors: readonly string[]
  /** Ids of items. At least one. */
  readonly items: readonly string[]
}

/**
 * Events that appear in a span, sorted by when. Two of three are of clients: their dates are of whole milliseconds and up to a
 * minute old, of an offline laptop up to 33 days, and of a wrong clock in the future or in 1970. One in 50 is followed by
 * its equal (a double click), and one in 500 comes with up to 120 others of the same millisecond (a listing).
 */
export function traffic(options: TrafficOptions): readonly Arrival[] {
  const { from, to, eventsPerDay, random } = options
  const arrivals: Arrival[] = []
  const total = Math.round(((to - from) / dayMs) * eventsPerDay)
  while (arrivals.length < total) {
    const at = from + Math.floor(random.next() * (to - from))
    arrivals.push(...(random.chance(0.33) ? [serverEvent(at, options)] : clientEvents(at, options)))
  }
  return arrivals.sort((one, another) => one.appearsAt - another.appearsAt)
}

/** What the server itself logs: dated by its clock to 100 nanoseconds, and there at once. */
function serverEvent(at: number, { random, actors, items }: TrafficOptions): Arrival {
  const date = instantAt(at).replace('0000Z', `${random.between(0, 9_999)}`.padStart(4, '0').concat('Z'))
  const type = random.weighted([
    [1000, 10],
    [1005, 2],
    [1101, 4],
    [1500, 1],
    [1700, 1],
  ])
  const itemId = type === 1101 ? random.pick(items) : null
  return { appearsAt: at, event: publicEvent({ type, date, itemId, actingUserId: random.pick(actors), device: 9 }) }
}

function clientEvents(at: number, { random, actors, items }: TrafficOptions): readonly Arrival[] {
  const [actingUserId, device] = [random.pick(actors), random.pick([2, 9, 25])]
  const date = formatInstant(instantAt(at - delayOf(at, random)))
  const eventOf = (type: number) =>
    publicEvent({ type, date, itemId: random.pick(items), actingUserId, device, ipAddress: '192.0.2.7' })
  const listed = random.chance(0.002) ? random.between(2, 120) : 0
  const events = listed > 0 ? Array.from({ length: listed }, () => eventOf(1107)) : [eventOf(random.pick([1107, 1111]))]
  const [first] = events
  if (first !== undefined && random.chance(0.02)) events.push(first)
  // A batch is stored row by row: a reader can come in between.
  return events.map((event, index) => ({ appearsAt: at + (index % 3) * 40, event }))
}

/** How old an event is when it reaches the server; negative when the client's clock runs ahead. */
function delayOf(at: number, random: Random): number {
  return random.weighted([
    [() => random.between(0, minuteMs), 9_400],
    [() => random.between(minuteMs, hourMs), 300],
    [() => random.between(hourMs, 3 * dayMs), 200],
    [() => random.between(3 * dayMs, 33 * dayMs), 50],
    [() => -random.between(1, 10 * minuteMs), 40],
    [() => -random.between(hourMs, 300 * dayMs), 5],
    [() => at - random.between(0, dayMs), 5],
  ])()
}

/** An event with these members; the others are null. */
export function publicEvent(event: Partial<PublicEvent> & Pick<PublicEvent, 'type' | 'date'>): PublicEvent {
  return {
    object: 'event',
    itemId: null,
    collectionId: null,
    groupId: null,
    policyId: null,
    memberId: null,
    actingUserId: null,
    installationId: null,
    device: null,
    ipAddress: null,
    secretId: null,
    projectId: null,
    serviceAccountId: null,
    ...event,
  }
}
