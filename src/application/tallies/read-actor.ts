// Reads what is known of a person or a machine account: from the directory and from tallies, never from events.
import { inParallel } from '../../concurrency/parallel.ts'
import { roleOf } from '../../domain/directory/authorize.ts'
import { type Former, type Member, memberStatus, type Organization } from '../../domain/directory/directory.ts'
import type { Names } from '../../domain/directory/names.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import { formatInstant, instantAt } from '../../domain/instant.ts'
import { type Actor, anyone, type Tally, type ThingKind } from '../../domain/tallies/tally.ts'
import { byLast, changesView, deviceNameOf, isChangedSince, presenceView, useView } from '../../domain/tallies/views.ts'
import type { Tallies } from '../../ports/counts/tallies.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import type { EventStore } from '../../ports/events.ts'
import { itemsOf, namesForLog } from '../directory/facts.ts'
import { countedUpTo } from '../summary/count-feed.ts'

/** Most addresses, and most devices, that a person is shown with: the first by their ids. */
const addressesShownMax = 200
/** How many days back a person's days are shown. */
const daysShownMax = 92
/** Most items and secrets of a person that are read. */
const usesReadMax = 5_000
const dayMs = 86_400_000

export type TalliesPorts = {
  readonly directory: DirectoryReader
  readonly store: Pick<EventStore, 'feed'>
  readonly tallies: Tallies
  readonly now: () => number
}

/** A person, by the id of the account or of a member. */
export async function personOf(ports: TalliesPorts, organizationId: Guid, id: Guid): Promise<Actor> {
  const organization = await unlessDamaged(ports.directory.organization(organizationId))
  const members = organization ? [...organization.members, ...organization.former.members] : []
  const account = members.find((member) => member.id === id && member.userId !== null)?.userId
  return { kind: 'person', id: account ?? id }
}

/** Most people that a list has. */
const peopleListedMax = 5_000

/**
 * The people that the directory knows in an organization, former ones too, by name; each account once. `isPartial` if there are more
 * than are listed.
 */
export async function listPeople({ directory }: Pick<TalliesPorts, 'directory'>, organizationId: Guid) {
  const organization = await directory.organization(organizationId)
  if (!organization) return { object: 'list', data: [], isPartial: false }
  const people = new Map<Guid, { readonly person: Named; readonly view: () => object }>()
  for (const member of organization.members) {
    if (member.userId) people.set(member.userId, { person: member, view: () => membershipView(member, organization) })
  }
  for (const former of organization.former.members.toReversed()) {
    const { userId } = former
    if (userId && !people.has(userId)) people.set(userId, { person: former, view: () => formerView(former) })
  }
  const sorted = [...people]
    .map(
      ([
        id,
        {
          person: { name, email },
          view,
        },
      ]) => ({ id, name, email, view, order: orderOf(name ?? email) }),
    )
    .sort((one, other) => (one.order < other.order ? -1 : 1))
  const data = sorted.slice(0, peopleListedMax).map(({ id, name, email, view }) => ({ id, name, email, ...view() }))
  return { object: 'list', data, isPartial: sorted.length > peopleListedMax }
}

type Named = { readonly name: string | null; readonly email: string | null }

/** Those without a name come last. */
const orderOf = (name: string | null): string => (name === null ? '\uffff' : name.toLowerCase())

/**
 * Who an actor is, and when, from where and with which devices active. Undefined if neither the directory nor the log knows
 * the actor.
 */
export async function readActor(ports: TalliesPorts, organizationId: Guid, actor: Actor) {
  const { directory, tallies, now } = ports
  const things = (kind: ThingKind, limit: number, from?: string) =>
    tallies.ofActor(organizationId, actor, { kind, limit, ...(from !== undefined && { from }) })
  const firstDay = instantAt(now() - (daysShownMax - 1) * dayMs).slice(0, 10)
  const [organization, names, upTo, addresses, devices, days] = await Promise.all([
    directory.organization(organizationId),
    namesForLog(directory, { kind: 'organization', id: organizationId }),
    upToOf(ports, organizationId),
    things('address', addressesShownMax),
    things('device', addressesShownMax),
    things('day', daysShownMax + 2, firstDay),
  ])
  const membership = actor.kind === 'person' ? membershipOf(organization, actor.id) : noMembership
  const isKnown = membership.memberId !== null || [addresses, devices, days].some((some) => some.length > 0)
  if (!isKnown) return undefined
  return {
    object: 'actor',
    kind: actor.kind,
    id: actor.id,
    ...nameOf(actor, names),
    ...membership,
    days: days.map((day) => ({ date: day.thing.id, ...presenceView(day) })),
    addresses: addresses.toSorted(byLast).map((each) => ({ address: each.thing.id, ...presenceView(each) })),
    devices: devices
      .toSorted(byLast)
      .map((each) => ({ deviceType: Number(each.thing.id), name: deviceNameOf(each), ...presenceView(each) })),
    upTo,
  }
}

/** Until when everything that was stored is counted. */
export async function upToOf({ store, tallies, now }: TalliesPorts, organizationId: Guid): Promise<string | null> {
  const ms = await countedUpTo(store, organizationId, await tallies.progressOf(organizationId), now)
  return ms === null ? null : formatInstant(instantAt(ms))
}

/** The name and the e-mail address of an actor, as far as known. */
export const nameOf = ({ kind, id }: Actor, names: Names) =>
  kind === 'person' ? names.person(id) : { name: null, email: null }

const noMembership = {
  memberId: null,
  role: null,
  status: null,
  twoStepLogin: null,
  isFormer: false,
  groups: [],
} as const

/** What a person is in the organization, or was last: then `isFormer`. */
function membershipOf(organization: Organization | undefined, userId: Guid) {
  const is = (each: { readonly userId: Guid | null }) => each.userId === userId
  const member = organization?.members.find(is)
  if (organization && member) return membershipView(member, organization)
  const former = organization?.former.members.findLast(is)
  return former ? formerView(former) : noMembership
}

function membershipView(member: Member, organization: Organization) {
  const groups = organization.groups.filter(({ id }) => member.groups.includes(id))
  return {
    memberId: member.id,
    role: roleOf(member),
    status: statusNames.get(member.status) ?? null,
    twoStepLogin: member.twoFactorEnabled,
    isFormer: false,
    groups: groups.map(({ id, name }) => ({ id, name })),
  }
}

const formerView = ({ id, type }: Former['members'][number]) => ({
  ...noMembership,
  memberId: id,
  role: type === undefined ? null : roleOf({ type }),
  isFormer: true,
})

const statusNames = new Map(Object.entries(memberStatus).map(([name, status]) => [status, name]))

/**
 * The items and secrets that an actor had to do with, the latest first; `isPartial` if there are more than are read. Each says
 * whether it was changed since the actor saw it.
 */
export async function readUses({ directory, tallies }: TalliesPorts, organizationId: Guid, actor: Actor) {
  const [items, secrets] = await Promise.all(
    (['item', 'secret'] as const).map((kind) =>
      tallies.ofActor(organizationId, actor, { kind, limit: usesReadMax + 1 }),
    ),
  )
  const all = [...(items ?? []), ...(secrets ?? [])].sort(byLast)
  const uses = all.slice(0, usesReadMax)
  const [changes, known] = await Promise.all([
    changesOf(tallies, organizationId, uses),
    itemsOf(directory, idsOf(uses)),
  ])
  const data = uses.map((use) => {
    const { kind, id } = use.thing
    const item = itemIn(known, organizationId, id)
    const changed = changes.get(id)
    return {
      kind,
      id,
      name: item?.name ?? null,
      isCritical: item?.critical === true,
      isDeleted: item?.deleted ?? null,
      ...useView(use),
      ...changesView(changed),
      isChangedSince: isChangedSince(use, changed),
    }
  })
  return { data, isPartial: all.length > usesReadMax }
}

type Items = Awaited<ReturnType<typeof itemsOf>>

/** The directory's item of this id, if it is the organization's. */
export function itemIn(items: Items, organizationId: Guid, id: string) {
  const parsed = parseGuid(id)
  const item = parsed && items.get(parsed)
  return item?.organizationId === organizationId ? item : undefined
}

const idsOf = (uses: readonly Tally[]): Guid[] =>
  uses.flatMap(({ thing }) => (thing.kind === 'item' ? (parseGuid(thing.id) ?? []) : []))

const keysPerRead = 500
const readsAtOnce = 4

/** What anyone changed of these things, by the id of the thing. */
async function changesOf(tallies: Tallies, organizationId: Guid, uses: readonly Tally[]) {
  const keys = uses.map(({ thing }) => ({ actor: anyone, thing }))
  const parts = Array.from({ length: Math.ceil(keys.length / keysPerRead) }, (_, index) =>
    keys.slice(index * keysPerRead, (index + 1) * keysPerRead),
  )
  const found = await inParallel(parts, readsAtOnce, (part) => tallies.talliesOf(organizationId, part))
  return new Map(found.flat().map((tally) => [tally.thing.id, tally]))
}
