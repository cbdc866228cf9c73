// What one user or service account was seen with: addresses, networks, device types, countries; and where they stayed. Bounded. Pure but for the maps handed in.
import * as v from 'valibot'
import type { Guid } from '../../guid.ts'
import { locationOf } from './location.ts'
import { listedStays, type Stay, StayList } from './travel.ts'
import { dayMs, listed, newnessMs, retainedDays, type Seen, SeenList } from './values.ts'

/** Most values stored of a user; of more, those seen longest ago are dropped first. */
export const valuesMax = { addresses: 300, networks: 200, devices: 50, countries: 60 } as const

/** Longest lists in a user's text, in UTF-16 units: room for as many values as there may be, if none is longer than an address. */
const charsMax = { addresses: 15_000, networks: 9_000, devices: 1_700, countries: 1_800 } as const

/**
 * What a user was seen with: `since` is the date of the first learnt event or of an earlier one of the history (Unix ms),
 * `lastDay` the day of the last (since 1970).
 */
export type SeenBySubject = {
  since: number
  lastDay: number
  readonly addresses: Seen
  readonly networks: Seen
  readonly devices: Seen
  readonly countries: Seen
  /** Where the user was, as far as is known. */
  stays: readonly Stay[]
}

export const unknownSince = (since: number): SeenBySubject => ({
  since,
  lastDay: 0,
  addresses: new Map(),
  networks: new Map(),
  devices: new Map(),
  countries: new Map(),
  stays: [],
})

/** When all of this is too old to matter (Unix ms): it can be deleted, and the user is unknown again. */
export const expiresAt = ({ lastDay }: Pick<SeenBySubject, 'lastDay'>): number => (lastDay + retainedDays) * dayMs

const whole = v.pipe(v.number(), v.safeInteger())
const times = { subjectId: v.string(), since: whole, lastDay: whole }
const Text = v.object({
  version: v.literal(2),
  ...times,
  addresses: SeenList,
  networks: SeenList,
  devices: SeenList,
  countries: v.optional(SeenList, []),
  stays: v.optional(StayList, []),
})

/** The first form: each value with its last day and a part of its first event's id. */
const FirstText = v.object({
  version: v.literal(1),
  userId: v.string(),
  since: whole,
  lastDay: whole,
  addresses: v.array(v.tuple([v.string(), whole, v.string()])),
  devices: v.array(v.tuple([v.string(), whole, v.string()])),
})

const AnyText = v.pipe(v.string(), v.parseJson(), v.variant('version', [Text, FirstText]))

/** What a user was seen with as text of under 30,000 UTF-16 units; if values are too long, fewer are written. */
export const writeSeenBySubject = (subjectId: Guid, seen: SeenBySubject): string =>
  JSON.stringify({
    version: 2,
    subjectId,
    since: seen.since,
    lastDay: seen.lastDay,
    addresses: listed(seen.addresses, charsMax.addresses),
    networks: listed(seen.networks, charsMax.networks),
    devices: listed(seen.devices, charsMax.devices),
    countries: listed(seen.countries, charsMax.countries),
    stays: listedStays(seen.stays),
  })

/** Reads what this or the version before wrote of this user; undefined for any other text: the user is then unknown. */
export function readSeenBySubject(subjectId: Guid, text: string): SeenBySubject | undefined {
  const read = v.safeParse(AnyText, text)
  if (!read.success) return undefined
  const seen = read.output
  if (seen.version === 1) return seen.userId === subjectId ? fromFirst(seen) : undefined
  const { version, subjectId: writtenFor, ...known } = seen
  return writtenFor === subjectId ? known : undefined
}

/** Since the first form has no first dates, all of its values are no longer new on the day that they were last seen on. */
function fromFirst({ since, lastDay, addresses, devices }: v.InferOutput<typeof FirstText>): SeenBySubject {
  const seen = { ...unknownSince(since), lastDay }
  const add = (to: Seen, value: string, day: number) => {
    if ((to.get(value)?.day ?? 0) < day) to.set(value, { day, since: day * dayMs - newnessMs, earlier: [] })
  }
  for (const [written, day] of addresses) {
    const { address, network } = locationOf(written)
    add(seen.addresses, address, day)
    add(seen.networks, network, day)
  }
  for (const [device, day] of devices) add(seen.devices, device, day)
  return seen
}
