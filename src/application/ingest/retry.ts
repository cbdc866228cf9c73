// When a message of events is tried again that an outage kept from being stored, and when it is dead-lettered instead.
/** How long an outage may last before what it holds up is dead-lettered, in milliseconds. */
export const retryWindowMs = 48 * 60 * 60_000
/** Each wait for another try is twice the one before, within these bounds, in seconds. */
export const retryDelaySecondsMin = 30
export const retryDelaySecondsMax = 15 * 60
/** Each wait is up to this part shorter or longer, so that what failed together does not come again together. */
const jitter = 0.25

/** Where in the range of its jitter a message stands, from 0 to 1: ids are as good as random. */
const shareOf = (id: string): number => (Number.parseInt(id.slice(0, 4), 16) || 0) / 0xffff

/**
 * Deliveries of one message, from 1, after which a fault that is no outage has it dead-lettered. Fewer than
 * `maxDequeueCount` of host.json: what the host moves by itself expires after 7 days.
 */
export const deliveriesMax = 5

/**
 * Seconds until the next try, jitter aside, of what waited this long for the last one (0: it has failed for the first time). Not
 * reckoned from when it first failed: another instance's clock wrote that.
 */
export const nextRetrySeconds = (lastSeconds: number): number =>
  Math.min(Math.max(2 * lastSeconds, retryDelaySecondsMin), retryDelaySecondsMax)

/** A wait with its jitter, in seconds. `id`: any in the message. */
export const jittered = (seconds: number, id: string): number =>
  Math.ceil(seconds * (1 - jitter + 2 * jitter * shareOf(id)))
