// How much the engine stores at most, and for how long: every limit by its name. Pure.

const dayMs = 86_400_000

/** How long after its date an event may arrive and still count, this exact age included. */
export const lateMsMax = 7 * dayMs
/** Whether an event of this date arrived so late that it only teaches what is usual; both in Unix ms. */
export const isHistory = (at: number, arrivedAt: number): boolean => at < arrivedAt - lateMsMax
/** How far past its arrival an event may be dated: ingest lets 5 minutes through, anything more is an error of the sender. */
export const aheadMsMax = dayMs
/** Most bytes (UTF-8) of a serialized correlation state, without its group key. */
export const stateBytesMax = 24 * 1024
/** Most characters of the matches in it. */
export const matchesCharsMax = 20_000
/** Most group keys of one rule; beyond, those without a match for the longest time are dropped: see `groupKeysBeyond`. */
export const groupKeysPerRuleMax = 10_000

/**
 * How a correlation state stores matches. A window counts its newest `windowMatchesMax` at most; a state stores as many as fit
 * into `matchesCharsMax`, and the difference leaves room for late matches of a flooded group key. Its alerts list `samplesMax`
 * events as samples.
 * - full: with the events' ids, for thresholds up to 300
 * - compact: with 48 bits of a hash instead, for thresholds up to 1,000; alerts then list no events
 */
export const layouts = {
  full: { windowMatchesMax: 300, samplesMax: 5 },
  compact: { windowMatchesMax: 1_000, samplesMax: 0 },
} as const
export type Layout = keyof typeof layouts

/** Most events that an alert lists where rules count: one of each. */
export const ruleSamplesMax = 10
/** Most base rules of a chained correlation; each has a tag of one character. */
export const chainBaseRulesMax = 36
/**
 * How many of the newest matches of base rules the window of a chained correlation sees, and each inner window before it: both
 * together, and the matches of one event, are no more than a window of the full layout counts.
 */
export const chainMatchesMax = (layouts.full.windowMatchesMax - chainBaseRulesMax) / 2

/** The highest sum of points that may be asked for. */
export const riskBoundMax = 1_000

/** A rate is judged from this long after its group key's first match on; before, it is learning. */
export const learningMs = 14 * dayMs
/** Most runs of matches that an absence state stores. */
export const runsMax = 250
/** How long after an absence was reported its end is still reported. */
export const absenceFollowedMs = 7 * dayMs
