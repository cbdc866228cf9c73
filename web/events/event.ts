// An event as lists and the feed answer it, and what is said of it: who, by which app, in which words. Pure.
import { fieldOfPlaceholder, hasId, sentenceParts } from '../../src/domain/events/sentences.ts'
import { systemUsers } from '../../src/domain/events/system-users.ts'
import { type JsonRecord, number, numberOrNull, record, text, textOrNull, type Unread } from '../api/read.ts'
import type { MemberEvent } from '../api/types.ts'

/** `raw` is the whole answer, with members that this page does not know too. */
export type ListedEvent = {
  readonly id: string
  readonly type: number
  readonly date: string
  readonly deviceType: number | null
  readonly ipAddress: string | null
  readonly actingUserId: string | null
  readonly actor: Actor
  readonly raw: JsonRecord
}

/** Who did it: a name to show, and the id and address behind it as far as they are known. */
export type Actor = { readonly name: string | null; readonly email: string | null }

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
    raw: record(json),
  }
}

function actorOf(from: Unread<MemberEvent>, actingUserId: string | null): Actor {
  const email = textOrNull(from, 'actingUserEmail')
  const system = numberOrNull(from, 'systemUser')
  const nameless = actingUserId !== null ? shortId(actingUserId) : system === null ? null : systemUsers[system]
  return { name: textOrNull(from, 'actingUserName') ?? email ?? nameless ?? null, email }
}

/** How many characters of an id stand for it. */
const shortIdCharacters = 8
export const shortId = (id: string): string => id.slice(0, shortIdCharacters)

/** The members that hold the name of what a place in a sentence stands for. */
const nameMembers: Readonly<Record<string, string>> = {
  member: 'memberName',
  group: 'groupName',
  collection: 'collectionName',
  policy: 'policyName',
  domain: 'domainName',
  object: 'objectName',
}

/** Words, or what somebody else named: that is shown set apart, since it may be written in any direction. */
export type Phrase = { readonly kind: 'words' | 'name' | 'id'; readonly text: string }

/** What happened, in one sentence with names in place of ids; an id without a name shows its first characters. */
export function phrasesOf({ type, raw }: ListedEvent): readonly Phrase[] {
  return sentenceParts(type).flatMap((part): Phrase[] => {
    if (typeof part === 'string') return part === '' ? [] : [{ kind: 'words', text: part }]
    const member = nameMembers[part.placeholder]
    const name = member === undefined ? null : textOrNull(raw, member)
    if (name !== null) return [{ kind: 'name', text: name }]
    const id = hasId(part.placeholder) ? textOrNull(raw, fieldOfPlaceholder[part.placeholder]) : null
    return id === null ? [] : [{ kind: 'id', text: shortId(id) }]
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
