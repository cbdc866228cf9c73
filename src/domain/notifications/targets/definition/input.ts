// Texts that requests give several kinds of target. Their problems hold no part of a value, so they may be shown. Pure.
import * as v from 'valibot'
import { wellFormed, withoutControls, withoutDirections } from '../../../texts.ts'

/** Longest token or key, and longest name of an index, source, service or tag, in UTF-16 units. */
export const tokenCharsMax = 500
export const labelCharsMax = 100

/** A token or key that goes into a header; without one, the stored one stays. */
export const token = v.optional(
  v.pipe(v.string(), v.maxLength(tokenCharsMax), v.regex(/^[\x21-\x7e]+$/, 'holds characters that are not allowed')),
)

/** A name that the receiver files messages under; null for the default. */
export const label = v.optional(
  v.nullable(v.pipe(wellFormed, v.minLength(1), v.maxLength(labelCharsMax), withoutControls, withoutDirections)),
  null,
)
