// First-seen tracking: the addresses and device types of a user, to recognize a new one. Bounded, and safe to repeat. Pure.
import * as v from 'valibot'
import { canonicalAddress, formatNetwork, networkOf, parseAddress } from '../addresses.ts'
import type { StoredEvent } from '../events/event.ts'
import type { Guid } from '../guid.ts'
import { millisecondsOf } from '../instant.ts'
import { isHistory } from './engine/limits.ts'
import type { FieldContext } from './sigma/fields.ts'

const dayMs = 86_400_000

/** How long a user must be known before anything is called new. */
export const learningDays = 7
/** What was not seen for so many days is new again; so is the user. */
export const retainedDays = 90
/** Most addresses (of IPv6, networks), and most device types, stored of a user; those seen longest ago are dropped first. */
export const addressesMax = 400
const devicesMax = 100
/** Longest text of `writeSeenByUser`, in UTF-16 units. */
export const firstSeenCharsMax = 30_000

/** Seen last on this day (days since 1970); `first` identifies the event that it was new with. */
type LastSeen = { readonly day: number; readonly first: string }
type Seen = ReadonlyMap<string, LastSeen>

/**
 * What a user was seen with: `since` is the date of the first observed event or of an earlier one of the history (Unix ms),
 * `lastDay` the day of the last (since 1970).
 */
export type SeenByUser = {
  readonly since: number
  readonly lastDay: number
  readonly addresses: Seen
  readonly devices: Seen
}

/**
 * The prefix of an IPv6 address that is one location, in bits: a network of people's devices has 64 (RFC 4291 section 2.5.1),
 * and a device takes another address in it each day (RFC 8981).
 */
const networkBits = 64

/** How an address is tracked: as its /64 for IPv6. A text that is no address is tracked as it is, in lower case. */
function trackedAddress(ipAddress: string): string {
  const address = parseAddress(ipAddress)
  if (address?.length === 16) return formatNetwork(networkOf(address, networkBits))
  return canonicalAddress(ipAddress) ?? ipAddress.toLowerCase()
}

/** What is known of an event's address and device, as fields of the event. */
type FirstSeen = Pick<FieldContext, 'isFirstSeenIp' | 'isFirstSeenDevice'>

/** For an event without a user, an address or a device, and for a user who is not known long enough. */
const unknown: FirstSeen = { isFirstSeenIp: null, isFirstSeenDevice: null }

/** The user whose addresses and devices an event adds to; undefined if it has neither. */
export const observedUser = ({ actingUserId, ipAddress, deviceType }: StoredEvent): Guid | undefined =>
  ipAddress === undefined && deviceType === undefined ? undefined : actingUserId

/**
 * Whether an event's address and device type are new for its acting user, and what the user was seen with after it. Both are
 * null until the user is known for `learningDays`, and for an event that arrived over 7 days late: such history only teaches
 * since when the user is known, and with what. Of it, what is older than `retainedDays` teaches nothing.
 *
 * Events are judged in the order of evaluation: a late one is not the first if a later one was evaluated before. A step that
 * is made again observes its events again, with what they led to: each value stores which event was its first, and that
 * event is still the first. The date of an event is at most `arrivedAt` (Unix ms).
 */
export function observe(
  before: SeenByUser | undefined,
  event: StoredEvent,
  arrivedAt: number,
): { readonly firstSeen: FirstSeen; readonly seen: SeenByUser | undefined } {
  if (!observedUser(event)) return { firstSeen: unknown, seen: before }
  const at = Math.min(millisecondsOf(event.date), arrivedAt)
  const day = Math.floor(at / dayMs)
  if (before && day + retainedDays <= before.lastDay) return { firstSeen: unknown, seen: before }
  const known = before && before.lastDay + retainedDays > day ? before : unknownSince(at)
  const address = observeOne(
    known.addresses,
    event.ipAddress === undefined ? undefined : trackedAddress(event.ipAddress),
    event,
    day,
  )
  const device = observeOne(known.devices, event.deviceType?.toString(), event, day)
  const isPast = isHistory(at, arrivedAt)
  const learned = !isPast && at >= known.since + learningDays * dayMs
  return {
    firstSeen: learned ? { isFirstSeenIp: address.isFirst, isFirstSeenDevice: device.isFirst } : unknown,
    seen: {
      since: isPast ? Math.min(known.since, at) : known.since,
      lastDay: Math.max(known.lastDay, day),
      addresses: newest(address.seen, addressesMax),
      devices: newest(device.seen, devicesMax),
    },
  }
}

/** The same among users, whose entry it replaces. */
export function observeAmong(seenBy: Map<Guid, SeenByUser>, event: StoredEvent, arrivedAt: number): FirstSeen {
  const userId = observedUser(event)
  const { seen, firstSeen } = observe(userId && seenBy.get(userId), event, arrivedAt)
  if (userId && seen) seenBy.set(userId, seen)
  return firstSeen
}

const unknownSince = (since: number): SeenByUser => ({ since, lastDay: 0, addresses: new Map(), devices: new Map() })

function observeOne(seen: Seen, value: string | undefined, { id }: StoredEvent, day: number) {
  if (value === undefined) return { isFirst: null, seen }
  const known = seen.get(value)
  const first = id.slice(-firstCharacters)
  const isFirst = !known || known.first === first || known.day + retainedDays <= day
  const last = isFirst ? { day: Math.max(known?.day ?? 0, day), first } : { ...known, day: Math.max(known.day, day) }
  if (known?.day === last.day && known.first === last.first) return { isFirst, seen }
  return { isFirst, seen: new Map(seen).set(value, last) }
}

/** How many characters of an event's id distinguish it from the few other first events of a user. */
const firstCharacters = 12

/** The values seen last; of those of one day, the first in order. */
function newest(seen: Seen, max: number): Seen {
  if (seen.size <= max) return seen
  return new Map([...seen].sort(byDay).slice(0, max))
}

const byDay = ([oneValue, one]: readonly [string, LastSeen], [otherValue, other]: readonly [string, LastSeen]) =>
  other.day - one.day || (oneValue < otherValue ? -1 : 1)

/** When all of this is too old to matter (Unix ms): it can be deleted, and the user is unknown again. */
export const expiresAt = ({ lastDay }: SeenByUser): number => (lastDay + retainedDays) * dayMs

const whole = v.pipe(v.number(), v.safeInteger())
const SeenList = v.array(v.tuple([v.string(), whole, v.string()]))
const Text = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    version: v.literal(1),
    userId: v.string(),
    since: whole,
    lastDay: whole,
    addresses: SeenList,
    devices: SeenList,
  }),
)

/** What a user was seen with as text of at most `firstSeenCharsMax`; if addresses are too long, fewer are written. */
export function writeSeenByUser(userId: Guid, { addresses, devices, ...times }: SeenByUser): string {
  const lists = { addresses: [...addresses].sort(byDay), devices: [...devices].sort(byDay) }
  const write = (share: number) =>
    JSON.stringify({
      version: 1,
      userId,
      ...times,
      addresses: lists.addresses.slice(0, Math.ceil(addressesMax * share)).map(asTuple),
      devices: lists.devices.map(asTuple),
    })
  let share = 1
  while (write(share).length > firstSeenCharsMax) share /= 2
  return write(share)
}

const asTuple = ([value, { day, first }]: readonly [string, LastSeen]) => [value, day, first]

/** Reads what `writeSeenByUser` wrote of this user; undefined for any other text: the user is then unknown. */
export function readSeenByUser(userId: Guid, text: string): SeenByUser | undefined {
  const read = v.safeParse(Text, text)
  if (!read.success || read.output.userId !== userId) return undefined
  const { since, lastDay, addresses, devices } = read.output
  return { since, lastDay, addresses: seenOf(addresses, trackedAddress), devices: seenOf(devices, (device) => device) }
}

/** A written list, newest first; of values that are now the same, such as two addresses of a /64, the newest counts. */
function seenOf(list: v.InferOutput<typeof SeenList>, keyOf: (written: string) => string): Seen {
  const seen = new Map<string, LastSeen>()
  for (const [written, day, first] of list) {
    const value = keyOf(written)
    if (!seen.has(value)) seen.set(value, { day, first })
  }
  return seen
}
