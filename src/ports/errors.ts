// The errors of ports: an outage, a damaged row, an entry that is too large.

/** An outage of an outside service: the same call may succeed later. The edge responds with 503. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly what: string

  /** `what` names the part that failed ("event store") for people; the cause is for the log. */
  constructor(what: string, cause: unknown) {
    super(`${what} is unavailable`, { cause })
    this.what = what
  }
}

/**
 * A row that a call needs is unreadable: it is in the damage log, and the call fails until it is repaired. The edge responds
 * with 503, since any other response would look as if there were no data.
 */
export class Damaged extends Unavailable {}

/** Resolves to the call's result; undefined if it throws `Damaged`. */
export async function unlessDamaged<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof Damaged) return undefined
    throw error
  }
}

/** Resolves to the call's result; undefined if it throws `Unavailable`. */
export async function unlessUnavailable<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof Unavailable) return undefined
    throw error
  }
}

/** An entry is larger than the store allows. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge'
}
