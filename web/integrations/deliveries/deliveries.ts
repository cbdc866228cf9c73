// Attempts to deliver and what failed for good; what became of one notification. Pure.

export const outcomes = ['delivered', 'retry', 'failed', 'gone'] as const
export type Outcome = (typeof outcomes)[number]

/** One attempt. */
export type Delivery = {
  readonly at: string
  readonly outcome: Outcome
  readonly error: string | null
  readonly latencyMs: number | null
  readonly notificationIds: readonly string[]
}

export const failedKinds = ['alert', 'resolved', 'event', 'notice', 'test'] as const

/** One notification that failed for good. */
export type Failed = {
  readonly id: string
  readonly kind: (typeof failedKinds)[number]
  readonly aboutName: string | null
  readonly at: string
  readonly failedAt: string
  readonly failures: number
  readonly error: string | null
}

/** The newest attempt to deliver a notification; undefined when there was none yet. Deliveries are newest first. */
export const lastAttempt = (deliveries: readonly Delivery[], id: string): Delivery | undefined =>
  deliveries.find(({ notificationIds }) => notificationIds.includes(id))

/** Pauses between looks for what became of a test, in milliseconds; a minute in all. */
export const looksMs: readonly number[] = [
  500, 500, 1_000, 1_000, 2_000, 2_000, 3_000, 5_000, 5_000, 10_000, 10_000, 20_000,
]
