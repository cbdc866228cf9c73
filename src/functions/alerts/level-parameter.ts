// The parameter `level` of lists of alerts and incidents: one level or several.
import * as v from 'valibot'
import { type Level, levels } from '../../domain/alerts/sigma/rules.ts'
import { severalOf } from '../http/query.ts'

/** Levels by commas or repeated, in any case of letters; absent: all. */
export const levelParameter = v.optional(
  v.pipe(
    v.string(),
    v.transform((text) => severalOf(text.toLowerCase())),
    v.array(v.picklist(levels, `must be some of ${levels.join(', ')}`)),
  ),
)

/** The filter of a query for these levels: each once, in their order. */
export const levelsIn = (asked: readonly Level[] | undefined): { readonly levels?: readonly Level[] } =>
  asked ? { levels: levels.filter((each) => asked.includes(each)) } : {}
