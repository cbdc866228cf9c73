// Where a person was, and whether an event is too far from the event before to be the same person. Bounded. Pure.
import * as v from 'valibot'
import type { Place } from '../observed/place.ts'

/** Faster than an airliner with its way to the airport: nobody travels so fast, in km/h. */
export const speedMax = 900
/** Places so near each other count as one, in km: data about addresses is no more exact than that. */
export const nearKm = 500
/** Most stays stored of a person; of more, those that ended first are dropped. */
export const staysMax = 12

const hourMs = 3_600_000
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

/**
 * Whether a person could not have come to a place at a date (Unix ms) from where they were last seen before it, over
 * `nearKm` away; null if either is unknown. `after` are the stays with this one. An event that is judged again, with those that came after
 * it, gives the same.
 */
export function travel(
  stays: readonly Stay[],
  at: number,
  { latitude, longitude }: Pick<Place, 'latitude' | 'longitude'>,
): { readonly impossible: boolean | null; readonly after: readonly Stay[] } {
  if (latitude === null || longitude === null) return { impossible: null, after: stays }
  const here = { from: at, to: at, latitude: rounded(latitude), longitude: rounded(longitude) }
  const isHere = (stay: Stay) => kmBetween(stay, here) <= nearKm
  if (stays.some((stay) => isHere(stay) && stay.from < at && at <= stay.to)) return { impossible: false, after: stays }
  const begun = stays.find((stay) => isHere(stay) && stay.from === at)
  const past = latest(
    stays.filter((stay) => stay.from <= at && !(begun && isHere(stay))),
    at,
  )
  if (!past) return { impossible: null, after: begun ? stays : withStay(stays, here) }
  if (isHere(past))
    return { impossible: false, after: stays.map((stay) => (stay === past ? { ...past, to: at } : stay)) }
  const hours = Math.max(0, at - past.to) / hourMs
  return { impossible: kmBetween(past, here) > speedMax * hours, after: begun ? stays : withStay(stays, here) }
}

/** Two decimals of a degree are about a kilometre. */
const rounded = (degree: number): number => Math.round(degree * 100) / 100

/** The stay that was last before a date. */
function latest(stays: readonly Stay[], at: number): Stay | undefined {
  return stays.reduce<Stay | undefined>(
    (last, stay) => (!last || Math.min(stay.to, at) >= Math.min(last.to, at) ? stay : last),
    undefined,
  )
}

const withStay = (stays: readonly Stay[], stay: Stay): readonly Stay[] =>
  [...stays, stay].sort((one, other) => one.to - other.to || one.from - other.from).slice(-staysMax)

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
