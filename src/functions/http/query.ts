// Reads query parameters by a schema a route. Names ignore case, an empty parameter counts as absent, the first wrong one is reported.
import type { HttpRequest } from '@azure/functions'
import * as v from 'valibot'
import { cleaned } from '../../domain/texts.ts'
import { type Invalid, invalid } from './responses.ts'

/**
 * The parameters of a route, checked in this order. A strict schema refuses others: on routes of our own, a misspelt
 * parameter must not change what is asked. The reference's routes ignore others, as its clients expect.
 */
export type QuerySchema = v.StrictObjectSchema<v.ObjectEntries, undefined> | v.ObjectSchema<v.ObjectEntries, undefined>

/** The schema of a route without parameters. */
export const NoQuery = v.strictObject({})

/** The query of a request by its schema. */
export function readQuery<const S extends QuerySchema>(
  { query }: Pick<HttpRequest, 'query'>,
  schema: S,
): { readonly kind: 'query'; readonly value: v.InferOutput<S> } | Invalid {
  const names = Object.keys(schema.entries)
  const isKnown = (given: string) => names.some((name) => name.toLowerCase() === given.toLowerCase())
  const unknown = [...query.keys()].find((given) => !isKnown(given))
  if (schema.type === 'strict_object' && unknown !== undefined) return invalid({ [cleaned(unknown)]: ['is not known'] })

  const given = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]))
  const values = names.flatMap((name) => {
    const value = given.get(name.toLowerCase())
    return value ? [[name, value] as const] : []
  })
  const read = v.safeParse(schema, Object.fromEntries(values), { abortEarly: true })
  if (read.success) return { kind: 'query', value: read.output }
  const [issue] = read.issues
  const name = String(issue.path?.[0]?.key)
  return invalid({ [name]: [messageOf(issue, schema.entries[name])] })
}

/** An object reports a missing property in its own words; those of the parameter are wanted. */
function messageOf(issue: v.BaseIssue<unknown>, parameter: v.ObjectEntries[string] | undefined): string {
  const isMissing = issue.type === 'strict_object' || issue.type === 'object'
  const own = isMissing && parameter ? v.safeParse(parameter, undefined).issues?.[0] : undefined
  return (own ?? issue).message
}

/** A parameter that is a number from 1 to `max`, of four digits at most; `otherwise` when absent. */
export function countParameter(max: number, otherwise: number) {
  const message = `must be a number from 1 to ${max}`
  return v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, message),
      v.transform(Number),
      v.number(),
      v.minValue(1, message),
      v.maxValue(max, message),
    ),
    String(otherwise),
  )
}

/** The values of a parameter that may be given several times or with commas; the host joins the former with commas. */
export const severalOf = (text: string): string[] => text.split(',').map((each) => each.trim())
