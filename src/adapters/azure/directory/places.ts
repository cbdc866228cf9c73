// Places of organizations in the directory's table: a row for each name that an organization has or had, in the order of lists.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel, once } from '../../../concurrency/parallel.ts'
import { Place, placeOf } from '../../../domain/directory/places.ts'
import { type Guid, parseGuid } from '../../../domain/guid.ts'
import { readableRows } from '../damaged-rows.ts'
import type { NewRow } from '../rows.ts'
import type { Table } from '../table.ts'
import { addRows } from './rows.ts'

// PartitionKey   RowKey        holds
// Organizations  Name=<place>  that an organization may have this place in the order of all (see domain/directory/places.ts)
// Organizations  Indexed       that organizations which earlier versions stored have such rows too

const partitionKey = 'Organizations'
const prefix = 'Name='
const indexed = { partitionKey, rowKey: 'Indexed' }
const readsAtOnce = 8

/** The row of a place. It is written before the entry of that name, and never deleted. */
export const placeRow = (place: Place): NewRow => ({ partitionKey, rowKey: `${prefix}${place}` })

type Places = { readonly after: (place: Place | null, limit: number) => Promise<readonly Place[]> }

/** The places of a table. `nameOf` gives the name in an organization's entry; '' for a damaged one, undefined without one. */
export function directoryPlaces(table: Table, nameOf: (id: Guid) => Promise<string | undefined>): Places {
  const allIndexed = once(async () => {
    if (await table.row(indexed)) return
    await indexAll(table, nameOf)
    await table.upsert(indexed)
  })

  return {
    after: async (place, limit) => {
      await allIndexed()
      // No place begins with another.
      const from = place === null ? prefix : `${prefix}${place}~`
      const range = { partitionKey, from, before: `${prefix}~`, columns: [] }
      const found = await readableRows(table, range, limit, (row) => v.parse(Place, row.rowKey.slice(prefix.length)))
      return found.map(({ value }) => value)
    },
  }
}

/** Adds the places of all organizations. An interrupted run is made again from the beginning. */
async function indexAll(table: Table, nameOf: (id: Guid) => Promise<string | undefined>): Promise<void> {
  await inParallel([...'0123456789abcdef'], readsAtOnce, async (digit) => {
    for await (const id of organizationsBeginning(table, digit)) {
      const name = await nameOf(id)
      if (name !== undefined) await addRows(table, [placeRow(placeOf({ id, name }))])
    }
  })
}

const Partition = v.object({ partitionKey: v.string() })

/** The organizations with a partition whose id begins with this digit: one request each, past all rows of the last one. */
async function* organizationsBeginning(table: Table, digit: string): AsyncGenerator<Guid> {
  const before = `Organization=${digit}~`
  for (let last = `Organization=${digit}`; ; ) {
    const filter = odata`PartitionKey gt ${last} and PartitionKey lt ${before}`
    const next = await firstPartition(table, filter)
    if (next === undefined) return
    last = next
    const id = parseGuid(next.slice('Organization='.length))
    if (id) yield id
  }
}

async function firstPartition(table: Table, filter: string): Promise<string | undefined> {
  for await (const { rows } of table.pages({ filter, columns: ['PartitionKey'] }, 1)) {
    const [row] = rows
    if (row) return v.parse(Partition, row).partitionKey
  }
  return undefined
}
