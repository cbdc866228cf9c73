// The port that counts requests.

/**
 * The kinds of requests, each with a limit of its own: uploads of clients, reads (lists, feeds, alerts, settings), exports,
 * previews of rules, changes, what a trusted server sends, and requests without a valid token.
 */
export const rateKinds = ['collect', 'read', 'export', 'preview', 'write', 'server', 'refused'] as const
export type RateKind = (typeof rateKinds)[number]

/** Counts recent requests by kind and caller. */
export type RateLimiter = {
  /** Counts a request. Resolves to the milliseconds until the caller may make another; 0: this one is within the limit. */
  readonly count: (kind: RateKind, caller: string) => Promise<number>
}
