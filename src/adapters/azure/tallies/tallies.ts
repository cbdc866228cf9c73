// Tallies on Azure Table storage: each in two rows, to be found by who acted and by what on, and the progress that fences each step.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { Guid } from '../../../domain/guid.ts'
import {
  type Actor,
  type Tally,
  type TallyKey,
  type Thing,
  tallyKinds,
  thingKinds,
} from '../../../domain/tallies/tally.ts'
import type { Tallies, TallyProgress, TallyStep } from '../../../ports/counts/tallies.ts'
import { replacing, transactionRowsMax, transactionsOf, writing } from '../batches.ts'
import { fenced } from '../compare-and-swap.ts'
import {
  checkCountedProgress,
  countAnew,
  countedProgressColumns,
  countedProgressKey,
  countedProgressOf,
  refuseDamaged,
} from '../counted-progress.ts'
import { checksByKind, readable, readableRows } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import { partitionOf } from '../partitions.ts'
import type { Row, RowRange } from '../rows.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'

// PartitionKey         RowKey                     holds
// Organization=<guid>  Progress                   the cursor in the feed and when the last counted event was stored; or 'anew': a row
//                                                 could not be read, so every tally is deleted and counted anew
// Organization=<guid>  Actor=<actor>__<thing>     a tally
// Organization=<guid>  On=<thing>__<actor>        the same
// An actor is person~<guid>, machine~<guid> or anyone~; a thing is item~<guid>, secret~<guid>, address~<address>, device~<number> or
// day~<YYYY-MM-DD>.

export const tallyTableName = 'tally'

const readsAtOnce = 32

const actorName = ({ kind, id }: Actor) => `${kind}~${id}`
const thingName = ({ kind, id }: Thing) => `${kind}~${inKey(id)}`
/** A text as a part of a key: anything but digits, letters, dots, colons and hyphens as its code. */
const inKey = (text: string) =>
  text.replace(/[^0-9A-Za-z.:-]/g, (character) => `=${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
const actorKey = ({ actor, thing }: TallyKey) => `Actor=${actorName(actor)}__${thingName(thing)}`
const thingKey = ({ actor, thing }: TallyKey) => `On=${thingName(thing)}__${actorName(actor)}`

/** The tallies in a storage account; the table is created at first use. */
export function tableTallies(storage: Storage): Tallies {
  const table = openTable(storage, tallyTableName, 'tally store')
  const listed = async (id: Guid, prefix: string, from: string, limit: number) => {
    const range = { partitionKey: partitionOf(id), from: prefix + from, before: `${prefix}~` }
    return (await readableRows(table, range, limit, tallyIn)).map(({ value }) => value)
  }

  return {
    progressOf: (id) => countedProgressOf(table, partitionOf(id), allTallies(partitionOf(id))),
    talliesOf: (id, keys) => talliesOf(table, partitionOf(id), keys),
    ofActor: (id, actor, { kind, from = '', limit }) =>
      listed(id, `Actor=${actorName(actor)}__${kind}~`, inKey(from), limit),
    ofThing: (id, thing, limit) => listed(id, `On=${thingName(thing)}__`, '', limit),
    commit: (id, progress, step) => commit(table, partitionOf(id), progress, step),
    startAnew: (id) => countAnew(table, partitionOf(id), allTallies(partitionOf(id))),
    check: table.check,
  }
}

/** The keys of every tally; that of the progress comes after them. */
const allTallies = (partitionKey: string): RowRange => ({ partitionKey, from: 'Actor=', before: 'On=~' })

/** The tallies of these keys. When one cannot be read, the progress says from then on that all is to be counted anew. */
async function talliesOf(table: Table, partitionKey: string, keys: readonly TallyKey[]): Promise<Tally[]> {
  let unread = 0
  const found = await inParallel(keys, readsAtOnce, async (key) => {
    const rowKeys = { partitionKey, rowKey: actorKey(key) }
    const row = await table.row(rowKeys)
    if (!row) return []
    const tally = await readable(table, rowKeys, () => tallyIn(row))
    if (!tally) unread += 1
    return tally ? [tally] : []
  })
  if (unread === 0) return found.flat()
  return refuseDamaged(table, partitionKey)
}

/** Both rows of a tally are in the same transaction; only the last one moves the checkpoint. Each is fenced by the progress. */
async function commit(
  table: Table,
  partitionKey: string,
  progress: TallyProgress,
  { checkpoint, countedTo, tallies }: TallyStep,
): Promise<TallyProgress | undefined> {
  const pairs = tallies.map((tally): TransactionAction[] => {
    const columns = jsonColumns('Data', packed(tally))
    return [actorKey(tally), thingKey(tally)].map((rowKey) => writing({ partitionKey, rowKey, ...columns }))
  })
  const parts = transactionsOf(pairs, transactionRowsMax - 1)
  if (parts.length === 0) parts.push([])
  let reached = progress
  for (const [index, part] of parts.entries()) {
    const to = index === parts.length - 1 ? { checkpoint, countedTo } : progress
    const fence = {
      partitionKey,
      rowKey: countedProgressKey,
      ...countedProgressColumns({ checkpoint: to.checkpoint, countedTo: to.countedTo }),
    }
    const version = await fenced(table, fence, (mark) =>
      table.submit([replacing({ ...fence, ...mark }, reached.version), ...part]),
    )
    if (version === undefined) return undefined
    reached = { checkpoint: to.checkpoint, countedTo: to.countedTo, version }
  }
  return reached
}

const whole = v.pipe(v.number(), v.safeInteger())
const Packed = v.object({
  actor: v.variant('kind', [
    v.object({ kind: v.picklist(['person', 'machine']), id: Guid }),
    v.object({ kind: v.literal('anyone'), id: v.literal('') }),
  ]),
  thing: v.object({ kind: v.picklist(thingKinds), id: v.string() }),
  kinds: v.array(v.tuple([v.picklist(tallyKinds), whole, whole, whole])),
  upTo: whole,
})

const packed = ({ actor, thing, kinds, upTo }: Tally): v.InferOutput<typeof Packed> => ({
  actor,
  thing,
  kinds: [...kinds].map(([kind, { count, firstAt, lastAt }]) => [kind, count, firstAt, lastAt]),
  upTo,
})

const TallyRow = v.object({ rowKey: v.string() })

/** Reads a tally; throws for a row that is another's. */
function tallyIn(row: Row): Tally {
  const { actor, thing, kinds, upTo } = jsonIn(row, 'Data', Packed)
  const known = kinds.map(([kind, count, firstAt, lastAt]) => [kind, { count, firstAt, lastAt }] as const)
  const tally: Tally = { actor, thing, kinds: new Map(known), upTo }
  v.parse(
    v.pipe(
      TallyRow,
      v.check(({ rowKey }) => [actorKey(tally), thingKey(tally)].includes(rowKey), 'another one'),
    ),
    row,
  )
  return tally
}

const repair = { kind: 'evaluate', advice: 'The next evaluation of the organization counts its events anew.' } as const

/** How rows of this table are checked, and what to do about damaged ones. */
export const tallyRows = checksByKind({
  [countedProgressKey]: { check: checkCountedProgress, repair },
  Actor: { check: tallyIn, repair },
  On: { check: tallyIn, repair },
})
