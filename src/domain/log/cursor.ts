// Where a page of a list or a feed ends and the next one begins. Pure.

/** A point in the order of a list or a feed. Only the store that returned it reads it. */
export type Cursor = string

/** The number of the last event before a cursor of a feed; undefined for any other text. */
export const eventNumberAt = (cursor: Cursor): number | undefined =>
  /^(0|[1-9]\d{0,14})$/.test(cursor) ? Number(cursor) : undefined
