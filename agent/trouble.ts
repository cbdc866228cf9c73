// What goes wrong outside of the agent, in words for the person who runs it.

type TroubleReason =
  | 'database-busy'
  | 'database-refused'
  | 'database-unreachable'
  | 'database-unreadable'
  | 'keytrail-busy'
  | 'keytrail-refused'
  | 'keytrail-unexpected'
  | 'keytrail-unreachable'
  | 'not-vaultwarden'
  | 'organization-unknown'
  | 'settings'
  | 'state'
  | 'too-large'

/** Reasons that stay until a person changes something; the others may be over at the next attempt. */
const lasting: ReadonlySet<TroubleReason> = new Set(['database-refused', 'keytrail-refused', 'settings', 'state'])

/** An outage or a refusal. Its message is for people and holds no secret. `retryAfterMs` is the wait that the other side asked for. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
  readonly reason: TroubleReason
  readonly retryAfterMs: number

  constructor(
    reason: TroubleReason,
    words: string,
    more: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(words, { cause: more.cause })
    this.reason = reason
    this.retryAfterMs = more.retryAfterMs ?? 0
  }

  /** Whether only a person can end it. */
  get isLasting(): boolean {
    return lasting.has(this.reason)
  }
}

/** The text of an error; of a refused connection, its code too. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  const cause = error.cause instanceof Error ? `: ${messageOf(error.cause)}` : ''
  return `${error.message}${cause}`
}
