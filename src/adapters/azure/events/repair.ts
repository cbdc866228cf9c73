// Repairs the event table: what can be made again from other rows is; what cannot is moved to the table `damage`, so that readers need not search for it again.

import { copyRemoved } from '../damage/damage-log.ts'
import type { StoredRow } from '../rows.ts'
import type { Storage } from '../storage.ts'
import type { Table } from '../table.ts'
import { type EventFault, listAgain } from './check.ts'
import { type FeedRow, feedColumnsOf } from './feed-rows.ts'
import { readHead, restore } from './head.ts'
import { type EventMender, eventMender } from './mend.ts'
import { feedKey, firstNumberOf, headKey } from './row-keys.ts'

const dayMs = 86_400_000

/** Repairs faults of the event table, heads and feed rows first: the others are made from them. */
export async function repairEvents(
  storage: Storage,
  table: Table,
  faults: readonly EventFault[],
  done: (fault: EventFault, became: string) => void,
): Promise<void> {
  const mender = eventMender({ msMax: dayMs, readingsMax: Number.POSITIVE_INFINITY })
  for (const fault of faults.toSorted((one, other) => orderOf(one) - orderOf(other))) {
    done(fault, await repairEvent(storage, table, mender, fault))
  }
}

const orderOf = (fault: EventFault): number => (fault.rowKey === headKey ? 0 : fault.rowKey.startsWith('Seq=') ? 1 : 2)

async function repairEvent(storage: Storage, table: Table, mender: EventMender, fault: EventFault): Promise<string> {
  const { partitionKey, rowKey } = fault
  if (fault.kind === 'unlisted') {
    await listAgain(table, fault)
    return 'Listed again'
  }
  if (fault.kind === 'gap')
    return repairedFeedRow(storage, table, fault, await mender.feedRow(table, partitionKey, fault.number))
  if (rowKey === headKey) {
    const { count } = await readHead(table, partitionKey)
    return `Counted anew, ${count} in all`
  }
  if (rowKey.startsWith('Seq=') && Number.isSafeInteger(firstNumberOf(rowKey))) {
    const row = await mender.feedRow(table, partitionKey, firstNumberOf(rowKey), fault.raw)
    return repairedFeedRow(storage, table, fault, row, fault.raw)
  }
  if (await mender.listRow(table, partitionKey, fault.raw)) return 'Made again from the feed'
  await takeOut(storage, table, fault, fault.raw)
  return 'Taken out, as no other row has its event'
}

/** Writes a feed row with lost events so that it says which they are; resolves to what became of it, as a text. */
async function repairedFeedRow(
  storage: Storage,
  table: Table,
  fault: EventFault,
  row: FeedRow,
  raw?: StoredRow,
): Promise<string> {
  const lost = row.events.flatMap((event, index) => (event ? [] : [row.first + index]))
  if (lost.length === 0) return 'Made again from the lists'
  const { partitionKey, reason } = fault
  const keys = { partitionKey, rowKey: feedKey(row.first) }
  if (raw) await copyRemoved(storage, { table: table.name, ...keys, reason }, raw)
  await restore(table, { ...keys, ...feedColumnsOf(row.events, row.storedAt) }, raw)
  return `Lost for good: events ${lost.join(', ')}`
}

async function takeOut(storage: Storage, table: Table, { partitionKey, rowKey, reason }: EventFault, raw: StoredRow) {
  await copyRemoved(storage, { table: table.name, partitionKey, rowKey, reason }, raw)
  await table.remove({ partitionKey, rowKey })
}
