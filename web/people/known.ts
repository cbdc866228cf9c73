// What is known of people and things, as the page holds it, and how it is read from responses of the API. Pure.
import {
  boolean,
  booleanOrNull,
  type Immutable,
  list,
  number,
  record,
  recordOrNull,
  text,
  textOrNull,
} from '../api/read.ts'
import type * as Api from '../api/types.ts'
import { type Subject, subjectKinds } from '../app/router.ts'

/** A person of the organization, a former one too. */
export type Person = Immutable<Pick<Api.PersonList['data'][number], 'id' | 'name' | 'email'>> & Membership

/** How often, first and last. */
type Times = Immutable<Api.Times>

/** Activity from an address, with a device or on a day. */
export type Presence = Immutable<
  Pick<Api.Actor['days'][number], 'events' | 'logins' | 'failedLogins' | 'firstAt' | 'lastAt'>
>

/** A person or a machine account, and when, from where and with what active. */
export type Actor = {
  readonly kind: 'person' | 'machine'
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly member: Membership
  readonly days: readonly (Presence & { readonly date: string })[]
  readonly addresses: readonly (Presence & { readonly address: string })[]
  readonly devices: readonly (Presence & { readonly deviceType: number; readonly name: string | null })[]
  readonly upTo: string | null
}

/** What a person is in the organization, or was. */
export type Membership = {
  /** As the API has them. */
  readonly role: string | null
  readonly status: string | null
  readonly twoStepLogin: boolean | null
  readonly isFormer: boolean
  readonly groups: readonly string[]
}

/** How one used an item or a secret. */
export type Use = {
  readonly seen: Times | null
  /** In which ways it was seen, the first of these that apply. */
  readonly ways: readonly Way[]
  readonly changed: Times | null
  readonly isChangedSince: boolean | null
}
const ways = ['viewed', 'revealed', 'copied', 'filled', 'read'] as const
type Way = (typeof ways)[number]

/** An item or a secret that a person or a machine account had to do with. */
export type UsedItem = Use & {
  readonly subject: Subject
  readonly name: string | null
  readonly isCritical: boolean
  readonly isDeleted: boolean | null
}

/** A person or a machine account that had to do with a thing. */
type Party<T> = T & { readonly subject: Subject; readonly name: string | null; readonly email: string | null }

export type KnownItem = {
  readonly name: string | null
  readonly isCritical: boolean
  readonly isDeleted: boolean | null
  readonly collections: readonly string[]
  readonly edited: Times | null
  readonly deleted: Times | null
  readonly actors: readonly Party<Use>[]
}

type KnownAddress = { readonly address: string; readonly actors: readonly Party<Presence>[] }

/** Reads the list of people. */
export const peopleOf = (json: unknown): readonly Person[] =>
  list(record<Api.PersonList>(json), 'data', (each) => {
    const from = record<Api.PersonList['data'][number]>(each)
    return {
      id: text(from, 'id'),
      name: textOrNull(from, 'name'),
      email: textOrNull(from, 'email'),
      ...membershipOf(from),
    }
  })

/** Reads a person or a machine account. */
export function actorOf(json: unknown): Actor {
  const from = record<Api.Actor>(json)
  return {
    kind: text(from, 'kind') === 'machine' ? 'machine' : 'person',
    id: text(from, 'id'),
    name: textOrNull(from, 'name'),
    email: textOrNull(from, 'email'),
    member: membershipOf(from),
    days: list(from, 'days', (each) => ({ ...presenceOf(each), date: text(record<{ date: string }>(each), 'date') })),
    addresses: list(from, 'addresses', (each) => ({
      ...presenceOf(each),
      address: text(record<{ address: string }>(each), 'address'),
    })),
    devices: list(from, 'devices', (each) => {
      const device = record<Api.Actor['devices'][number]>(each)
      return { ...presenceOf(each), deviceType: number(device, 'deviceType'), name: textOrNull(device, 'name') }
    }),
    upTo: textOrNull(from, 'upTo'),
  }
}

/** Reads the items and secrets of one. */
export function usesOf(json: unknown): { readonly items: readonly UsedItem[]; readonly isPartial: boolean } {
  const from = record<Api.Uses>(json)
  const items = list(from, 'data', (each) => {
    const use = record<Api.Uses['data'][number]>(each)
    return {
      ...useOf(each),
      subject: subjectOf(text(use, 'kind'), text(use, 'id')),
      name: textOrNull(use, 'name'),
      isCritical: boolean(use, 'isCritical'),
      isDeleted: booleanOrNull(use, 'isDeleted'),
    }
  })
  return { items, isPartial: boolean(from, 'isPartial') }
}

/** Reads an item or a secret. */
export function itemOf(json: unknown): KnownItem {
  const from = record<Api.ItemUse>(json)
  return {
    name: textOrNull(from, 'name'),
    isCritical: boolean(from, 'isCritical'),
    isDeleted: booleanOrNull(from, 'isDeleted'),
    collections: list(from, 'collections', nameOrId),
    edited: timesOrNull(from.edited),
    deleted: timesOrNull(from.deleted),
    actors: list(from, 'actors', (each) => ({ ...useOf(each), ...partyOf(each) })),
  }
}

/** Reads an address. */
export function addressOf(json: unknown): KnownAddress {
  const from = record<Api.AddressUse>(json)
  return {
    address: text(from, 'address'),
    actors: list(from, 'actors', (each) => ({ ...presenceOf(each), ...partyOf(each) })),
  }
}

function partyOf(json: unknown) {
  const from = record<Api.AddressUse['actors'][number]>(json)
  return {
    subject: subjectOf(text(from, 'kind'), text(from, 'id')),
    name: textOrNull(from, 'name'),
    email: textOrNull(from, 'email'),
  }
}

const subjectOf = (name: string, id: string): Subject => ({
  kind: subjectKinds.find((kind) => kind === name) ?? 'person',
  id,
})

function membershipOf(json: unknown): Membership {
  const from = record<Person>(json)
  return {
    role: textOrNull(from, 'role'),
    status: textOrNull(from, 'status'),
    twoStepLogin: booleanOrNull(from, 'twoStepLogin'),
    isFormer: boolean(from, 'isFormer'),
    groups: list(from, 'groups', nameOrId),
  }
}

function nameOrId(json: unknown): string {
  const from = record<{ readonly id: string; readonly name: string | null }>(json)
  return textOrNull(from, 'name') ?? text(from, 'id')
}

function presenceOf(json: unknown): Presence {
  const from = record<Presence>(json)
  return {
    events: number(from, 'events'),
    logins: number(from, 'logins'),
    failedLogins: number(from, 'failedLogins'),
    firstAt: textOrNull(from, 'firstAt'),
    lastAt: textOrNull(from, 'lastAt'),
  }
}

function useOf(json: unknown): Use {
  const from = record<Api.Uses['data'][number]>(json)
  return {
    seen: timesOrNull(from.seen),
    ways: ways.filter((way) => number(from, way) > 0),
    changed: timesOrNull(from.changed),
    isChangedSince: booleanOrNull(from, 'isChangedSince'),
  }
}

function timesOrNull(json: unknown): Times | null {
  const from = recordOrNull<Api.Times>(json)
  return from && { count: number(from, 'count'), firstAt: text(from, 'firstAt'), lastAt: text(from, 'lastAt') }
}
