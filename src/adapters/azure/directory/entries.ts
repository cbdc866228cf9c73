// Entries of the directory, of any size, each replaced at once: a small one is one row, a large one a row that names its parts.
import { createHash, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { boundedMap } from '../../../domain/bounded-map.ts'
import { Damaged, EntryTooLarge, Unavailable } from '../../../ports/errors.ts'
import { readable } from '../damaged-rows.ts'
import { type Pauses, pauseMs } from '../retried-requests.ts'
import type { Row } from '../rows.ts'
import { isConflict, isNotFound, isOutdated } from '../storage.ts'
import type { DirectoryRows, NewRow } from './rows.ts'

// RowKey                    holds
// Entry                     the entry, packed; or how many parts it has, and their version
// Part=<version>__<number>  a part of the packed entry
//
// A writer reads the row `Entry`, writes the parts of a version that nobody else has, and then replaces the row only if it
// is still what was read. So a reader finds all parts of one version, and a write that is cut short leaves parts that
// nothing names. Parts that a writer found before its replacement and that are not its own are of no use after it: they
// were left behind, or replaced just now, or belong to a writer whose own replacement will be refused.

/** A binary property holds 64 KiB, a row 1 MiB; as base64, in which it travels, it is a third longer. */
const propertyBytesMax = 64 * 1024
const propertiesMax = 10
/** Most packed bytes of one row. */
export const rowBytesMax = propertiesMax * propertyBytesMax
/** Most parts of an entry: 10 MiB packed, which is some 50,000 members. */
export const partsMax = 16
const partsAtOnce = 4
/** How often a reader or a writer begins anew when another writer was faster. */
const changesMax = 10
/** Most large entries that are cached as they were read: each may take 100 MB. */
const cachedMax = 4
const headKey = 'Entry'
const what = 'directory'

const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** What an entry's row says beside its data. */
export const Head = v.object({
  /** Absent in rows of before there were parts. */
  Version: v.optional(v.string()),
  Digest: v.optional(v.string()),
  Parts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
})
type Head = v.InferOutput<typeof Head>
/** An entry as it was read, and the row to replace; `damaged` when there is no reading it. */
type Known<T> = { readonly etag: string } & (
  | { readonly entry: T; readonly digest: string | undefined }
  | { readonly entry: typeof damaged; readonly digest?: never }
)
/** Stands for an entry that cannot be read. */
export const damaged = 'damaged'

export type Entries<T> = {
  /** Throws `Damaged` when the entry cannot be read. */
  readonly read: (partitionKey: string) => Promise<T | undefined>
  /**
   * Replaces an entry by what `next` makes of it, also a damaged one; undefined leaves it alone. Asked again with the newer entry when another
   * writer was faster. Writes nothing when the entry is that already. Throws `EntryTooLarge` beyond `partsMax` parts.
   */
  readonly change: (
    partitionKey: string,
    next: (known: T | typeof damaged | undefined) => Promise<T | undefined>,
  ) => Promise<void>
}

/** How entries are written: with pauses, and with at most so many packed bytes in a row. */
export type EntryOptions = { readonly pauses: Pauses; readonly rowBytes: number }

/** The entries of one kind. */
export function directoryEntries<T>(
  rows: DirectoryRows,
  schema: v.GenericSchema<unknown, T>,
  { pauses, rowBytes }: EntryOptions,
): Entries<T> {
  const cached = boundedMap<string, { readonly version: string | undefined; readonly entry: T }>({
    entriesMax: cachedMax,
  })

  async function known(partitionKey: string): Promise<Known<T> | undefined> {
    let before: string | undefined
    for (let attempt = 1; attempt <= changesMax; attempt += 1) {
      const row = await rows.get(partitionKey, headKey)
      if (!row) return undefined
      const etag = v.parse(v.string(), row.etag)
      const found = await readable(rows, { partitionKey, rowKey: headKey }, () =>
        entryOf(partitionKey, row, etag === before),
      )
      if (!found) return { entry: damaged, etag }
      if (found !== 'replaced') return { ...found, etag }
      before = etag
    }
    throw new Unavailable(what, new Error('the entry is replaced over and over'))
  }

  /** The entry that a row holds or names; `replaced` when parts are gone, unless the row `isSame` as when they were missed before. */
  async function entryOf(partitionKey: string, row: Row, isSame: boolean) {
    const head = v.parse(Head, row)
    const last = cached.get(partitionKey)
    if (head.Parts > 0 && last?.version === head.Version && last) return { entry: last.entry, digest: head.Digest }
    const parts = head.Parts === 0 ? [row] : await partsOf(rows, partitionKey, head)
    if (head.Parts !== 0 && parts.length !== head.Parts) {
      if (!isSame) return 'replaced'
      v.parse(v.object({ Parts: v.literal(parts.length) }), head)
    }
    const entry = await entryIn(schema, parts)
    if (head.Parts > 0) cached.set(partitionKey, { version: head.Version, entry })
    return { entry, digest: head.Digest }
  }

  return {
    read: async (partitionKey) => {
      const entry = (await known(partitionKey))?.entry
      if (entry === damaged) throw new Damaged(what, new Error('a row is damaged'))
      return entry
    },
    change: async (partitionKey, next) => {
      for (let attempt = 1; attempt <= changesMax; attempt += 1) {
        const before = await known(partitionKey)
        const entry = await next(before?.entry)
        if (entry === undefined) return
        const text = JSON.stringify(entry)
        const digest = createHash('sha256').update(text).digest('base64')
        if (digest === before?.digest) return
        const parts = piecesOf(await pack(text), rowBytes)
        if (parts.length > partsMax) throw new EntryTooLarge()
        // A version that nobody had before: what is left of another is then never taken for a part of this one.
        if (await replace(rows, partitionKey, before?.etag, { parts, digest, version: randomUUID() })) return
        await pauses.wait(pauseMs(1, pauses.random()))
      }
      throw new Unavailable(what, new Error('others change the entry at the same time'))
    },
  }
}

type Replacement = { readonly parts: readonly Buffer[]; readonly digest: string; readonly version: string }

/** Replaces an entry if its row still has this etag; false when it does not. */
async function replace(
  rows: DirectoryRows,
  partitionKey: string,
  before: string | undefined,
  { parts, digest, version }: Replacement,
): Promise<boolean> {
  const useless = await rows.beginning(partitionKey, 'Part=')
  const [only = Buffer.alloc(0), ...others] = parts
  if (others.length > 0) {
    const partRows = parts.map((part, number) => ({ partitionKey, rowKey: partKey(version, number), ...dataOf(part) }))
    await inParallel(partRows, partsAtOnce, (row) => rows.change([['upsert', row, 'Replace']]))
  }
  const content = others.length > 0 ? { Parts: parts.length } : { Parts: 0, ...dataOf(only) }
  const row = { partitionKey, rowKey: headKey, Version: version, Digest: digest, ...content }
  if (!(await replaceHead(rows, row, before))) return false
  await remove(
    rows,
    useless.map(({ rowKey }) => ({ partitionKey, rowKey })),
  )
  return true
}

/** Removes rows; one that somebody else removes at the same time leaves the others to the next writer. */
async function remove(rows: DirectoryRows, keys: readonly NewRow[]): Promise<void> {
  try {
    await rows.change(keys.map((key): TransactionAction => ['delete', key]))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function replaceHead(rows: DirectoryRows, row: NewRow, before: string | undefined): Promise<boolean> {
  try {
    await rows.change([before ? ['update', row, 'Replace', { etag: before }] : ['create', row]])
    return true
  } catch (error) {
    if (!isConflict(error) && !isOutdated(error)) throw error
    // It may be our own, written by a request that was answered with an error.
    return (await rows.get(row.partitionKey, headKey))?.Version === row.Version
  }
}

const partKey = (version: string, number: number) => `Part=${version}__${String(number).padStart(3, '0')}`

/** The parts that a row names; some are gone when a newer version is there. */
const partsOf = (rows: DirectoryRows, partitionKey: string, { Version }: Head): Promise<readonly Row[]> =>
  rows.beginning(partitionKey, `Part=${Version}__`, dataColumns)

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
  v.parse(schema, JSON.parse((await unpack(Buffer.concat(parts.map(dataIn)))).toString()))

const dataIn = (row: Row): Buffer =>
  Buffer.concat(dataColumns.map((name) => row[name]).filter((part) => part instanceof Uint8Array))
