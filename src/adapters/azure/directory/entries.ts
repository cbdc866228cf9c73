// Entries of the directory, of any size, each replaced at once: a small one is one row, a large one a row that names its parts.
import { createHash, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { boundedMap } from '../../../domain/bounded-map.ts'
import { Damaged, EntryTooLarge } from '../../../ports/errors.ts'
import { deleting, replacing, writing } from '../batches.ts'
import { overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { readable } from '../damaged-rows.ts'
import { type Pauses, pauseMs } from '../retried-requests.ts'
import type { NewRow, Row, StoredRow } from '../rows.ts'
import { isConflict, isNotFound, isOutdated } from '../storage.ts'
import type { Table } from '../table.ts'
import { changeRows, rowsBeginning } from './rows.ts'

// RowKey                    holds
// Entry                     the entry, packed; or how many parts it has, and their version
// Part=<version>__<number>  a part of the packed entry
//
// A writer reads the row `Entry`, writes the parts of a version that is its own, and then replaces the row only if it
// is still what was read. So a reader finds all parts of one version, and a write that is cut short leaves parts that
// no row names. After the replacement, the parts that the writer found before it can be deleted: each was left behind, was
// replaced just now, or belongs to a writer whose replacement will be refused.

/** A binary property holds 64 KiB, a row 1 MiB; as base64, in which it travels, it is a third longer. */
const propertyBytesMax = 64 * 1024
const propertiesMax = 10
/** Most packed bytes of one row. */
export const rowBytesMax = propertiesMax * propertyBytesMax
/** Most parts of an entry: 10 MiB packed, which is some 50,000 members. */
export const partsMax = 16
const partsAtOnce = 4
/** Most large entries that are cached as they were read: each may take 100 MB. */
const cachedMax = 4
const headKey = 'Entry'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** What an entry's row says beside its data. */
export const Head = v.object({
  /** Absent in rows of before there were parts. */
  Version: v.optional(v.string()),
  Digest: v.optional(v.string()),
  Parts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** Whether each e-mail of the entry has its row; absent in rows of earlier versions. */
  Emails: v.optional(v.boolean(), false),
})
type Head = v.InferOutput<typeof Head>
/** An entry as it was read, and the ETag of its row; `damaged` when it cannot be read. */
type Known<T> = { readonly etag: string } & (
  | { readonly entry: T; readonly digest: string | undefined; readonly hasEmails: boolean }
  | { readonly entry: typeof damaged; readonly digest?: never; readonly hasEmails?: never }
)
/** What is known of an entry that cannot be read. */
export const damaged = 'damaged'

type Entries<T> = {
  /** Reads an entry, which may be damaged. */
  readonly known: (partitionKey: string) => Promise<T | typeof damaged | undefined>
  /** Throws `Damaged` when the entry cannot be read. */
  readonly read: (partitionKey: string) => Promise<T | undefined>
  /**
   * Replaces an entry, which may be damaged, by what `next` returns; undefined leaves it alone. `next` is called again with the newer
   * entry when another writer was faster. It writes a row for each e-mail of the entry if there may be none yet: `hasEmails` is false. Writes nothing when the entry has that content already. Throws `EntryTooLarge` beyond
   * `partsMax` parts.
   */
  readonly change: (
    partitionKey: string,
    next: (known: T | typeof damaged | undefined, hasEmails: boolean) => Promise<T | undefined>,
  ) => Promise<void>
}

/** How entries are written: with pauses, and with at most so many packed bytes in a row. */
export type EntryOptions = { readonly pauses: Pauses; readonly rowBytes: number }

/** The entries of one kind. */
export function directoryEntries<T>(
  table: Table,
  schema: v.GenericSchema<unknown, T>,
  { pauses, rowBytes }: EntryOptions,
): Entries<T> {
  const cached = boundedMap<string, { readonly version: string | undefined; readonly entry: T }>({
    entriesMax: cachedMax,
  })

  function known(partitionKey: string): Promise<Known<T> | undefined> {
    const keys = { partitionKey, rowKey: headKey }
    let before: string | undefined
    return untilNotOvertaken<Known<T> | undefined>(table, async () => {
      const row = await table.row(keys)
      if (!row) return undefined
      const { etag } = row
      const found = await readable(table, keys, () => entryOf(partitionKey, row, etag === before))
      if (!found) return { entry: damaged, etag }
      if (found !== overtaken) return { ...found, etag }
      before = etag
      return overtaken
    })
  }

  /** The entry that a row holds or names; `overtaken` when parts are gone, unless the row `isSame` as when they were missed before. */
  async function entryOf(partitionKey: string, row: Row, isSame: boolean) {
    const head = v.parse(Head, row)
    const last = cached.get(partitionKey)
    if (head.Parts > 0 && last?.version === head.Version && last)
      return { entry: last.entry, digest: head.Digest, hasEmails: head.Emails }
    const parts = head.Parts === 0 ? [row] : await partsOf(table, partitionKey, head)
    if (head.Parts !== 0 && parts.length !== head.Parts) {
      if (!isSame) return overtaken
      v.parse(v.object({ Parts: v.literal(parts.length) }), head)
    }
    const entry = await entryIn(schema, parts)
    if (head.Parts > 0) cached.set(partitionKey, { version: head.Version, entry })
    return { entry, digest: head.Digest, hasEmails: head.Emails }
  }

  return {
    known: async (partitionKey) => (await known(partitionKey))?.entry,
    read: async (partitionKey) => {
      const entry = (await known(partitionKey))?.entry
      if (entry === damaged) throw new Damaged(table.store, new Error('a row is damaged'))
      return entry
    },
    change: (partitionKey, next) =>
      untilNotOvertaken<void>(
        table,
        async () => {
          const before = await known(partitionKey)
          const entry = await next(before?.entry, before?.hasEmails === true)
          if (entry === undefined) return undefined
          const text = JSON.stringify(entry)
          const digest = createHash('sha256').update(text).digest('base64')
          if (digest === before?.digest && before?.hasEmails) return undefined
          const parts = piecesOf(await compress(text), rowBytes)
          if (parts.length > partsMax) throw new EntryTooLarge()
          // A new version each time: a part that another writer left behind is then never taken for one of this entry.
          const replacement = { parts, digest, version: randomUUID() }
          return (await replace(table, partitionKey, before?.etag, replacement)) ? undefined : overtaken
        },
        () => pauses.wait(pauseMs(1, pauses.random())),
      ),
  }
}

type Replacement = { readonly parts: readonly Buffer[]; readonly digest: string; readonly version: string }

/** Replaces an entry if its row still has this ETag; false when it does not. */
async function replace(
  table: Table,
  partitionKey: string,
  before: string | undefined,
  { parts, digest, version }: Replacement,
): Promise<boolean> {
  const useless = await rowsBeginning(table, partitionKey, 'Part=')
  const [only = Buffer.alloc(0), ...others] = parts
  if (others.length > 0) {
    const partRows = parts.map((part, number) => ({ partitionKey, rowKey: partKey(version, number), ...dataOf(part) }))
    await inParallel(partRows, partsAtOnce, (row) => changeRows(table, [writing(row)]))
  }
  const content = others.length > 0 ? { Parts: parts.length } : { Parts: 0, ...dataOf(only) }
  const row = { partitionKey, rowKey: headKey, Version: version, Digest: digest, Emails: true, ...content }
  if (!(await replaceHead(table, row, before))) return false
  await remove(table, partitionKey, useless)
  return true
}

/** Deletes rows. When another writer deletes one of them at the same time, the others are left to the next writer. */
async function remove(table: Table, partitionKey: string, rows: readonly StoredRow[]): Promise<void> {
  try {
    await changeRows(
      table,
      rows.map(({ rowKey }) => deleting({ partitionKey, rowKey })),
    )
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function replaceHead(table: Table, row: NewRow, before: string | undefined): Promise<boolean> {
  try {
    await changeRows(table, [replacing(row, before)])
    return true
  } catch (error) {
    if (!isConflict(error) && !isOutdated(error)) throw error
    // It may be this write's own, whose response was lost.
    return (await table.row(row))?.Version === row.Version
  }
}

const partKey = (version: string, number: number) => `Part=${version}__${String(number).padStart(3, '0')}`

/** The parts that a row names; some are gone when a newer version is there. */
const partsOf = (table: Table, partitionKey: string, { Version }: Head): Promise<readonly Row[]> =>
  rowsBeginning(table, partitionKey, `Part=${Version}__`, dataColumns)

const piecesOf = (bytes: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  )

/** Rows of before there were parts have up to 15 columns. */
const dataColumns = Array.from({ length: 15 }, (_, index) => `Data${index}`)

const dataOf = (packed: Buffer): Record<string, Uint8Array> =>
  Object.fromEntries(piecesOf(packed, propertyBytesMax).map((piece, index) => [`Data${index}`, piece]))

/** The entry that these rows hold, packed. */
export const entryIn = async <T>(schema: v.GenericSchema<unknown, T>, parts: readonly Row[]): Promise<T> =>
  v.parse(schema, JSON.parse((await decompress(Buffer.concat(parts.map(dataIn)))).toString()))

const dataIn = (row: Row): Buffer =>
  Buffer.concat(dataColumns.map((name) => row[name]).filter((part) => part instanceof Uint8Array))
