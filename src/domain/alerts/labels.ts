// What people call the values in alerts, as short pieces of plain text that fit into a sentence. Pure.

import { actingPerson, type Names } from '../directory/names.ts'
import { nameUnknown } from '../events/describe.ts'
import { deviceTypes } from '../events/device-types.ts'
import type { StoredEvent } from '../events/event.ts'
import { eventTypeOf } from '../events/event-types.ts'
import { plainWordsOf } from '../events/sentences.ts'
import { type Guid, parseGuid } from '../guid.ts'

/** Longest name in an alert, in UTF-16 units; a longer one ends with an ellipsis. */
export const labelCharactersMax = 120

/** What people call fields that rules group by; others by their own name. */
export const fieldTitles: ReadonlyMap<string, string> = new Map(
  Object.entries({
    actingUserId: 'user',
    userId: 'user',
    actingUserName: 'user',
    actingUserEmail: 'user',
    organizationUserId: 'member',
    memberName: 'member',
    cipherId: 'item',
    itemName: 'item',
    ipAddress: 'address',
    groupId: 'group',
    groupName: 'group',
    collectionId: 'collection',
    collectionName: 'collection',
    policyId: 'policy',
    policyName: 'policy',
    deviceType: 'device',
    deviceName: 'device',
    secretId: 'secret',
    projectId: 'project',
    serviceAccountId: 'machine account',
    domainName: 'domain',
  }),
)

/** What people call the value of a field; null where it says all there is to say. */
export function labelOf(field: string, value: string, names: Names): string | null {
  const id = parseGuid(value)
  const found = id ? nameOf(field, id, names) : kindOf(field, value)
  return found === null ? null : shown(found) || null
}

/** A user's name and address, as far as the directory or the event has them; else `unknown`. */
export function personOf(event: StoredEvent, names: Names, unknown = `user ${nameUnknown}`): string {
  const { name, email } = actingPerson(names, event)
  return shown(fullName(name, email) ?? unknown)
}

/** A text as a name: one line that is read as it stands, of bounded length. */
export const shown = (text: string): string => shortened(oneLine(text), labelCharactersMax)

/** A text of at most so many UTF-16 units. */
export const shortened = (text: string, charactersMax: number): string =>
  text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1).toWellFormed()}…`

/** A text with one blank in place of several, of line ends, control characters, and characters that turn the direction of what follows. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()

function nameOf(field: string, id: Guid, names: Names): string | null {
  switch (field) {
    case 'actingUserId':
    case 'userId':
      return fullNameOf(id, names)
    case 'organizationUserId':
      return names.member(id)
    case 'groupId':
      return names.group(id)
    case 'collectionId':
      return names.collection(id)
    case 'policyId':
      return names.policy(id)
    case 'cipherId':
      return names.item(id)
    default:
      return null
  }
}

function fullNameOf(id: Guid, names: Names): string | null {
  const { name, email } = names.person(id)
  return fullName(name, email)
}

const fullName = (name: string | null, email: string | null): string | null =>
  name && email ? `${name} <${email}>` : name || email

function kindOf(field: string, value: string): string | null {
  if (field === 'type') return eventTypeOf(Number(value)) ? plainWordsOf(Number(value)) : null
  return field === 'deviceType' ? (deviceTypes[Number(value)]?.title ?? null) : null
}
