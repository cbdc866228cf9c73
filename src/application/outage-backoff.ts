// The retry schedule of work that an outage postpones, and its end, when a message of events is dead-lettered.

/** Duration of an outage after which its messages are dead-lettered, in milliseconds. */
export const retryWindowMs = 48 * 60 * 60_000
/** Each delay is twice the one before, within these bounds, in seconds. */
const retryDelaySecondsMin = 30
const retryDelaySecondsMax = 15 * 60
/** Each delay is up to this fraction shorter or longer, so that messages that failed together do not return together. */
const jitter = 0.25

/** A message's share of the jitter, from 0 to 1: ids are as good as random. */
const shareOf = (id: string): number => (Number.parseInt(id.slice(0, 4), 16) || 0) / 0xffff

/**
 * Deliveries of a message, counted from 1, after which a fault other than an outage dead-letters it. Fewer than
 * `maxDequeueCount` of host.json: messages that the host dead-letters expire after 7 days.
 */
export const deliveriesMax = 5

/**
 * Seconds until the next attempt, without jitter, after a delay of `lastSeconds` (0: the first failure). Independent of the
 * time of the first failure, which another instance's clock wrote.
 */
export const nextRetrySeconds = (lastSeconds: number): number =>
  Math.min(Math.max(2 * lastSeconds, retryDelaySecondsMin), retryDelaySecondsMax)

/** A delay with its jitter, in seconds. `id`: of any event in the message. */
export const jittered = (seconds: number, id: string): number =>
  Math.ceil(seconds * (1 - jitter + 2 * jitter * shareOf(id)))
