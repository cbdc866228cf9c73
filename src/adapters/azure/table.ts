// A table of Azure Table storage: opened at its first use, each request bounded in time, each outage thrown as `Unavailable`.
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { once } from '../../concurrency/parallel.ts'
import type { DamagedRow } from '../../ports/damage-log.ts'
import { Unavailable } from '../../ports/errors.ts'
import type { NewRow, Page, Query, RowKeys, RowRange, StoredRow } from './rows.ts'
import {
  bounded,
  isNotFound,
  isOutdated,
  mapStorageErrors,
  type Observed,
  requestMsMax,
  type Storage,
} from './storage.ts'

/**
 * The rows of a table. Every call throws `Unavailable` when the storage is at fault; what the service refuses for another reason
 * (see `isConflict`, `isNotFound`, `isOutdated`) is thrown as it is. Writes resolve to the row's ETag after them.
 */
export type Table = {
  readonly name: string
  /** What `Unavailable` calls the store of this table ("event store"). */
  readonly store: string
  /** Reads a row; undefined when there is none. `columns` are those that are read; all when absent. */
  readonly row: (keys: RowKeys, columns?: readonly string[]) => Promise<StoredRow | undefined>
  /** The first `limit` rows of a range, in order of their keys. */
  readonly rows: (range: RowRange, limit?: number) => Promise<StoredRow[]>
  /** The rows of a range, in order of their keys, read within 30 s; each request asks for this many. */
  readonly each: (range: RowRange, pageRows?: number) => AsyncGenerator<StoredRow>
  /** The rows of a query, in order of their keys; each request asks for this many, or for as many as the service gives. */
  readonly pages: (query: Query, pageRows?: number) => AsyncGenerator<Page>
  /** Writes a row that is not there yet. */
  readonly insert: (row: NewRow) => Promise<string>
  /** Writes a row over the one with this ETag. */
  readonly replace: (row: NewRow, etag: string) => Promise<string>
  /** Writes these columns into the row with this ETag. */
  readonly merge: (row: NewRow, etag: string) => Promise<string>
  /** Writes a row, whether it is there or not. */
  readonly upsert: (row: NewRow) => Promise<string>
  /** Deletes a row; without effect when it is gone, or has another ETag than this. */
  readonly remove: (keys: RowKeys, etag?: string) => Promise<void>
  /** Makes all of these changes or none; resolves to the ETag of the first row, undefined for one that is deleted. */
  readonly submit: (actions: readonly TransactionAction[]) => Promise<string | undefined>
  /** Makes one request, to see whether the table can be reached. */
  readonly check: () => Promise<void>
  /** Notes a row that cannot be read. */
  readonly noteDamage: (keys: RowKeys, reason: string) => Promise<void>
}

/** Most rows that the service gives in one response. */
const pageRowsMax = 1_000
/** Longest reading of a range, in milliseconds. */
const rangeMsMax = 30_000

const Etag = v.string()

/** The table of this name, created at its first use; a failure to do so is not cached. `store` is what an outage is called. */
export function openTable(storage: Storage, name: string, store: string): Table {
  const client = storage.table(name)
  const opened = once(async () => {
    await client.createTable(bounded())
    return client
  })
  return tableOf(storage, name, store, opened)
}

/** The table of this name, which is not created: when there is none, its rows are not found. */
export function existingTable(storage: Storage, name: string, store: string): Table {
  const client = storage.table(name)
  return tableOf(storage, name, store, async () => client)
}

function tableOf(storage: Storage, name: string, store: string, opened: () => Promise<TableClient>): Table {
  const request: Request = async (operation, make) => {
    const begunAt = performance.now()
    const observe = (outcome: Observed['outcome']) =>
      storage.observe?.({ table: name, operation, outcome, ms: performance.now() - begunAt })
    try {
      const result = await mapStorageErrors(store, async () => make(await opened()))
      observe('done')
      return result
    } catch (error) {
      observe(error instanceof Unavailable ? 'unavailable' : 'refused')
      throw error
    }
  }
  const reads = readsOf(request)
  return {
    name,
    store,
    ...reads,
    ...writesOf(request),
    check: async () => {
      await reads.row({ partitionKey: 'Health', rowKey: 'Check' })
    },
    noteDamage: async (keys, reason) => {
      const damaged: DamagedRow = { table: name, ...keys, reason }
      await storage.noteDamage?.(damaged)
    },
  }
}

/** Makes one request, maps its errors and shows it to the observer. */
type Request = <T>(operation: Observed['operation'], make: (client: TableClient) => Promise<T>) => Promise<T>

function readsOf(request: Request): Pick<Table, 'row' | 'rows' | 'each' | 'pages'> {
  async function row({ partitionKey, rowKey }: RowKeys, columns?: readonly string[]): Promise<StoredRow | undefined> {
    const options = { ...(columns && { queryOptions: { select: ['RowKey', ...columns] } }), ...bounded() }
    try {
      const found = await request('read', (client) =>
        client.getEntity<Record<string, unknown>>(partitionKey, rowKey, options),
      )
      return stored(found)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  async function* pages({ filter, columns, withTypes = false, signal }: Query, pageRows?: number) {
    const select = columns && ['RowKey', ...columns]
    const queryOptions = { ...(filter !== undefined && { filter }), ...(select && { select }) }
    let token: string | undefined
    do {
      const abortSignal = signal ?? AbortSignal.timeout(requestMsMax)
      const options = { queryOptions, disableTypeConversion: withTypes, abortSignal }
      const settings = {
        ...(pageRows !== undefined && { maxPageSize: Math.min(pageRows, pageRowsMax) }),
        ...(token !== undefined && { continuationToken: token }),
      }
      const page = await request('query', (client) =>
        client.listEntities<Record<string, unknown>>(options).byPage(settings).next(),
      )
      if (page.done) return
      token = page.value.continuationToken
      yield { rows: page.value.map(stored), more: token !== undefined }
    } while (token !== undefined)
  }

  async function* each({ partitionKey, from, before, also, columns }: RowRange, pageRows = pageRowsMax) {
    const inRange = odata`PartitionKey eq ${partitionKey} and RowKey ge ${from} and RowKey lt ${before}`
    const filter = also === undefined ? inRange : `${inRange} and ${also}`
    const query = { filter, signal: AbortSignal.timeout(rangeMsMax), ...(columns && { columns }) }
    for await (const { rows } of pages(query, pageRows)) yield* rows
  }

  async function rows(range: RowRange, limit = Number.POSITIVE_INFINITY): Promise<StoredRow[]> {
    const found: StoredRow[] = []
    if (limit < 1) return found
    for await (const one of each(range, limit)) {
      found.push(one)
      if (found.length >= limit) break
    }
    return found
  }

  return { row, rows, each, pages }
}

function writesOf(request: Request): Pick<Table, 'insert' | 'replace' | 'merge' | 'upsert' | 'remove' | 'submit'> {
  const write = async (make: (client: TableClient) => Promise<{ readonly etag?: string | undefined }>) =>
    v.parse(Etag, (await request('write', make)).etag)

  return {
    insert: (row) => write((client) => client.createEntity(row, bounded())),
    replace: (row, etag) => write((client) => client.updateEntity(row, 'Replace', { etag, ...bounded() })),
    merge: (row, etag) => write((client) => client.updateEntity(row, 'Merge', { etag, ...bounded() })),
    upsert: (row) => write((client) => client.upsertEntity(row, 'Replace', bounded())),
    remove: async ({ partitionKey, rowKey }, etag) => {
      const options = { ...(etag !== undefined && { etag }), ...bounded() }
      try {
        await request('delete', (client) => client.deleteEntity(partitionKey, rowKey, options))
      } catch (error) {
        if (!isNotFound(error) && !isOutdated(error)) throw error
      }
    },
    submit: async (actions) => {
      const { subResponses } = await request('transaction', (client) =>
        client.submitTransaction([...actions], bounded()),
      )
      return subResponses[0]?.etag
    },
  }
}

const Keyed = v.object({ rowKey: v.string(), etag: v.string() })

/** A row as the library gives it, whose key and version are checked. */
function stored(row: Record<string, unknown>): StoredRow {
  const { rowKey, etag } = v.parse(Keyed, row)
  return { ...row, rowKey, etag }
}
