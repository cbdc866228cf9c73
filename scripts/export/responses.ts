// The responses that make up an export, one after the other: each Link leads to the next.
import * as v from 'valibot'

export type ExportRequest = {
  readonly org: string
  readonly from: string
  readonly to?: string | undefined
  /** What the events must pass (docs/search.md). */
  readonly search?: string | undefined
  readonly format: string
  /** Base URL of the app. */
  readonly url: string
  readonly token: string
}

/** One response: its part of the file, and how many events are in it. */
type ExportResponse = { readonly body: Buffer; readonly events: number }

/** Fetches one response after the other. The second and later ones of a CSV come without their header. Throws what people should read. */
export async function* responsesOf(request: ExportRequest, signal?: AbortSignal): AsyncGenerator<ExportResponse> {
  const csv = request.format === 'csv'
  const seen = new Set<string>()
  let url: URL | undefined = firstUrl(request)
  while (url) {
    if (seen.has(url.href)) throw new Error('the server leads around in circles')
    seen.add(url.href)
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${request.token}` },
      redirect: 'error',
      ...(signal && { signal }),
    })
    if (!response.ok) throw new Error(await refusalOf(response))
    const body = Buffer.from(await response.arrayBuffer())
    const headerBytes = csv ? body.indexOf('\n') + 1 : 0
    const events = recordsIn(body, csv) - (csv ? 1 : 0)
    yield { body: seen.size > 1 ? body.subarray(headerBytes) : body, events }
    url = nextUrl(response, url)
  }
}

function firstUrl({ url, org, format, from, to, search }: ExportRequest): URL {
  const first = new URL(`organizations/${org}/events/export`, url.endsWith('/') ? url : `${url}/`)
  const query = {
    format,
    start: from,
    ...(to !== undefined && { end: to }),
    ...(search !== undefined && { q: search }),
  }
  for (const [name, value] of Object.entries(query)) first.searchParams.set(name, value)
  return first
}

/** The target of `rel="next"` (RFC 8288); only on the same server, which alone may see the token. */
function nextUrl(response: Response, current: URL): URL | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(response.headers.get('link') ?? '') ?? []
  if (target === undefined) return undefined
  const next = new URL(target, current)
  if (next.origin !== current.origin) throw new Error(`the server leads elsewhere: ${next.origin}`)
  return next
}

const [newLine, quote] = [0x0a, 0x22]

/** Counts lines; in a CSV, those that are not inside quotes. */
function recordsIn(body: Buffer, csv: boolean): number {
  let records = 0
  let quoted = false
  for (const byte of body) {
    if (csv && byte === quote) quoted = !quoted
    if (byte === newLine && !quoted) records += 1
  }
  return records
}

const ErrorBody = v.object({ message: v.string(), errors: v.nullish(v.record(v.string(), v.array(v.string()))) })

const hints: Readonly<Record<number, string>> = {
  401: "The token in KEYTRAIL_TOKEN is not valid, has expired, or is not a person's: an API key's is not accepted.",
  404: 'There is no such organization, or this token may not read its log.',
}

async function refusalOf(response: Response): Promise<string> {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), ErrorBody), await response.text())
  const { message = '', errors = null } = read.success ? read.output : {}
  const details = Object.entries(errors ?? {}).map(([parameter, problems]) => `${parameter} ${problems.join(', ')}`)
  return [`The server responded with ${response.status}.`, hints[response.status] ?? message, ...details]
    .filter(Boolean)
    .join(' ')
}
