// Events in the words of messages: who did what to what, by name where one is known, from where. Pure.
import { describe, nameUnknown, type ThingNames } from '../../events/describe.ts'
import { deviceTypes } from '../../events/device-types.ts'
import type { StoredEvent } from '../../events/event.ts'
import type { EventFacts } from './notification.ts'
import { cut } from './plain-text.ts'

/** What is known of an event beside itself, under the names of rules' fields. */
type Fields = EventFacts['fields']

/** Longest name and longest sentence in a line of a message, in UTF-16 units. */
const nameCharsMax = 120
const sentenceCharsMax = 240

/** Who acted: name and address, "user (name unknown)" for a person without one, null for an event without a person. */
export function whoOf(event: StoredEvent, fields: Fields): string | null {
  const { actingUserName, actingUserEmail } = fields
  const known =
    actingUserName && actingUserEmail ? `${actingUserName} <${actingUserEmail}>` : actingUserName || actingUserEmail
  if (known) return cut(String(known), nameCharsMax)
  return event.actingUserId ? `user ${nameUnknown}` : null
}

/** The sentence of an event, with names: "Viewed item Bank.". */
export const sentenceOf = (event: StoredEvent, fields: Fields): string =>
  cut(describe(event, namesIn(fields)), sentenceCharsMax)

/** The device in words; null if the event has none that is known. */
export const deviceOf = ({ deviceType }: StoredEvent): string | null => deviceTypes[deviceType ?? -1]?.title ?? null

/** "Alice <alice@acme.test>: Viewed item Bank, from 203.0.113.7, Windows" */
export function lineOfEvent(event: StoredEvent, fields: Fields): string {
  const who = whoOf(event, fields)
  const what = sentenceOf(event, fields).replace(/\.$/, '')
  const from = event.ipAddress ? `from ${event.ipAddress}` : null
  return `${who === null ? '' : `${who}: `}${[what, from, deviceOf(event)].filter(Boolean).join(', ')}`
}

function namesIn(fields: Fields): ThingNames {
  const name = (field: string) => () => {
    const value = fields[field]
    return value ? cut(String(value), nameCharsMax) : null
  }
  return {
    member: name('memberName'),
    group: name('groupName'),
    collection: name('collectionName'),
    policy: name('policyName'),
    item: name('itemName'),
  }
}
