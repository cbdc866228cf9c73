// Follows a SQLite table by its row ids: SQLite gives each new row a higher one than all that are there, and has one writer at a time,
// so that rows after a row that was read are new, and no other is. This holds while the row that was read is still there: anchors are
// such rows, and the newest one that is still there is where reading goes on.
import * as v from 'valibot'
import type { Database, Row } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'

export const Anchor = v.object({ rowid: v.number(), uuid: v.string() })
type Anchor = v.InferOutput<typeof Anchor>

/** Rows of one read and one request: some milliseconds, and half a MiB. */
export const pageRowsMax = 1_000
/** Anchors that are kept: the last ones, and ever fewer of older ones. */
const anchorsMax = 64

/** Where to go on: after the row of this id. `restarted`: no anchor is there any more, and all is read again. */
type Start = { readonly after: number; readonly anchors: readonly Anchor[]; readonly restarted: boolean }

/**
 * The newest anchor that is still there. An anchor under another row id means that the table was built anew (VACUUM, a restored dump):
 * then all anchors are void.
 */
export async function startOf(database: Database, anchors: readonly Anchor[]): Promise<Start> {
  if (anchors.length === 0) return { after: 0, anchors: [], restarted: false }
  const list = anchors.map(() => '?').join(', ')
  const rows = v.parse(
    v.array(Anchor),
    await database.select(
      `SELECT rowid AS rowid, uuid FROM event WHERE uuid IN (${list})`,
      anchors.map(({ uuid }) => uuid),
    ),
  )
  const found = new Map(rows.map(({ rowid, uuid }) => [uuid, rowid]))
  const moved = anchors.some(({ rowid, uuid }) => found.has(uuid) && found.get(uuid) !== rowid)
  const kept = moved ? [] : anchors.filter(({ uuid }) => found.has(uuid))
  return { after: kept.at(-1)?.rowid ?? 0, anchors: kept, restarted: kept.length === 0 }
}

/** The rows after a row id, in order, at most `pageRowsMax`. */
export const rowsAfter = (database: Database, schema: Schema, after: number): Promise<readonly Row[]> =>
  database.select(
    `SELECT e.rowid AS rowid, ${schema.columnsOf('event', 'e')} FROM event AS e WHERE e.rowid > ? ORDER BY e.rowid LIMIT ${pageRowsMax}`,
    [after],
  )

/** The anchors with one more: of the older half, every other one goes when there are too many. */
export function withAnchor(anchors: readonly Anchor[], row: Row): Anchor[] {
  const all = [...anchors, v.parse(Anchor, { rowid: row.rowid, uuid: row.uuid })]
  return all.length <= anchorsMax ? all : all.filter((_, index) => index >= anchorsMax / 2 || index % 2 === 0)
}
