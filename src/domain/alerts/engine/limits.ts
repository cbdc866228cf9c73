// What the engine remembers at most, and for how long: every limit has its name here. Pure.

const dayMs = 86_400_000

/** How long after its date an event may arrive and still count; exactly this old still counts. */
export const lateMsMax = 7 * dayMs
/** How far past its arrival an event may be dated: the way in lets 5 minutes through, the rest would be somebody's error. */
export const aheadMsMax = dayMs
/** Most bytes of one group's serialized state, in UTF-8; its key is not part of it. */
export const groupStateBytesMax = 16 * 1024
/** Most groups of one rule; beyond, those without a match for the longest time are to be forgotten: see `groupsBeyond`. */
export const groupsPerRuleMax = 10_000

/**
 * What a group keeps of its matches. A window counts its newest `windowMatchesMax` at most, and a group remembers its
 * newest `matchesMax`; the difference is what late matches of a flooded group may still be sorted into. Its alerts name
 * `samplesMax` events as examples.
 * - full: with the events' ids, for thresholds up to 300
 * - compact: 48 bits of a hash instead, for thresholds up to 1,000; alerts then name no events
 */
export const layouts = {
  full: { windowMatchesMax: 300, matchesMax: 400, samplesMax: 5 },
  compact: { windowMatchesMax: 1_000, matchesMax: 1_100, samplesMax: 0 },
} as const
export type Layout = keyof typeof layouts

/** A rate is judged from so long after its group's first match on; before, the group is learning. */
export const learningMs = 14 * dayMs
/** Most runs of matches, with silences between them, that a group remembers where absences are looked for. */
export const runsMax = 250
/** How long after an absence was said its end is still told. */
export const absenceFollowedMs = 7 * dayMs
