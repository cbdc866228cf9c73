// Reads request bodies: bounded, as text or as JSON of a known shape.
import type { HttpRequest } from '@azure/functions'
import * as v from 'valibot'
import { elementsOf, formProblem } from '../../domain/json-bytes.ts'
import { cleaned } from '../../domain/texts.ts'
import { type Errors, invalid, type Problem } from './responses.ts'

/** Largest body, unless a route says otherwise. */
export const bodyBytesMax = 512 * 1024
/** Longest body of which every problem is reported; of a longer one, the first. */
const allProblemsBytesMax = 64 * 1024
/** Longest element of a batch: longer ones are not parsed. An event has about 200 bytes. */
export const elementBytesMax = 16 * 1024

type Text = { readonly kind: 'text'; readonly text: string }

const sizeOf = (bytes: number) => (bytes < 1024 * 1024 ? `${bytes / 1024} KiB` : `${bytes / 1024 / 1024} MiB`)
const tooLarge = (message: string): Problem => ({ kind: 'too-large', message })
const bodyTooLarge = (bytesMax: number) => tooLarge(`The body is larger than ${sizeOf(bytesMax)}.`)

/** The body as text (UTF-8). The Functions host passes on only bodies with a Content-Length: others get a 411. */
export async function readText(request: HttpRequest, bytesMax = bodyBytesMax): Promise<Text | Problem> {
  const body = await readBytes(request, bytesMax)
  return body.kind === 'bytes' ? { kind: 'text', text: textOf(body.bytes) } : body
}

type Bytes = { readonly kind: 'bytes'; readonly bytes: Buffer }

async function readBytes(request: HttpRequest, bytesMax: number): Promise<Bytes | Problem> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return bodyTooLarge(bytesMax)
  const body = await request.arrayBuffer()
  if (body.byteLength > bytesMax) return bodyTooLarge(bytesMax)
  if (body.byteLength === 0 && request.headers.has('transfer-encoding')) {
    return { kind: 'length-missing' }
  }
  return { kind: 'bytes', bytes: Buffer.from(body) }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/**
 * The body as JSON of this shape, `whenEmpty` if there is no body; problems are reported by path. A body that would take many
 * times its size once parsed is refused before.
 */
export async function readJson<T>(
  request: HttpRequest,
  schema: v.GenericSchema<unknown, T>,
  { whenEmpty = '', bytesMax = bodyBytesMax }: { readonly whenEmpty?: string; readonly bytesMax?: number } = {},
): Promise<{ readonly kind: 'json'; readonly value: T } | Problem> {
  const body = await readBytes(request, bytesMax)
  if (body.kind !== 'bytes') return body
  const problem = formProblem(body.bytes)
  if (problem !== undefined) return invalid({ body: [problem] })

  const json = parsed(textOf(body.bytes) || whenEmpty)
  if (json === undefined) return notJson
  // To the schemas of objects, an empty array is an object without properties.
  if (Array.isArray(json.value) && schema.type.endsWith('object')) {
    return invalid({ body: ['must be an object'] })
  }
  const first = v.safeParse(schema, json.value, { abortEarly: true })
  if (first.success) return { kind: 'json', value: first.output }
  const all = body.bytes.length <= allProblemsBytesMax ? v.safeParse(schema, json.value).issues : undefined
  return invalid(errorsOf(all ?? first.issues))
}

/** How large a batch may be. `orOne`: an object is a batch of one. `orIn`: the array may stand in an object's only property. */
type BatchLimits = {
  readonly bytesMax: number
  readonly lengthMax: number
  readonly orOne?: boolean
  readonly orIn?: string
}

/**
 * The elements of the JSON array in the body, in order, each parsed and read on its own: so a batch takes only the memory of what
 * `read` returns. `read` gets undefined for an element that is too long to be parsed.
 */
export async function readBatch<T>(
  request: HttpRequest,
  { bytesMax, lengthMax, orOne = false, orIn }: BatchLimits,
  read: (element: unknown, index: number, body: Uint8Array) => T,
): Promise<{ readonly kind: 'batch'; readonly read: readonly T[] } | Problem> {
  const body = await readBytes(request, bytesMax)
  if (body.kind !== 'bytes') return body
  const { bytes } = body
  const found = elementsOf(bytes, lengthMax, orIn)
  const isOne = found.kind === 'refused' && found.reason === 'object' && orOne
  if (found.kind === 'refused' && !isOne) return refusedBatch[found.reason](lengthMax)

  const values: T[] = []
  for (const { start, end } of found.kind === 'elements' ? found.parts : [{ start: 0, end: bytes.length }]) {
    const isLong = end - start > elementBytesMax
    const json = isLong ? { value: undefined } : parsed(isOne ? textOf(bytes) : bytes.toString('utf8', start, end))
    if (json === undefined) return notJson
    values.push(read(json.value, values.length, bytes))
  }
  return { kind: 'batch', read: values }
}

const notJson = invalid({ body: ['is not JSON'] })
const noArray = invalid({ body: ['must be an array'] })
const refusedBatch = {
  'not-json': () => notJson,
  object: () => noArray,
  'no-array': () => noArray,
  'too-many': (lengthMax: number) => tooLarge(`More than ${lengthMax} events.`),
} as const

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const issuesShownMax = 20
/** Longest name of what is wrong, in UTF-16 units: the body may hold any. */
const pathCharsMax = 200

function errorsOf(issues: readonly v.BaseIssue<unknown>[]): Errors {
  const errors = new Map<string, string[]>()
  for (const issue of issues.slice(0, issuesShownMax)) {
    const path = cleaned((v.getDotPath(issue) ?? 'body').slice(0, pathCharsMax))
    errors.set(path, [...(errors.get(path) ?? []), problemOf(issue)])
  }
  // Not by assignment: a property may be called `__proto__`.
  return Object.fromEntries(errors)
}

const kinds: Readonly<Record<string, string>> = { Array: 'an array', Object: 'an object' }

/** What is wrong, as text that follows the property's name. */
function problemOf({ type, received, requirement, expected, kind, message }: v.BaseIssue<unknown>): string {
  if (received === 'undefined') return 'is missing'
  if (type === 'strict_object') return expected === 'never' ? 'is not known' : 'must be an object'
  if (type === 'regex' || type === 'check' || type === 'raw_transform') return message
  if (type === 'min_length' && requirement === 1) return 'must not be empty'
  if (type === 'integer') return 'must be a whole number'
  return kind === 'schema' ? `must be ${kinds[expected ?? ''] ?? expected}` : `must be ${expected}, is ${received}`
}
