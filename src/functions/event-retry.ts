// When a message of events is tried again that an outage kept from being stored, and when it is dead-lettered instead.
/** How long an outage may last before what it holds up is dead-lettered, in milliseconds. */
export const retryWindowMs = 48 * 60 * 60_000
/** The wait for another try is as long as the outage so far, within these bounds, in milliseconds. */
export const retryDelayMsMin = 30_000
export const retryDelayMsMax = 15 * 60_000
/** Each wait is up to this part shorter or longer, so that what failed together does not come again together. */
const jitter = 0.25

/** Where in the range of its jitter a message stands, from 0 to 1: ids are as good as random. */
const shareOf = (id: string): number => (Number.parseInt(id.slice(0, 4), 16) || 0) / 0xffff

/**
 * Deliveries of one message, from 1, after which a fault that is no outage has it dead-lettered. Fewer than
 * `maxDequeueCount` of host.json: what the host moves by itself expires after 7 days.
 */
export const deliveriesMax = 5

/** Seconds until the next try of what fails since `failingSinceMs`; undefined when it is to be dead-lettered. `id`: any in the message. */
export function retryDelaySeconds(failingSinceMs: number, nowMs: number, id: string): number | undefined {
  const failingMs = Math.max(0, nowMs - failingSinceMs)
  if (failingMs >= retryWindowMs) return undefined
  const delayMs = Math.min(Math.max(failingMs, retryDelayMsMin), retryDelayMsMax)
  return Math.ceil((delayMs * (1 - jitter + 2 * jitter * shareOf(id))) / 1_000)
}
