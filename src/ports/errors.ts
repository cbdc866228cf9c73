// How a port fails: an outage, a damaged row, an entry that is too large.

/** Something outside does not answer, or not as it should: the same call may succeed later. The edge answers 503. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly what: string

  /** `what` names the part that failed ("event store"), in words that may be shown; the cause stays for the log. */
  constructor(what: string, cause: unknown) {
    super(`${what} is unavailable`, { cause })
    this.what = what
  }
}

/**
 * A row that an answer needs cannot be read: it is noted, and the same call fails until it is repaired. The edge answers 503,
 * since any other answer would look as if there were nothing.
 */
export class Damaged extends Unavailable {}

/** What a call resolves to; undefined when a row that it needs cannot be read. */
export async function unlessDamaged<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof Damaged) return undefined
    throw error
  }
}

/** An entry that is larger than the store can keep. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge'
}
