// Sources and SourceProgresses on Azure Table storage: an organization's sources are one row, the progress of each is a row of its own.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid } from '../../../domain/guid.ts'
import { Progress } from '../../../domain/sources/progress.ts'
import { Source, type SourceIds } from '../../../domain/sources/source.ts'
import { Damaged } from '../../../ports/errors.ts'
import type { SourceProgresses, Sources } from '../../../ports/sources.ts'
import { fenced, overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { checksByKind, readable } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import { partitionOf } from '../partitions.ts'
import type { Row } from '../rows.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'

// PartitionKey          RowKey           holds
// Organization=<guid>   Sources          every source of the organization, as JSON. With one row, the limit holds however many are made at once
// Organization=<guid>   Progress=<guid>  how far the source is read, as JSON

export const sourceTableName = 'source'

const sourcesKey = 'Sources'
const progressPrefix = 'Progress='

/** The sources in a storage account, and their progress; the table is created at first use. */
export function tableSources(storage: Storage): Sources & SourceProgresses {
  const table = openTable(storage, sourceTableName, 'source store')

  return {
    sourcesOf: async (organizationId) => (await read(table, organizationId)).sources,
    change: (organizationId, change) =>
      untilNotOvertaken(table, async () => {
        const known = await read(table, organizationId)
        const changed = change(known.sources)
        if (changed.kind === 'refused') return changed
        return (await write(table, organizationId, changed.sources, known.etag)) ? changed : overtaken
      }),
    all: () => all(table),
    progressOf: (ids) => progressOf(table, ids),
    save: async (ids, progress, version) => {
      const row = { ...progressKeys(ids), ...jsonColumns('Data', progress) }
      return fenced(table, row, (mark) =>
        version === null ? table.insert({ ...row, ...mark }) : table.replace({ ...row, ...mark }, version),
      )
    },
    forget: (ids) => table.remove(progressKeys(ids)),
    check: table.check,
  }
}

const progressKeys = ({ organizationId, sourceId }: SourceIds) => ({
  partitionKey: partitionOf(organizationId),
  rowKey: progressPrefix + sourceId,
})

const Stored = v.array(Source)

/** Throws `Damaged` when the sources cannot be read: "no sources" would be a wrong result. */
async function read(table: Table, organizationId: Guid) {
  const keys = { partitionKey: partitionOf(organizationId), rowKey: sourcesKey }
  const row = await table.row(keys)
  if (!row) return { sources: [] }
  const sources = await readable(table, keys, () => jsonIn(row, 'Data', Stored))
  if (!sources) throw new Damaged(table.store, new Error('a row is damaged'))
  return { sources, etag: row.etag }
}

/** Writes the row over the one with this ETag, or as a new one; false when another write was faster. */
async function write(table: Table, organizationId: Guid, sources: readonly Source[], etag?: string): Promise<boolean> {
  const row = { partitionKey: partitionOf(organizationId), rowKey: sourcesKey, ...jsonColumns('Data', sources) }
  const written = await fenced(table, row, (mark) =>
    etag === undefined ? table.insert({ ...row, ...mark }) : table.replace({ ...row, ...mark }, etag),
  )
  return written !== undefined
}

const partitionPrefix = 'Organization='
const Partition = v.pipe(
  v.string(),
  v.startsWith(partitionPrefix),
  v.transform((key) => key.slice(partitionPrefix.length)),
  Guid,
)

/** The sources of every organization, by a query over all partitions: there is one row an organization. */
async function all(table: Table) {
  const found: { readonly organizationId: Guid; readonly source: Source }[] = []
  for await (const { rows } of table.pages({ filter: odata`RowKey eq ${sourcesKey}` })) {
    for (const row of rows) {
      const partitionKey = String(row.partitionKey)
      const sources = await readable(table, { partitionKey, rowKey: row.rowKey }, () => {
        const organizationId = v.parse(Partition, partitionKey)
        return jsonIn(row, 'Data', Stored).map((source) => ({ organizationId, source }))
      })
      found.push(...(sources ?? []))
    }
  }
  return found
}

async function progressOf(table: Table, ids: SourceIds) {
  const keys = progressKeys(ids)
  const row = await table.row(keys)
  if (!row) return { progress: undefined, version: null }
  const progress = await readable(table, keys, () => jsonIn(row, 'Data', Progress))
  return { progress, version: row.etag }
}

const ProgressKey = v.object({ rowKey: v.pipe(v.string(), v.startsWith(progressPrefix)) })

function progressIn(row: Row): Progress {
  v.parse(Guid, v.parse(ProgressKey, row).rowKey.slice(progressPrefix.length))
  return jsonIn(row, 'Data', Progress)
}

/** How rows of this table are checked, and what to do about damaged ones. */
export const sourceRows = checksByKind({
  [sourcesKey]: {
    check: (row) => [v.parse(v.object({ rowKey: v.literal(sourcesKey) }), row), jsonIn(row, 'Data', Stored)],
    repair: {
      kind: 'leave',
      advice:
        'Mend its JSON by hand, or delete the row and connect the organization’s sources anew: no event is stored twice.',
    },
  },
  Progress: {
    check: progressIn,
    repair: { kind: 'delete', advice: 'The source is read from the beginning again; no event is stored twice.' },
  },
})
