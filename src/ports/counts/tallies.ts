// The port of tallies: what each actor of an organization did with each thing.
import type { Guid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import type { Actor, Tally, TallyKey, Thing, ThingKind } from '../../domain/tallies/tally.ts'
import type { HealthCheck } from '../health-check.ts'

/** How far the events of an organization are counted. */
export type TallyProgress = {
  /** The cursor of the organization's feed up to which every event is counted; null: none is. */
  readonly checkpoint: Cursor | null
  /** When the last counted event was stored (Unix ms); null: none is. */
  readonly countedTo: number | null
  /** The version of this progress, opaque to all but the store; null: nothing is stored yet. */
  readonly version: string | null
}

/** The things of one kind from an id on, the whole kind if it is absent; `limit` at most. */
type ThingRange = { readonly kind: ThingKind; readonly from?: string; readonly limit: number }

/** The tallies that some events changed, each whole, and how far is counted with them. */
export type TallyStep = {
  readonly checkpoint: Cursor
  readonly countedTo: number
  readonly tallies: readonly Tally[]
}

/**
 * The tallies of every organization. If the progress or a tally that is to be changed is unreadable, `progressOf` and `talliesOf` throw
 * `Damaged` until `startAnew`, after which the organization's events are counted again from the feed.
 */
export type Tallies = HealthCheck & {
  /** An organization's progress; with nulls if it is unknown. */
  readonly progressOf: (organizationId: Guid) => Promise<TallyProgress>
  /** The tallies of these keys, without those that there are none of. */
  readonly talliesOf: (organizationId: Guid, keys: readonly TallyKey[]) => Promise<readonly Tally[]>
  /** What an actor did with the things of one kind, in the order of their ids, from the id `from` on, `limit` at most. Skips what cannot be read. */
  readonly ofActor: (organizationId: Guid, actor: Actor, things: ThingRange) => Promise<readonly Tally[]>
  /** What every actor did with a thing, in the order of their ids, `limit` at most. Skips what cannot be read. */
  readonly ofThing: (organizationId: Guid, thing: Thing, limit: number) => Promise<readonly Tally[]>
  /**
   * Stores a step and resolves to the progress after it. Undefined if another step was stored since `progress` was read; then nothing
   * is stored, or, of a step too large to be stored at once, a first part. A step that was cut short is made again: the progress
   * changes with its last part.
   */
  readonly commit: (
    organizationId: Guid,
    progress: TallyProgress,
    step: TallyStep,
  ) => Promise<TallyProgress | undefined>
  /**
   * Deletes an organization's tallies and its progress, so that counting begins with the feed's first event; `commit` stores no step
   * over a progress that was read before. Repeat this if it fails, or if `progressOf` still throws `Damaged`.
   */
  readonly startAnew: (organizationId: Guid) => Promise<void>
}
