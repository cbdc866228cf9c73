// Values of rows, which SQLite gives as they are and the others as text.
import * as v from 'valibot'

/** An id as Keytrail writes it: without the blanks that fill a CHAR column, in lower case. */
export const id = v.pipe(v.string(), v.trim(), v.toLowerCase())

/** A whole number, also as text; null for anything else. */
export const wholeNumber = v.fallback(
  v.pipe(v.union([v.number(), v.pipe(v.string(), v.nonEmpty(), v.transform(Number))]), v.number(), v.integer()),
  Number.NaN,
)

/** A boolean as SQLite and MySQL (0, 1) or PostgreSQL (t, f) have it; null counts as false. */
export const flag = v.pipe(
  v.unknown(),
  v.transform((value) => value === 1 || value === true || value === '1' || value === 't' || value === 'true'),
)

/** A text; null and anything else are null. */
export const text = v.fallback(v.nullable(v.string()), null)
