// Checks a real response against openapi.yaml: status, media type, headers and body must be as the document has them.
import { isGuid } from '../../../local/host/routes/guid-forms.ts'
import { below, childrenOf, has, misfits, type Operation, operations, type Place } from './document.ts'

/** A response, and the request it belongs to. */
export type Exchange = {
  readonly method: string
  /** With or without a query. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Headers that the document describes only in prose, and those of HTTP itself. */
const everywhere = new Set([
  'cache-control',
  'content-security-policy',
  'referrer-policy',
  'strict-transport-security',
  'vary',
  'x-content-type-options',
  'x-frame-options',
  'access-control-allow-origin',
  'access-control-allow-credentials',

  'access-control-expose-headers',
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
])

/** As fetch, but throws when the document does not allow the response. */
export async function checkedFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init)
  const { pathname, search } = new URL(url)
  const { status, headers } = response
  const text = await response.clone().text()
  expectDocumented({ method: init.method ?? 'GET', path: pathname + search, status, headers, text })
  return response
}

/** Throws when the document does not allow a response; the message says why. */
export function expectDocumented(exchange: Exchange): void {
  const faults = faultsOf(exchange)
  if (faults.length === 0) return
  const { method, path, status, text } = exchange
  const shown = text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text
  throw new Error(
    `openapi.yaml does not allow ${status} to ${method} ${path}:\n- ${faults.join('\n- ')}\nanswer: ${shown}`,
  )
}

/** What the document does not allow in a response. Responses to OPTIONS and HEAD are not documented, and not checked. */
export function faultsOf({ method, path, status, headers, text }: Exchange): string[] {
  if (method === 'OPTIONS' || method === 'HEAD') return []
  const operation = operationOf(method, path)
  if (!operation)
    return status === 404 && text === '' ? [] : ['no such operation is documented: only the host responds']
  if (!(status in operation.responses)) return [`the status is not documented for ${operation.operationId}`]

  const response = below(operation.place, 'responses', String(status))
  return [...headerFaults(response, headers), ...bodyFaults(response, headers.get('content-type'), text)]
}

/** The operation that a request goes to, as the host finds it: in any case, with or without a slash at the end. */
export function operationOf(method: string, path: string): Operation | undefined {
  const [pathname = ''] = path.split('?')
  // Below /api stand the public API and the lists, each of which ends in "events".
  const below = method === 'GET' ? /^\/api(?=\/public\/|\/(.+\/)?events\/?$)/i : /^\/api(?=\/public\/)/i
  const plain = pathname.replace(below, '').replace(/(?<=.)\/$/, '')
  return operations.find((operation) => operation.method === method && fits(operation, plain))
}

function fits({ route, parameters }: Operation, path: string): boolean {
  const [given, wanted] = [path.split('/'), route.split('/')]
  return (
    given.length === wanted.length &&
    wanted.every((part, index) => {
      const value = given[index] ?? ''
      const [, name] = /^\{(.+)\}$/.exec(part) ?? []
      if (name === undefined) return part.toLowerCase() === value.toLowerCase()
      const parameter = parameters.find((each) => each.in === 'path' && each.name === name)
      return parameter !== undefined && misfits(below(parameter.place, 'schema'), inUsualForm(value)).length === 0
    })
  )
}

/** A GUID in any form that the host takes in its usual one; anything else as it is. */
function inUsualForm(text: string): string {
  if (!isGuid(decodeURIComponent(text))) return text
  const digits = decodeURIComponent(text).replaceAll(/0x|[^0-9a-f]/gi, '')
  return digits.replace(/^(\w{8})(\w{4})(\w{4})(\w{4})(\w{12})$/, '$1-$2-$3-$4-$5')
}

function headerFaults(response: Place, headers: Headers): string[] {
  const documented = has(response, 'headers') ? Object.keys(childrenOf(below(response, 'headers').value)) : []
  const faults = documented.flatMap((name) => {
    const place = below(response, 'headers', name)
    const value = headers.get(name)
    if (value !== null)
      return misfits(below(place, 'schema'), value, { asText: true }).map((each) => `${name}: ${each}`)
    return has(place, 'required') ? [`the header ${name} is missing`] : []
  })
  const known = new Set([...documented.map((name) => name.toLowerCase()), ...everywhere])
  const unknown = [...headers.keys()].filter((name) => !known.has(name))
  const stored = headers.get('cache-control') === 'no-store' ? [] : ['it may be stored: Cache-Control is not no-store']
  return [...faults, ...unknown.map((name) => `the header ${name} is not documented`), ...stored]
}

function bodyFaults(response: Place, contentType: string | null, text: string): string[] {
  if (!has(response, 'content')) return text === '' ? [] : ['it has a body, and none is documented']
  const content = below(response, 'content')
  const [mediaType = ''] = (contentType ?? '').split(';')
  if (!has(content, mediaType)) return [`the media type ${mediaType || '(none)'} is not documented`]

  const media = below(content, mediaType)
  const schema = below(media, 'schema')
  if (mediaType !== 'application/json') return [...misfits(schema, text), ...lineFaults(media, text)]
  const body = jsonOf(text)
  return body === undefined ? ['the body is no JSON'] : misfits(schema, body.json).map((each) => `body: ${each}`)
}

/** `x-line` is the schema of each line of newline-delimited JSON. */
function lineFaults(media: Place, text: string): string[] {
  if (!has(media, 'x-line')) return []
  return text.split('\n').flatMap((line, index) => {
    if (line === '') return []
    const read = jsonOf(line)
    const faults = read ? misfits(below(media, 'x-line'), read.json) : ['is no JSON']
    return faults.map((fault) => `line ${index + 1}: ${fault}`)
  })
}

function jsonOf(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}
