// The types of events behind the overview's numbers, so that their links show just these. Pure.
import { eventTypes } from '../../src/domain/events/event-types.ts'

// src/domain/summary/summary.ts counts by the same; it is not imported, as it would bring its schemas along. A test compares them.
const typesNamed = (pattern: RegExp): readonly number[] =>
  eventTypes.filter(({ name }) => pattern.test(name)).map(({ code }) => code)

/** Failed logins. */
export const failedTypes = typesNamed(/^User_FailedLogIn/)
/** Views and copies of secrets. */
export const secretTypes = typesNamed(/^Cipher_Client(Viewed|Copied|Toggled\w+Visible)|^Secret_Retrieved$/)
