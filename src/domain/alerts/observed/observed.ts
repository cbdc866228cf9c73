// What rules know of an event beside itself and the directory: what of it is new, and where it came from. Pure.
import { type FirstSeen, firstSeenFields, nothingFirstSeen } from './first-seen.ts'
import { nowhere, type PlaceFields } from './place.ts'

/** What was observed of an event, as fields of rules. */
export type Observed = FirstSeen & PlaceFields & UsualHour

/** Whether the acting user is usually active at this hour of the week: then it is not off hours. */
type UsualHour = { readonly isUsualHour: boolean }

/** For an event of which nothing is known. */
export const nothingObserved: Observed = { ...nothingFirstSeen, ...nowhere, isUsualHour: false }

/** The fields that depend on the events before. */
export const tracedFields = [
  ...firstSeenFields,
  'isFirstSeenCountry',
  'impossibleTravel',
] as const satisfies readonly (keyof Observed)[]
