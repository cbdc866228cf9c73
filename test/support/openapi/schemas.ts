// Compares schemas of the code with openapi.yaml: properties, required ones, types, enums and limits.
import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { below, childPlaces, childrenOf, type Place } from './document.ts'

/** Limits that the document must have where the code has them. */
const limits = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'const'] as const

/** A schema of the code as JSON Schema, by what it reads; without checks that JSON Schema cannot express. */
const jsonSchemaOf = (schema: v.GenericSchema): unknown =>
  toJsonSchema(schema, {
    typeMode: 'output',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      const bounded = v.safeParse(Bounded, valibotSchema)
      if (!bounded.success) return undefined
      return { type: 'array', maxItems: jsonSchema.maxLength, items: Object(jsonSchemaOf(bounded.output.item)) }
    },
  })

/** An array whose length is checked before its items (`boundedArray`). */
const Bounded = v.object({
  type: v.literal('instance'),
  item: v.custom<v.GenericSchema>((item) => typeof item === 'object' && item !== null && '~standard' in item),
})

/** What the document at `place` says otherwise than a schema of the code; nothing: they agree. */
export const differences = (schema: v.GenericSchema, place: Place): string[] =>
  compared(jsonSchemaOf(schema), place, '')

function compared(schema: unknown, place: Place, path: string): string[] {
  const [code, documented] = [codeAt(schema), documentAt(place)]
  // Unions are compared by the tests of what they are about.
  if ([code.of, documented.of].some((each) => 'oneOf' in each || 'anyOf' in each)) return []
  const differ = (name: string, ours: unknown, theirs: unknown) =>
    JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [`${path}${name}: ${JSON.stringify([ours, theirs])}`]
  const inside = (...names: readonly string[]) => below(documented.place, ...names)

  const [ours, theirs] = [childrenOf(code.of.properties), childrenOf(documented.of.properties)]
  const isDefault = 'default' in documented.of || ['string', 'number', 'boolean'].includes(typeof code.of.default)
  return [
    ...(code.of.type ? differ('type', typeOf(code.of), typeOf(documented.of)) : []),
    ...(code.of.type ? differ('null', code.nullable, documented.nullable) : []),
    ...differ('enum', typeOf(code.of) === 'boolean' ? undefined : code.of.enum, documented.of.enum),
    ...limits.flatMap((name) => (name in code.of ? differ(name, code.of[name], documented.of[name]) : [])),
    ...(isDefault ? differ('default', textOf(code.of.default), textOf(documented.of.default)) : []),
    ...(code.of.properties ? differ('properties', namesOf(ours), namesOf(theirs)) : []),
    ...(code.of.properties ? differ('required', sorted(code.of.required), sorted(documented.of.required)) : []),
    ...Object.entries(ours).flatMap(([name, each]) =>
      name in theirs ? compared(each, inside('properties', name), `${path}${name}.`) : [],
    ),
    ...('items' in code.of && 'items' in documented.of
      ? compared(code.of.items, inside('items'), `${path}items.`)
      : []),
  ]
}

type Schema = { readonly of: Record<string, unknown>; readonly nullable: boolean }

/** A schema of the code, apart from whether null fits. */
function codeAt(schema: unknown): Schema {
  const of = childrenOf(schema)
  const [only, ...others] = Object.values(childrenOf(of.anyOf))
    .map(childrenOf)
    .filter(({ type }) => type !== 'null')
  if (!only || others.length > 0) return { of, nullable: false }
  return { of: { ...only, ...('default' in of && { default: of.default }) }, nullable: true }
}

/** A schema of the document, apart from whether null fits, and where it is. */
function documentAt(place: Place): Schema & { readonly place: Place } {
  const of = childrenOf(place.value)
  for (const union of ['oneOf', 'anyOf'].filter((name) => name in of)) {
    const [only, ...others] = childPlaces(below(place, union)).filter(({ value }) => childrenOf(value).type !== 'null')
    if (only && others.length === 0) return { ...documentAt(only), nullable: true }
  }
  const [all, ...more] = 'allOf' in of ? childPlaces(below(place, 'allOf')) : []
  if (all && more.length === 0) return documentAt(all)
  const types = Array.isArray(of.type) ? of.type.map(String) : []
  if (!types.includes('null')) return { of, nullable: false, place }
  return { of: { ...of, type: types.find((type) => type !== 'null') }, nullable: true, place }
}

/** The type as documents name it: what the code has as a number is an integer there, and `true` or `false` a boolean. */
function typeOf({ type, enum: values }: Record<string, unknown>): unknown {
  if (JSON.stringify(values) === '["true","false"]') return 'boolean'
  if (values !== undefined) return 'string'
  return type === 'integer' ? 'number' : type
}

const textOf = (value: unknown): string => String(value)
const namesOf = (properties: Record<string, unknown>): string[] => Object.keys(properties).toSorted()
const sorted = (names: unknown): string[] => Object.values(childrenOf(names)).map(String).toSorted()
