// Cursors of the lists in memory: newest first, and then by id.
import type { Cursor } from '../../domain/log/cursor.ts'

/** What lists are ordered by: a time (Unix ms) and an id. */
type ListKey = { readonly ms: number; readonly id: string }

/** The order of lists. */
const byNewest = (one: ListKey, other: ListKey): number => other.ms - one.ms || (one.id < other.id ? -1 : 1)

/** The cursor after an entry. */
const cursorAfter = ({ ms, id }: ListKey): Cursor => `${ms} ${id}`

/** Whether an entry comes after a cursor; undefined for a text that is none. */
function isAfter(cursor: Cursor): ((key: ListKey) => boolean) | undefined {
  const [, ms, id] = /^(-?\d+) ([0-9a-f-]{36})$/.exec(cursor) ?? []
  if (ms === undefined || id === undefined) return undefined
  const last = { ms: Number(ms), id }
  return (key) => (key.ms !== last.ms || key.id !== last.id) && byNewest(last, key) < 0
}

/** The page of a list after a cursor, and the cursor of the next page; undefined when `after` is no cursor. */
export function pageOf<T>(
  entries: readonly T[],
  keyOf: (entry: T) => ListKey,
  limit: number,
  after: Cursor | null,
): { readonly page: readonly T[]; readonly next: Cursor | null } | undefined {
  const isLeft = after === null ? () => true : isAfter(after)
  if (!isLeft) return undefined
  const found = entries.filter((entry) => isLeft(keyOf(entry))).sort((a, b) => byNewest(keyOf(a), keyOf(b)))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { page, next: last && found.length > limit ? cursorAfter(keyOf(last)) : null }
}
