// How published connectors page through /public/events: each as small as it goes, with the texts it puts in the URL and the mistakes it counts on.
import * as v from 'valibot'

const Page = v.object({
  object: v.literal('list'),
  data: v.array(v.looseObject({ id: v.string(), type: v.number(), date: v.string() })),
  continuationToken: v.nullable(v.string()),
})
export type PublicEvent = v.InferOutput<typeof Page>['data'][number]

/** Sends `GET path` with the connector's bearer token and gives the body; any status but 200 ends its run. */
export type Ask = (path: string) => Promise<unknown>

/** More pages than any test's log has: past them a connector goes round in circles. */
const pagesMax = 100

/** The pages of a list, each asked for by the query that the connector writes for the token of the one before. */
async function* pagesOf(ask: Ask, queryFor: (token: string | undefined) => string, first?: string) {
  let token = first
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = v.parse(Page, await ask(`/public/events${queryFor(token)}`))
    yield page
    if (page.continuationToken === null) return
    token = page.continuationToken
  }
  throw new Error('pages without end')
}

/** The same as text for a URL, without properties that are undefined. */
function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const text = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) text.append(name, value)
  return text.size === 0 ? '' : `?${text}`
}

/** Splunk's checkpoint: the request it is to send next, else the end of the last run. Times in microseconds. */
export type SplunkCheckpoint =
  | { readonly kind: 'request'; readonly start: number; readonly end: number; readonly token: string }
  | { readonly kind: 'done'; readonly end: number }

/**
 * Splunk's app: asks from 1 µs after the end of the last run, in the words of Python's `str(datetime)`, and goes on with the
 * token and both times repeated. It keeps its checkpoint after each page; `stopAfter` ends the run after that many.
 */
export async function splunk(
  ask: Ask,
  checkpoint: SplunkCheckpoint,
  now: number,
  stopAfter?: number,
): Promise<{ events: PublicEvent[]; checkpoint: SplunkCheckpoint }> {
  const { start, end, token: stored } = checkpoint.kind === 'request' ? checkpoint : nextOf(checkpoint, now)
  const queryFor = (token?: string) =>
    queryOf({ start: pythonText(start), end: pythonText(end), continuationToken: token })
  const events: PublicEvent[] = []
  let pages = 0
  for await (const { data, continuationToken } of pagesOf(ask, queryFor, stored)) {
    events.push(...data)
    pages += 1
    if (data.length === 0) break
    if (continuationToken !== null && pages === stopAfter) {
      return { events, checkpoint: { kind: 'request', start, end, token: continuationToken } }
    }
  }
  return { events, checkpoint: { kind: 'done', end } }
}

const nextOf = ({ end }: { readonly end: number }, now: number) => ({ start: end + 1, end: now, token: undefined })

/** How Splunk's app reads a date: the text before the dot and up to six digits after it; always as UTC. */
export function splunkTime(date: string): number {
  const [whole = '', rest = ''] = date.split('.')
  const fraction = rest.replaceAll(/\D/g, '').slice(0, 6)
  return microseconds(`${whole}.${fraction}Z`)
}

/** `2026-10-28 00:00:00+00:00`, with six fraction digits unless they are zero. */
function pythonText(time: number): string {
  const fraction = time % 1_000_000 === 0 ? '' : `.${String(time % 1_000_000).padStart(6, '0')}`
  return `${new Date(Math.floor(time / 1_000)).toISOString().slice(0, 19).replace('T', ' ')}${fraction}+00:00`
}

/** A time in microseconds since 1970; digits beyond are cut. */
export function microseconds(date: string): number {
  const [, whole = '', fraction = ''] = /^([^.Z]+)\.?(\d*)Z$/.exec(date) ?? []
  return Date.parse(`${whole}Z`) * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/**
 * Elastic's integration: asks from its cursor to now, repeats both with the token, and stops where the token is empty. Its
 * next cursor is the date of the first event it saw, which it takes for the newest; a run without events keeps it.
 */
export async function elastic(ask: Ask, cursor: string, now: string) {
  const range = { start: goText(cursor), end: goText(now) }
  const events: PublicEvent[] = []
  for await (const { data } of pagesOf(ask, (token) => queryOf({ ...range, continuationToken: token }))) {
    events.push(...data)
  }
  return { events, cursor: events[0]?.date ?? cursor }
}

/** Go's layout `2006-01-02T15:04:05.999Z`: milliseconds, without the zeros at their end. */
const goText = (date: string) => new Date(date).toISOString().replace(/\.?0*Z$/, 'Z')

/** LimaCharlie's adapter: start and end in its host's zone (here Delhi's), whole seconds; then the token alone. */
export async function limaCharlie(ask: Ask, lastEnd: string | undefined, now: string) {
  const window = lastEnd === undefined ? {} : { start: inDelhi(lastEnd), end: inDelhi(now) }
  const events: PublicEvent[] = []
  for await (const { data } of pagesOf(ask, (token) => queryOf(token ? { continuationToken: token } : window))) {
    events.push(...data)
  }
  return { events, lastEnd: now }
}

/** RFC 3339 in whole seconds, five and a half hours ahead of UTC. */
const inDelhi = (date: string) => `${new Date(Date.parse(date) + 19_800_000).toISOString().slice(0, 19)}+05:30`

/** Sentinel's poller: a request for each minute, in milliseconds written as microseconds, token and times repeated. */
export async function sentinel(ask: Ask, from: string, minutes: number): Promise<PublicEvent[]> {
  const events: PublicEvent[] = []
  for (let minute = 0; minute < minutes; minute += 1) {
    const [start, end] = [minute, minute + 1].map((each) =>
      new Date(Date.parse(from) + each * 60_000).toISOString().replace(/\.\d+Z$/, '.000000Z'),
    )
    for await (const { data } of pagesOf(ask, (token) => queryOf({ start, end, continuationToken: token }))) {
      events.push(...data)
    }
  }
  return events
}

/** XSOAR's collector: every parameter in every request, empty where it has nothing; the next start is the newest date, cut at the dot. */
export async function xsoar(ask: Ask, lastFetch: string) {
  const events: PublicEvent[] = []
  const queryFor = (continuationToken = '') => queryOf({ start: lastFetch, end: '', continuationToken })
  for await (const { data } of pagesOf(ask, queryFor)) events.push(...data)
  const seconds = events.map(({ date }) => {
    const [whole, fraction] = date.split('.')
    if (fraction === undefined) throw new Error(`no dot in ${date}`)
    return `${whole}Z`
  })
  return { events, lastFetch: seconds.toSorted().at(-1) ?? lastFetch }
}

/** A shell script: pastes the token into the URL as it came. */
export async function shellScript(ask: Ask, query = ''): Promise<PublicEvent[]> {
  const pasted = (token?: string) =>
    token === undefined ? query : `${query}${query === '' ? '?' : '&'}continuationToken=${token}`
  const events: PublicEvent[] = []
  for await (const { data } of pagesOf(ask, pasted)) events.push(...data)
  return events
}
