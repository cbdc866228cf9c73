// Writes web/api/types.ts: the schemas of openapi.yaml as types, for the page.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compile } from 'json-schema-to-typescript'
import * as v from 'valibot'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '..')

const Document = v.object({ components: v.object({ schemas: v.record(v.string(), v.unknown()) }) })

/** The keywords that a type follows from. Without the others, a reworded description changes no type. */
const valueKeywords = ['type', 'const', 'enum', 'required'] as const
const schemaKeywords = ['items', 'additionalProperties'] as const
const listKeywords = ['allOf', 'anyOf', 'oneOf'] as const

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A schema of OpenAPI 3.1 as one of JSON Schema that holds only what a type follows from. */
function shapeOf(schema: unknown): unknown {
  if (!isObject(schema)) return schema
  if (typeof schema.$ref === 'string') return { $ref: schema.$ref.replace('#/components/schemas/', '#/$defs/') }
  const { allOf, ...rest } = schema
  // The generator ignores `allOf` beside `properties`: those become one more part of it.
  if (Array.isArray(allOf) && 'properties' in schema) return shapeOf({ allOf: [...allOf, rest] })
  const shape: Record<string, unknown> = {}
  for (const name of valueKeywords) if (name in schema) shape[name] = schema[name]
  for (const name of schemaKeywords) if (name in schema) shape[name] = shapeOf(schema[name])
  for (const name of listKeywords) {
    const list = schema[name]
    if (Array.isArray(list)) shape[name] = list.map(shapeOf)
  }
  if (isObject(schema.properties)) shape.properties = shapesOf(schema.properties)
  return shape
}

const shapesOf = (schemas: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, shapeOf(schema)]))

/** The text of web/api/types.ts for the text of openapi.yaml. */
export async function apiTypes(openapi: string): Promise<string> {
  const { components } = v.parse(Document, parse(openapi))
  const types = await compile({ $defs: shapesOf(components.schemas) }, 'Schemas', {
    additionalProperties: false,
    bannerComment: '// The schemas of openapi.yaml as types, written by `npm run api-types`.',
    unreachableDefinitions: true,
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
  // The generator's comments say only where a type comes from.
  return types.replaceAll(/^ *\/\*\*\n(?: *\*.*\n)+/gm, '')
}

if (import.meta.main) {
  await writeFile(join(root, 'web/api/types.ts'), await apiTypes(await readFile(join(root, 'openapi.yaml'), 'utf8')))
}
