// openapi.yaml as tests use it: its places by pointer, its operations, and its schemas compiled.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ErrorObject } from 'ajv'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import * as v from 'valibot'
import { parse } from 'yaml'

export const openapiText = readFileSync(resolve(import.meta.dirname, '../../../openapi.yaml'), 'utf8')

const Tree = v.record(v.string(), v.unknown())
export const document = v.parse(Tree, parse(openapiText))

/** A place in the document: the way to it, without references, and what stands there. */
export type Place = { readonly path: readonly string[]; readonly value: unknown }

/** What stands at a path; references on the way, and at its end, are followed. Throws where nothing stands. */
export function cursorAt(...path: readonly string[]): Place {
  let place: Place = { path: [], value: document }
  for (const name of path) {
    const entry = Object.entries(childrenOf(place.value)).find(([key]) => key === name)
    if (!entry) throw new Error(`openapi.yaml has nothing at ${path.join(' > ')}`)
    place = followed({ path: [...place.path, name], value: entry[1] })
  }
  return place
}

function followed(place: Place): Place {
  const reference = v.safeParse(v.object({ $ref: v.pipe(v.string(), v.startsWith('#/')) }), place.value)
  return reference.success ? cursorAt(...reference.output.$ref.slice(2).split('/').map(unescaped)) : place
}

/** The contents of an object or array, by name or index. */
export const childrenOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

/** Whether something stands at a path. */
export const has = ({ value }: Place, name: string): boolean => name in childrenOf(value)

/** The place below another. */
export const below = ({ path }: Place, ...names: readonly string[]): Place => cursorAt(...path, ...names)

/** The places in an array or object. */
export const childPlaces = (place: Place): Place[] =>
  Object.keys(childrenOf(place.value)).map((name) => below(place, name))

const unescaped = (name: string) => name.replaceAll('~1', '/').replaceAll('~0', '~')
const escaped = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))

/** The methods of a path, in lower case, as the document has them. */
const methods = ['get', 'put', 'post', 'delete']

const Operation = v.object({
  operationId: v.string(),
  security: v.array(v.record(v.string(), v.array(v.string()))),
  responses: v.record(v.string(), v.unknown()),
})
const Parameter = v.object({ name: v.string(), in: v.picklist(['path', 'query', 'header']) })

export type Operation = v.InferOutput<typeof Operation> & {
  readonly method: string
  /** The path's template. */
  readonly route: string
  readonly place: Place
  readonly parameters: readonly (v.InferOutput<typeof Parameter> & { readonly place: Place })[]
}

/** Every operation of the document. */
export const operations: readonly Operation[] = Object.entries(childrenOf(cursorAt('paths').value)).flatMap(
  ([route, item]) =>
    methods
      .filter((method) => method in childrenOf(item))
      .map((method) => {
        const place = cursorAt('paths', route, method)
        const parameters = [cursorAt('paths', route), place].flatMap((of) =>
          has(of, 'parameters') ? childPlaces(below(of, 'parameters')) : [],
        )
        return {
          ...v.parse(Operation, place.value),
          method: method.toUpperCase(),
          route,
          place,
          parameters: parameters.map((each) => ({ ...v.parse(Parameter, each.value), place: each })),
        }
      }),
)

/** Strict: a keyword that JSON Schema does not have is an error; but the document itself is no schema. */
const options = { strict: true, allErrors: true, allowUnionTypes: true, keywords: Object.keys(document) }
const ajv = formats.default(new Ajv2020(options)).addSchema(document, 'openapi.yaml')
const headerAjv = formats.default(new Ajv2020({ ...options, coerceTypes: true })).addSchema(document, 'openapi.yaml')
const compiled = new Map<string, ValidateFunction>()

/** What is wrong with a value by the schema at a place; nothing: it fits. `asText`: the value stands for what it says. */
export function misfits(schema: Place, value: unknown, { asText = false } = {}): string[] {
  const $ref = `openapi.yaml#/${schema.path.map(escaped).join('/')}`
  const key = `${asText} ${$ref}`
  const validate = compiled.get(key) ?? (asText ? headerAjv : ajv).compile({ $ref })
  compiled.set(key, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }: ErrorObject) => `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`,
  )
}

/** Whether a route is Keytrail's own, where what is not known is refused; the reference's routes pass it over. */
export const isOwnRoute = (route: string): boolean =>
  /^\/(me$|organizations$|organizations\/\{id\}\/(?!events$)|public\/events\/feed|directory|server-keys|operations\/)/.test(
    route,
  )
