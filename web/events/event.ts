// An event from lists and the feed: its actor, and the sentence about it. Pure.
import { actorInWords, fieldOfPlaceholder, hasId, sentenceParts } from '../../src/domain/events/sentences.ts'
import { systemUserName } from '../../src/domain/events/system-users.ts'
import { type JsonRecord, number, numberOrNull, record, text, textOrNull, type Unread } from '../api/read.ts'
import type { MemberEvent } from '../api/types.ts'
import type { Subject } from '../app/router.ts'
import { subjectIn } from './subjects.ts'

/** `raw` is all of the event, with properties that this page does not know. */
export type ListedEvent = {
  readonly id: string
  readonly type: number
  readonly date: string
  readonly deviceType: number | null
  readonly ipAddress: string | null
  readonly actingUserId: string | null
  readonly actor: Actor
  /** Whether its item is marked critical. */
  readonly isCritical: boolean
  readonly raw: JsonRecord
}

/** Who did it: the name to show, and the email, as far as they are known. */
type Actor = { readonly name: string | null; readonly email: string | null }

export function listedEvent(json: unknown): ListedEvent {
  const from = record<MemberEvent>(json)
  const actingUserId = textOrNull(from, 'actingUserId')
  return {
    id: text(from, 'id'),
    type: number(from, 'type'),
    date: text(from, 'date'),
    deviceType: numberOrNull(from, 'deviceType'),
    ipAddress: textOrNull(from, 'ipAddress'),
    actingUserId,
    actor: actorOf(from, actingUserId),
    isCritical: from.itemCritical === true,
    raw: record(json),
  }
}

function actorOf(from: Unread<MemberEvent>, actingUserId: string | null): Actor {
  const email = textOrNull(from, 'actingUserEmail')
  const unknown = actingUserId && (actorInWords(number(from, 'type')) ?? shortId(actingUserId))
  const nameless = unknown ?? systemUserName(numberOrNull(from, 'systemUser'))
  return { name: textOrNull(from, 'actingUserName') ?? email ?? nameless ?? null, email }
}

/** How many characters of an id are shown in place of a name. */
const shortIdCharacters = 8
const shortId = (id: string): string => id.slice(0, shortIdCharacters)

/** The property that holds the name for a placeholder of a sentence. */
const nameProperties: Readonly<Record<string, string>> = {
  member: 'memberName',
  group: 'groupName',
  collection: 'collectionName',
  policy: 'policyName',
  item: 'itemName',
  domain: 'domainName',
  object: 'objectName',
}

/** A part of a sentence. Names are isolated, since they may be written in any direction. */
type Phrase = {
  readonly kind: 'text' | 'name' | 'id'
  readonly text: string
  /** Whom or what it names, if that has a page. */
  readonly subject?: Subject
}

/** The sentence about an event, with names in place of ids; an id without a name is shortened. */
export function phrasesOf({ type, raw }: ListedEvent): readonly Phrase[] {
  return sentenceParts(type).flatMap((part): Phrase[] => {
    if (typeof part === 'string') return part === '' ? [] : [{ kind: 'text', text: part }]
    const property = nameProperties[part.placeholder]
    const name = property === undefined ? null : textOrNull(raw, property)
    const field = hasId(part.placeholder) ? fieldOfPlaceholder[part.placeholder] : null
    const id = field && textOrNull(raw, field)
    const subject = field && id ? subjectIn(field, id) : undefined
    const text = name ?? (id && shortId(id))
    return text ? [{ kind: name === null ? 'id' : 'name', text, ...(subject && { subject }) }] : []
  })
}

/** The same as one text. */
export const sentenceOf = (event: ListedEvent): string =>
  phrasesOf(event)
    .map(({ text: phrase }) => phrase)
    .join('')
    .replace(/ +\./, '.')

/** A page of events; `next` is the token of the one after it. */
export type EventPage = { readonly events: readonly ListedEvent[]; readonly next: string | null }
