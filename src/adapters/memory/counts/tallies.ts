// Tallies in memory: for tests and for trying things out. Keeps every promise of the port but durability.
import type { Guid } from '../../../domain/guid.ts'
import { keyOf, type Tally } from '../../../domain/tallies/tally.ts'
import type { Tallies, TallyProgress } from '../../../ports/counts/tallies.ts'

type Organization = { readonly progress: TallyProgress; readonly tallies: ReadonlyMap<string, Tally> }

const unknown: Organization = { progress: { checkpoint: null, countedTo: null, version: null }, tallies: new Map() }

/** No tallies yet. */
export function memoryTallies(): Tallies {
  const organizations = new Map<Guid, Organization>()
  const of = (id: Guid) => organizations.get(id) ?? unknown
  const listed = (id: Guid, wanted: (tally: Tally) => boolean, limit: number, orderOf: (tally: Tally) => string) =>
    [...of(id).tallies.values()]
      .filter(wanted)
      .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1))
      .slice(0, limit)

  return {
    progressOf: async (id) => of(id).progress,
    talliesOf: async (id, keys) => keys.flatMap((key) => of(id).tallies.get(keyOf(key)) ?? []),
    ofActor: async (id, actor, { kind, from = '', limit }) =>
      listed(
        id,
        ({ actor: { kind: actorKind, id: actorId }, thing }) =>
          actorKind === actor.kind && actorId === actor.id && thing.kind === kind && thing.id >= from,
        limit,
        ({ thing }) => thing.id,
      ),
    ofThing: async (id, thing, limit) =>
      listed(
        id,
        (tally) => tally.thing.kind === thing.kind && tally.thing.id === thing.id,
        limit,
        ({ actor }) => `${actor.kind}~${actor.id}`,
      ),
    commit: async (id, { version }, { checkpoint, countedTo, tallies }) => {
      const before = of(id)
      if (before.progress.version !== version) return undefined
      const progress = { checkpoint, countedTo, version: String(Number(version ?? 0) + 1) }
      const added = tallies.map((tally) => [keyOf(tally), tally] as const)
      organizations.set(id, { progress, tallies: new Map([...before.tallies, ...added]) })
      return progress
    },
    startAnew: async (id) => {
      const version = String(Number(of(id).progress.version ?? 0) + 1)
      organizations.set(id, { progress: { checkpoint: null, countedTo: null, version }, tallies: new Map() })
    },
    check: async () => {},
  }
}
