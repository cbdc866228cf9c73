// The types of events that the overview counts, for links to exactly these events. Pure.
import { eventTypes } from '../../src/domain/events/event-types.ts'

// src/domain/summary/summary.ts counts the same types; it is not imported, since the page would bundle its schemas. A test compares them.
const typesNamed = (pattern: RegExp): readonly number[] =>
  eventTypes.filter(({ name }) => pattern.test(name)).map(({ code }) => code)

/** Failed logins. */
export const failedTypes = typesNamed(/^User_FailedLogIn/)
/** Views and copies of secrets. */
export const secretTypes = typesNamed(/^Cipher_Client(Viewed|Copied|Toggled\w+Visible)|^Secret_Retrieved$/)
