// The cases beside the built-in rules: read from YAML, and made into events as a store would hold them.
import * as v from 'valibot'
import { parse } from 'yaml'
import { knownLists, type ListKind, ListName, type ValueList } from '../../src/domain/alerts/lists/value-list.ts'
import { AcceptedEvent, type StoredEvent } from '../../src/domain/events/event.ts'
import { guidOfContent } from '../../src/domain/guid.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { acme } from '../support/events.ts'
import { idOf, type NameKind } from './cast.ts'

/** Midnight before the first day of every case: a Monday. */
export const startMs = Date.UTC(2026, 2, 2)

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const span = v.pipe(
  v.string(),
  v.regex(/^\d+[smhd]$/),
  v.transform((text) => Number(text.slice(0, -1)) * (unitMs[text.slice(-1)] ?? 0)),
)
/** `09:00`, `09:00:30` or `3d 09:00`: a time of the first day, or so many days later; Unix ms. */
const at = v.pipe(
  v.string(),
  v.regex(/^(?:\d+d )?\d\d:\d\d(?::\d\d)?$/),
  v.transform((text) => {
    const [, days = '0', hours, minutes, seconds = '0'] = /^(?:(\d+)d )?(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
    return (
      startMs +
      Number(days) * 86_400_000 +
      Number(hours) * 3_600_000 +
      Number(minutes) * 60_000 +
      Number(seconds) * 1_000
    )
  }),
)
/** `12 every 10s`. */
const repeat = v.pipe(
  v.string(),
  v.regex(/^\d+ every \d+[smhd]$/),
  v.transform((text) => {
    const [times = '', every = ''] = text.split(' every ')
    return { times: Number(times), everyMs: v.parse(span, every) }
  }),
)
const name = v.optional(v.string())

const CaseEvent = v.strictObject({
  at,
  type: v.number(),
  user: name,
  member: name,
  item: name,
  policy: name,
  object: name,
  objectName: name,
  collection: name,
  group: name,
  send: name,
  secret: name,
  machine: name,
  /** The machine account that is created or given. */
  granted: name,
  ip: name,
  domain: name,
  device: v.optional(v.number()),
  repeat: v.optional(repeat, '1 every 1s'),
  arrivedLate: v.optional(span, '0s'),
})
type CaseEvent = v.InferOutput<typeof CaseEvent>

const Expected = v.strictObject({
  group: v.record(v.string(), v.string()),
  count: v.optional(v.number()),
  from: v.optional(at),
})

const Case = v.strictObject({
  name: v.string(),
  events: v.array(CaseEvent),
  /** The values of lists by their names: networks, and else names of users, items or machines. */
  lists: v.optional(v.record(v.string(), v.array(v.string())), {}),
  /** Until when time passes; else until the last event. */
  until: v.optional(at),
  expect: v.array(Expected),
})
/** A case: events, and the alerts they lead to, in order of time. */
export type Case = v.InferOutput<typeof Case>
/** An expected alert; omitted properties are not compared. */
type Expected = v.InferOutput<typeof Expected>

/** The cases of a file. */
export const readCases = (text: string): readonly Case[] => v.parse(v.pipe(v.array(Case), v.minLength(1)), parse(text))

const kindsOfLists: Readonly<Partial<Record<ListKind, NameKind>>> = {
  people: 'user',
  items: 'item',
  serviceAccounts: 'machine',
}

/** The lists of a case as an organization stores them. */
export const listsOf = ({ lists }: Case): readonly ValueList[] =>
  Object.entries(lists).map(([name, names]) => {
    const kind = knownLists.get(name) ?? 'text'
    const named = kindsOfLists[kind]
    const values = names.map((each) => (named ? idOf(named, each) : each))
    return { name: v.parse(ListName, name), kind, values, changedAt: instantAt(startMs), changedBy: acme }
  })

/** An event of a case, and when it was stored (Unix ms). */
export type Arrival = { readonly event: StoredEvent; readonly arrivedAt: number }

/** The events of a case, in order of their dates. `#` in a name is the number of the repetition, from 1. */
export const arrivalsOf = ({ events }: Case): readonly Arrival[] =>
  events
    .flatMap((each, place) =>
      Array.from({ length: each.repeat.times }, (_, index) => ({
        event: eventOf(each, place, index),
        arrivedAt: each.at + index * each.repeat.everyMs + each.arrivedLate,
      })),
    )
    .sort((one, other) => (one.event.date < other.event.date ? -1 : one.event.date > other.event.date ? 1 : 0))

function eventOf(each: CaseEvent, place: number, index: number): StoredEvent {
  const named = (text: string | undefined) => text?.replaceAll('#', String(index + 1))
  const id = (kind: NameKind, name = each[kind]) => {
    const given = named(name)
    return given === undefined ? undefined : idOf(kind, given)
  }
  const members = {
    type: each.type,
    organizationId: acme,
    deviceType: each.device,
    actingUserId: id('user'),
    organizationUserId: id('member'),
    cipherId: id('item'),
    policyId: id('policy'),
    objectId: id('object'),
    objectName: each.objectName,
    collectionId: id('collection'),
    groupId: id('group'),
    sendId: id('send'),
    secretId: id('secret'),
    serviceAccountId: id('machine'),
    grantedServiceAccountId: each.granted && id('machine', each.granted),
    ipAddress: named(each.ip),
    domainName: named(each.domain),
  }
  return v.parse(AcceptedEvent, {
    id: guidOfContent('case event', place, index),
    date: instantAt(each.at + index * each.repeat.everyMs),
    ...Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)),
  })
}

const kinds: Readonly<Record<string, NameKind>> = {
  actingUserId: 'user',
  organizationUserId: 'member',
  cipherId: 'item',
  policyId: 'policy',
  objectId: 'object',
  sendId: 'send',
  serviceAccountId: 'machine',
  machine: 'machine',
  userId: 'user',
}

/** A group as alerts name it, from the names of a case. */
export const groupOf = ({ group }: Expected): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(group).map(([field, value]) => {
      const kind = kinds[field]
      return [field, kind ? idOf(kind, value) : value]
    }),
  )
