// Attempts to deliver, and notifications that failed for good. Pure.
import type { Immutable } from '../../api/read.ts'
import type * as Api from '../../api/types.ts'

export const outcomes = ['delivered', 'retry', 'failed', 'gone'] as const satisfies readonly Outcome[]
export type Outcome = Api.Delivery['outcome']

/** One attempt. */
export type Delivery = Immutable<Omit<Api.Delivery, 'object'>>

export const failedKinds = [
  'alert',
  'resolved',
  'incident',
  'event',
  'notice',
  'test',
] as const satisfies readonly Api.FailedNotification['kind'][]

/** A notification that failed for good. */
export type Failed = Immutable<Omit<Api.FailedNotification, 'object' | 'aboutId'>>

/** The newest attempt to deliver a notification; undefined before the first. Deliveries are newest first. */
export const lastAttempt = (deliveries: readonly Delivery[], id: string): Delivery | undefined =>
  deliveries.find(({ notificationIds }) => notificationIds.includes(id))

/** Pauses between checks for the result of a test, in milliseconds; a minute in all. */
export const checkPausesMs: readonly number[] = [
  500, 500, 1_000, 1_000, 2_000, 2_000, 3_000, 5_000, 5_000, 10_000, 10_000, 20_000,
]
