// The statements of digests: the hour of a row, the hash of its id, and the rows of a span, in PostgreSQL and MySQL.
import * as v from 'valibot'
import type { Database, Row } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import type { Digests, Span } from './digests.ts'

/** Rows of one read. */
export const pageRowsMax = 2_000

const hourOf = {
  // Not finite dates, and MySQL's zero date, belong to the hour before 1970.
  postgres: 'CASE WHEN isfinite(e.event_date) THEN floor(extract(epoch FROM e.event_date) / 3600)::bigint ELSE -1 END',
  mysql: "COALESCE(TIMESTAMPDIFF(HOUR, '1970-01-01 00:00:00', e.event_date), -1)",
} as const
const hashOf = { postgres: 'hashtext(e.uuid::text)::bigint', mysql: 'CRC32(e.uuid)' } as const
const dateText = { postgres: 'CAST(? AS timestamp)', mysql: '?' } as const

const kindOf = ({ kind }: Database) => (kind === 'mysql' ? 'mysql' : 'postgres')
/** The key of a row's digest: its hour, or the first hour of its day. */
const keyOf = (kind: 'postgres' | 'mysql', firstHour: number) =>
  `(CASE WHEN ${hourOf[kind]} < ${firstHour} THEN ${hourOf[kind]} - MOD(${hourOf[kind]}, 24) ELSE ${hourOf[kind]} END)`
const number = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.number())

const DigestRows = v.array(v.object({ hour: number, row_count: number, hash_sum: number }))

/** The digests of all events of these organizations, or of all events. */
export async function readDigests(
  database: Database,
  firstHour: number,
  organizations: readonly string[] | undefined,
): Promise<Digests> {
  const kind = kindOf(database)
  const sql = `SELECT ${keyOf(kind, firstHour)} AS "hour", COUNT(e.uuid) AS "row_count", SUM(${hashOf[kind]}) AS "hash_sum"
    FROM event AS e WHERE ${among(organizations)} GROUP BY 1`
  const rows = v.parse(DigestRows, await database.select(sql, organizations ?? []))
  return new Map(rows.map(({ hour, row_count, hash_sum }) => [hour, [row_count, hash_sum]]))
}

/** A condition for events of these organizations. */
const among = (organizations: readonly string[] | undefined): string =>
  organizations ? `lower(e.org_uuid) IN (${organizations.map(() => '?').join(', ')})` : '1 = 1'

const Place = v.object({ hour: number, hash: number, event_date: v.string(), uuid: v.string() })
/** Where a row stands: under which key it counts, with which hash, and its place in the order. */
export type Place = v.InferOutput<typeof Place>

export const placeOf = (row: Row): Place => v.parse(Place, row)

/** The next rows of a span by date and id, at most `pageRowsMax`. */
export function rowsOfSpan(
  database: Database,
  schema: Schema,
  span: Span,
  firstHour: number,
  organizations: readonly string[] | undefined,
  after: Place | undefined,
): Promise<readonly Row[]> {
  const kind = kindOf(database)
  const key = keyOf(kind, firstHour)
  const beyond = after ? `AND (e.event_date, e.uuid) > (${dateText[kind]}, ?)` : ''
  return database.select(
    `SELECT ${key} AS "hour", ${hashOf[kind]} AS "hash", ${schema.columnsOf('event', 'e')} FROM event AS e
     WHERE ${key} BETWEEN ? AND ? AND ${among(organizations)} ${beyond} ORDER BY e.event_date, e.uuid LIMIT ${pageRowsMax}`,
    [span.first, span.last, ...(organizations ?? []), ...(after ? [after.event_date, after.uuid] : [])],
  )
}
