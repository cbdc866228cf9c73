// Whole numbers from servers, some of which write them as text. Pure.
import * as v from 'valibot'

/** A whole number, or the same in decimal digits as text, as servers write it that read it from a database as text. */
export const WholeNumber = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d{1,9}$/), v.transform(Number))]),
  v.integer(),
)
