// Events of a source for tests, and how those of the source and of the log are compared.
import type { Arrival, PublicEvent } from '../../../local/bitwarden/events.ts'
import { publicEvent } from '../../../local/bitwarden/traffic.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import { formatInstant, instantAt } from '../../../src/domain/instant.ts'
import { alice, guid } from '../events.ts'

/** An item viewed at this time (Unix ms), that the server has at once or so much later. */
export const viewedAt = (ms: number, lateMs = 0, event: Partial<PublicEvent> = {}): Arrival => {
  const date = formatInstant(instantAt(ms))
  const viewed = publicEvent({ type: 1107, date, itemId: guid(1, 'd'), actingUserId: alice, device: 9, ...event })
  return { appearsAt: ms + lateMs, event: viewed }
}

/** What the source shows of an event. */
export const ofSource = ({ type, itemId, actingUserId, date, device, ipAddress }: PublicEvent): string =>
  [type, itemId, actingUserId, new Date(date).getTime(), device, ipAddress].join()

/** The same of the log. */
export function ofLog(event: StoredEvent): string {
  const date = event.clientDate || formatInstant(event.date)
  const { type, cipherId, actingUserId, deviceType, ipAddress } = event
  return [type, cipherId, actingUserId, new Date(date).getTime(), deviceType, ipAddress].join()
}
