// Reads request bodies: bounded, as text or as JSON of a known shape.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import * as v from 'valibot'
import { badRequest, failure } from './answers.ts'

/** Largest body, unless a route says otherwise. */
export const bodyBytesMax = 4 * 1024 * 1024

export type Invalid = { readonly kind: 'invalid'; readonly answer: HttpResponseInit }
export type Text = { readonly kind: 'text'; readonly text: string }

const invalid = (answer: HttpResponseInit): Invalid => ({ kind: 'invalid', answer })
const tooLarge = (bytesMax: number) => invalid(failure(413, `The body is larger than ${bytesMax / 1024 / 1024} MiB.`))

/** The body as text (UTF-8). The Functions host hands over only bodies whose length was announced: others get a 411. */
export async function readText(request: HttpRequest, bytesMax = bodyBytesMax): Promise<Text | Invalid> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return tooLarge(bytesMax)
  const body = await request.arrayBuffer()
  if (body.byteLength > bytesMax) return tooLarge(bytesMax)
  if (body.byteLength === 0 && request.headers.has('transfer-encoding')) {
    return invalid(failure(411, 'Send the body with a Content-Length, not in chunks.'))
  }
  return { kind: 'text', text: new TextDecoder().decode(body) }
}

/** The body as JSON of this shape, `whenEmpty` in place of none; what does not fit is named by its path. */
export async function readJson<T>(
  request: HttpRequest,
  schema: v.GenericSchema<unknown, T>,
  { whenEmpty = '', bytesMax = bodyBytesMax }: { readonly whenEmpty?: string; readonly bytesMax?: number } = {},
): Promise<{ readonly kind: 'json'; readonly value: T } | Invalid> {
  const body = await readText(request, bytesMax)
  if (body.kind === 'invalid') return body

  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), body.text || whenEmpty)
  if (!json.success) return invalid(badRequest({ body: ['is not JSON'] }))
  // To the schemas of objects, an empty array is an object without members.
  if (Array.isArray(json.output) && schema.type.endsWith('object')) {
    return invalid(badRequest({ body: ['must be an object'] }))
  }
  const read = v.safeParse(schema, json.output)
  return read.success ? { kind: 'json', value: read.output } : invalid(badRequest(errorsOf(read.issues)))
}

const issuesShownMax = 20

function errorsOf(issues: readonly v.BaseIssue<unknown>[]): Record<string, string[]> {
  const errors: Record<string, string[]> = {}
  for (const issue of issues.slice(0, issuesShownMax)) {
    const path = v.getDotPath(issue) ?? 'body'
    errors[path] = [...(errors[path] ?? []), problemOf(issue)]
  }
  return errors
}

const kinds: Readonly<Record<string, string>> = { Array: 'an array', Object: 'an object' }

/** What is wrong, in words that follow the member's name. */
function problemOf({ type, received, expected, kind, message }: v.BaseIssue<unknown>): string {
  if (received === 'undefined') return 'is missing'
  if (type === 'strict_object') return 'is not known'
  if (type === 'regex' || type === 'check') return message
  if (type === 'integer') return 'must be a whole number'
  return kind === 'schema' ? `must be ${kinds[expected ?? ''] ?? expected}` : `must be ${expected}, is ${received}`
}
