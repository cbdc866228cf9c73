// Where a person was, and whether an event is too far from the event before to be the same person. Bounded. Pure.
import * as v from 'valibot'
import type { Place } from '../observed/place.ts'
import { newnessMs } from './values.ts'

/** Faster than an airliner with its way to the airport: nobody travels so fast, in km/h. */
export const speedMax = 900
/** Places so near each other count as one, in km: data about addresses is no more exact than that. */
export const nearKm = 500
/** Most stays stored of a person; of more, those that ended first are dropped. */
export const staysMax = 12

const hourMs = 3_600_000
/** How exact the end of a stay is: shorter, it would change with each event. */
const exactMs = 10 * 60_000
const earthRadiusKm = 6_371

/** A person was seen about here from one date to another (Unix ms), in degrees, and nowhere else between. */
const degrees = v.pipe(v.number(), v.finite())
const whole = v.pipe(v.number(), v.safeInteger())
export const StayList = v.pipe(
  v.array(v.tuple([whole, whole, degrees, degrees])),
  v.transform((list): readonly Stay[] =>
    list.map(([from, to, latitude, longitude]) => ({ from, to, latitude, longitude })),
  ),
)
export type Stay = { readonly from: number; readonly to: number; readonly latitude: number; readonly longitude: number }

/** The stays for JSON. */
export const listedStays = (stays: readonly Stay[]) =>
  stays.map(({ from, to, latitude, longitude }) => [from, to, latitude, longitude])

/** Whether it was impossible, and the stays after it. */
export type Travel = { readonly impossible: boolean | null; readonly after: readonly Stay[] }

/**
 * Whether a person could not have come to a place, over `nearKm` away from where they were last seen before, in the time
 * between; for all that they do there in the first `newnessMs`. Null without a location. `after` are the stays with this
 * event, at a date (Unix ms): one that is judged again, with those that came after it, gives the same.
 */
export function travelTo(
  stays: readonly Stay[],
  at: number,
  { latitude, longitude }: Pick<Place, 'latitude' | 'longitude'>,
): Travel {
  if (latitude === null || longitude === null) return { impossible: null, after: stays }
  const here = { from: at, to: at, latitude: rounded(latitude), longitude: rounded(longitude) }
  const known = stayOf(stays, here)
  const isSame = known !== undefined && known.from <= at && at < known.to + exactMs
  const stay = known ? { ...known, from: Math.min(known.from, at), to: Math.max(known.to, at) } : here
  const others = isSame ? stays : [...stays.filter((each) => each !== known), stay].sort(byEnd).slice(-staysMax)
  return { impossible: at < stay.from + newnessMs && isTooFast(others, stay), after: others }
}

/** Two decimals of a degree are about a kilometre. */
const rounded = (degree: number): number => Math.round(degree * 100) / 100

const isNear = (one: Stay, other: Stay): boolean =>
  (one.latitude === other.latitude && one.longitude === other.longitude) || kmBetween(one, other) <= nearKm

const byEnd = (one: Stay, other: Stay) => one.to - other.to || one.from - other.from

/** The stay that an event belongs to: one that contains it, or the one just before or after it, if that is near. */
function stayOf(stays: readonly Stay[], here: Stay): Stay | undefined {
  const around = stays.find((stay) => stay.from <= here.to && here.to <= stay.to && isNear(stay, here))
  if (around) return around
  const before = latest(stays, here.to)
  if (before && isNear(before, here)) return before
  const later = stays.filter((stay) => stay.from > here.to)
  const next = later.reduce<Stay | undefined>(
    (first, stay) => (first && first.from <= stay.from ? first : stay),
    undefined,
  )
  return next && isNear(next, here) ? next : undefined
}

/** The stay that was last before a date, as far as it lasted by then. */
function latest(stays: readonly Stay[], at: number): Stay | undefined {
  return stays
    .filter((stay) => stay.from <= at)
    .reduce<Stay | undefined>(
      (last, stay) => (last && Math.min(last.to, at) > Math.min(stay.to, at) ? last : stay),
      undefined,
    )
}

/** Whether a stay was reached too fast from the last one elsewhere. */
function isTooFast(stays: readonly Stay[], stay: Stay): boolean {
  const past = latest(
    stays.filter((each) => !isNear(each, stay)),
    stay.from,
  )
  if (!past) return false
  const hours = Math.max(0, stay.from - past.to) / hourMs
  return kmBetween(past, stay) > speedMax * hours
}

/** The distance over the ground, by the haversine formula. */
export function kmBetween(
  one: { readonly latitude: number; readonly longitude: number },
  other: { readonly latitude: number; readonly longitude: number },
): number {
  const radians = Math.PI / 180
  const sine = (degree: number) => Math.sin((degree * radians) / 2) ** 2
  const inner =
    sine(other.latitude - one.latitude) +
    Math.cos(one.latitude * radians) * Math.cos(other.latitude * radians) * sine(other.longitude - one.longitude)
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(inner)))
}
