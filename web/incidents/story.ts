// The story of an incident and its timeline as the page holds them, read from responses of the API. Pure.
import {
  boolean,
  booleanOrNull,
  type Immutable,
  list,
  number,
  oneOf,
  record,
  recordOrNull,
  text,
  textItem,
  textOrNull,
} from '../api/read.ts'
import type * as Api from '../api/types.ts'

type ApiStory = Api.IncidentStory
type ApiAddress = ApiStory['addresses'][number]
type ApiTaken = ApiStory['taken']
type ApiItem = ApiTaken['items'][number]

export type Person = Immutable<Omit<ApiStory['who'][number], 'kind'>> & { readonly kind: string }
export type Place = Immutable<Omit<NonNullable<ApiAddress['place']>, 'networkNumber'>>
export type StoryAddress = Immutable<Omit<ApiAddress, 'place'>> & { readonly place: Place | null }
/** `how` may have ways that the page does not know. */
export type TakenItem = Immutable<Omit<ApiItem, 'how' | 'at'>> & { readonly how: readonly string[] }
type Export = Immutable<Omit<ApiTaken['exports'][number], 'eventId'>>
export type Taken = Immutable<Pick<ApiTaken, 'itemCount' | 'criticalCount' | 'secretCount'>> & {
  readonly items: readonly TakenItem[]
  readonly exports: readonly Export[]
}

export type Story = Immutable<Pick<ApiStory, 'sentence' | 'whatToDo' | 'isPartial'>> & {
  readonly who: readonly Person[]
  readonly addresses: readonly StoryAddress[]
  readonly taken: Taken
}

/** An alert that was raised, or events of one kind. */
export type TimelineEntry = Immutable<Omit<Api.IncidentTimelineEntry, 'eventCount'>>

/** Reads a story. */
export function storyOf(json: unknown): Story {
  const from = record<ApiStory>(json)
  return {
    sentence: text(from, 'sentence'),
    who: list(from, 'who', personOf),
    addresses: list(from, 'addresses', addressOf),
    taken: takenOf(from.taken),
    whatToDo: list(from, 'whatToDo', textItem),
    isPartial: boolean(from, 'isPartial'),
  }
}

/** Reads an entry of a timeline. */
export function timelineEntryOf(json: unknown): TimelineEntry {
  const from = record<Api.IncidentTimelineEntry>(json)
  return {
    date: text(from, 'date'),
    until: text(from, 'until'),
    kind: oneOf(from, 'kind', ['alert', 'events']),
    alertId: textOrNull(from, 'alertId'),
    eventId: textOrNull(from, 'eventId'),
    ipAddress: textOrNull(from, 'ipAddress'),
    isSuspicious: boolean(from, 'isSuspicious'),
    text: text(from, 'text'),
  }
}

function personOf(json: unknown): Person {
  const from = record<Person>(json)
  return {
    kind: text(from, 'kind'),
    value: text(from, 'value'),
    label: textOrNull(from, 'label'),
    role: oneOf(from, 'role', ['acted', 'target']),
  }
}

function addressOf(json: unknown): StoryAddress {
  const from = record<ApiAddress>(json)
  return {
    address: text(from, 'address'),
    isNew: boolean(from, 'isNew'),
    firstAt: textOrNull(from, 'firstAt'),
    lastAt: textOrNull(from, 'lastAt'),
    eventCount: number(from, 'eventCount'),
    place: placeOf(from.place),
  }
}

function placeOf(json: unknown): Place | null {
  const from = recordOrNull<Place>(json)
  if (from === null) return null
  const isHosting = booleanOrNull(from, 'isHosting')
  return { country: textOrNull(from, 'country'), networkName: textOrNull(from, 'networkName'), isHosting }
}

function takenOf(json: unknown): Taken {
  const from = record<ApiTaken>(json)
  return {
    itemCount: number(from, 'itemCount'),
    criticalCount: number(from, 'criticalCount'),
    secretCount: number(from, 'secretCount'),
    items: list(from, 'items', itemOf),
    exports: list(from, 'exports', exportOf),
  }
}

function itemOf(json: unknown): TakenItem {
  const from = record<ApiItem>(json)
  return {
    itemId: text(from, 'itemId'),
    name: textOrNull(from, 'name'),
    isCritical: boolean(from, 'isCritical'),
    how: list(from, 'how', textItem),
    changedAt: textOrNull(from, 'changedAt'),
  }
}

function exportOf(json: unknown): Export {
  const from = record<Export>(json)
  return { at: text(from, 'at'), what: oneOf(from, 'what', ['organization', 'individual']), by: text(from, 'by') }
}
