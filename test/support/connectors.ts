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

const pageOf = async (ask: Ask, query: string) => v.parse(Page, await ask(`/public/events${query}`))

/** Splunk's checkpoint: the request it is to send next, else the end of the last run. Times in microseconds. */
export type SplunkCheckpoint =
  | { readonly kind: 'request'; readonly start: number; readonly end: number; readonly token: string | undefined }
  | { readonly kind: 'done'; readonly end: number }

/**
 * Splunk's app: asks from 1 µs after the end of the last run, in the words of Python's `str(datetime)`, and goes on with the
 * token and both times repeated. It keeps its checkpoint after each page: `pagesMax` ends the run there.
 */
export async function splunk(
  ask: Ask,
  checkpoint: SplunkCheckpoint,
  end: number,
  pagesMax = Number.MAX_VALUE,
): Promise<{ events: PublicEvent[]; checkpoint: SplunkCheckpoint }> {
  const first = checkpoint.kind === 'request' ? checkpoint : { start: checkpoint.end + 1, end }
  const range = { start: pythonText(first.start), end: pythonText(first.end) }
  const events: PublicEvent[] = []
  let token = checkpoint.kind === 'request' ? checkpoint.token : undefined
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const query = new URLSearchParams({ ...range, ...(token !== undefined && { continuationToken: token }) })
    const page = await pageOf(ask, `?${query}`)
    events.push(...page.data)
    if (page.data.length === 0 || page.continuationToken === null) {
      return { events, checkpoint: { kind: 'done', end: first.end } }
    }
    token = page.continuationToken
  }
  return { events, checkpoint: { kind: 'request', start: first.start, end: first.end, token } }
}

/** How Splunk's app reads a date: what stands before the dot, and up to six digits after it; UTC whatever the zone says. */
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
  let query = new URLSearchParams(range)
  for (;;) {
    const page = await pageOf(ask, `?${query}`)
    events.push(...page.data)
    if (!page.continuationToken) return { events, cursor: events[0]?.date ?? cursor }
    query = new URLSearchParams({ ...range, continuationToken: page.continuationToken })
  }
}

/** Go's layout `2006-01-02T15:04:05.999Z`: milliseconds, without the zeros at their end. */
const goText = (date: string) => new Date(date).toISOString().replace(/\.?0*Z$/, 'Z')

/** LimaCharlie's adapter: start and end in its host's zone (here Delhi's), whole seconds; then the token alone. */
export async function limaCharlie(ask: Ask, lastEnd: string | undefined, now: string) {
  const events: PublicEvent[] = []
  let query = lastEnd === undefined ? '' : `?${new URLSearchParams({ start: inDelhi(lastEnd), end: inDelhi(now) })}`
  for (;;) {
    const page = await pageOf(ask, query)
    events.push(...page.data)
    if (page.continuationToken === null) return { events, lastEnd: now }
    query = `?${new URLSearchParams({ continuationToken: page.continuationToken })}`
  }
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
    let token: string | null = null
    do {
      const next: Record<string, string> = token === null ? {} : { continuationToken: token }
      const page = await pageOf(ask, `?${new URLSearchParams({ start: start ?? '', end: end ?? '', ...next })}`)
      events.push(...page.data)
      token = page.continuationToken
    } while (token !== null)
  }
  return events
}

/** XSOAR's collector: every parameter in every request, empty where it has nothing; the next start is the newest date, cut at the dot. */
export async function xsoar(ask: Ask, lastFetch: string) {
  const events: PublicEvent[] = []
  let continuationToken = ''
  do {
    const page = await pageOf(ask, `?${new URLSearchParams({ start: lastFetch, end: '', continuationToken })}`)
    events.push(...page.data)
    continuationToken = page.continuationToken ?? ''
  } while (continuationToken !== '')
  const seconds = events.map(({ date }) => {
    const [whole, fraction] = date.split('.')
    if (fraction === undefined) throw new Error(`no dot in ${date}`)
    return `${whole}Z`
  })
  return { events, lastFetch: seconds.toSorted().at(-1) ?? lastFetch }
}

/** A shell script: pastes the token into the URL as it came, until the answer has none that a shell takes for text. */
export async function shellScript(ask: Ask, path = ''): Promise<PublicEvent[]> {
  const events: PublicEvent[] = []
  let query = path
  for (;;) {
    const page = await pageOf(ask, query)
    events.push(...page.data)
    if (page.continuationToken === null) return events
    query = `${path}${path.includes('?') ? '&' : '?'}continuationToken=${page.continuationToken}`
  }
}
