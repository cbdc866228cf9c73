// Reads what is known of an item or a secret, and of an address: who had to do with it. From tallies, never from events.
import type { Guid } from '../../domain/guid.ts'
import type { Thing } from '../../domain/tallies/tally.ts'
import { byLast, changesView, isChangedSince, isOne, presenceView, useView } from '../../domain/tallies/views.ts'
import { itemsOf, namesForLog } from '../directory/facts.ts'
import { itemIn, nameOf, type TalliesPorts, upToOf } from './read-actor.ts'

/** Most people and machine accounts that one thing is shown with. */
const actorsShownMax = 1_000

/** An item or a secret, with those who saw or changed it; undefined if neither the directory nor the log knows it. */
export async function readItem(ports: TalliesPorts, organizationId: Guid, kind: 'item' | 'secret', id: Guid) {
  const { directory } = ports
  const [items, { one, all, names, upTo }] = await Promise.all([
    kind === 'item' ? itemsOf(directory, [id]) : new Map<Guid, never>(),
    readThing(ports, organizationId, { kind, id }),
  ])
  const item = itemIn(items, organizationId, id)
  if (!item && one.length === 0) return undefined
  const changes = all.find(({ actor }) => !isOne(actor))
  return {
    object: kind,
    id,
    name: item?.name ?? null,
    isCritical: item?.critical === true,
    isDeleted: item?.deleted ?? null,
    collections: (item?.collections ?? []).map((collection) => ({
      id: collection,
      name: names.collection(collection),
    })),
    ...changesView(changes),
    actors: one.map((each) => ({
      kind: each.actor.kind,
      id: each.actor.id,
      ...nameOf(each.actor, names),
      ...useView(each),
      isChangedSince: isChangedSince(each, changes),
    })),
    upTo,
  }
}

/** An address, with those who were active from there or whose login failed there; undefined if the log does not know it. */
export async function readAddress(ports: TalliesPorts, organizationId: Guid, address: string) {
  const { one, names, upTo } = await readThing(ports, organizationId, { kind: 'address', id: address })
  if (one.length === 0) return undefined
  return {
    object: 'address',
    address,
    actors: one.map((each) => ({
      kind: each.actor.kind,
      id: each.actor.id,
      ...nameOf(each.actor, names),
      ...presenceView(each),
    })),
    upTo,
  }
}

async function readThing(ports: TalliesPorts, organizationId: Guid, thing: Thing) {
  const [all, names, upTo] = await Promise.all([
    ports.tallies.ofThing(organizationId, thing, actorsShownMax + 1),
    namesForLog(ports.directory, { kind: 'organization', id: organizationId }),
    upToOf(ports, organizationId),
  ])
  return { all, names, upTo, one: all.filter(({ actor }) => isOne(actor)).sort(byLast) }
}
