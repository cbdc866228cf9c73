// Puts the demo data in, through the app's own API as a trusted server: the directory, then a month of events. Repeating it adds nothing.
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import type { ServerEvent } from '../month/messages.ts'
import { lastDays, month } from '../month/month.ts'
import { acme, other, provider } from '../people/world.ts'
import type { Progress } from '../progress.ts'
import { readSeedState, writeSeedState } from './state.ts'

const eventsPerPost = 200
const eventsPerPage = 1_000
const triesMax = 6
/** The queue holds a message that failed back for a while, so this is generous. */
const stalledMsMax = 120_000

type SeedOptions = {
  /** Base URL of the app. */
  readonly url: string
  /** Stores which month goes in, and whether it is in. */
  readonly stateFile: string
  /** How much of the month goes in, counted back from its end. */
  readonly days: number
  readonly serverToken: () => Promise<string>
  readonly organizationToken: (organizationId: string) => Promise<string>
  readonly backlog: Backlog
  /** What is to be done once the directory is in and no event is yet. */
  readonly afterDirectory?: () => Promise<void>
  readonly progress: Progress
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ends the work with the signal's reason; a later call with the same file goes on. */
  readonly signal: AbortSignal
  /** How long to wait before looking or trying again, in milliseconds; absent: 200. */
  readonly pauseMs?: number
}

/** What is left to process. */
export type Backlog = {
  /** Messages that wait or are being worked on. */
  readonly waiting: () => Promise<number>
  /** Messages that could not be processed. */
  readonly deadLetters: () => Promise<number>
}

/**
 * Resolves, with the instant (milliseconds since 1970) that the month ends with, when all is stored and can be listed; throws when the app refuses anything. What an earlier start put in is
 * looked for first: a storage emulator that is killed loses the last seconds, and with them all of a quick start.
 */
export async function seedDemo(options: SeedOptions): Promise<number> {
  const { stateFile, days, now, progress } = options
  const before = await readSeedState(stateFile)
  const base = before?.base ?? new Date(now()).toISOString()
  const events = lastDays(month(Date.parse(base)), Date.parse(base), days)
  if (before?.seeded) {
    const missing = await countMissing(events, options)
    if (missing === 0) return Date.parse(base)
    progress.end(
      `${missing.toLocaleString('en-US')} events are missing, since the last run was killed; they go in again`,
    )
  }

  await writeSeedState(stateFile, { base, seeded: false })
  await sendDirectory(options)
  await options.afterDirectory?.()
  await sendEvents(events, options)
  await processed(options)

  await writeSeedState(stateFile, { base, seeded: true })
  progress.end(`${events.length.toLocaleString('en-US')} events of the last month are in`)
  return Date.parse(base)
}

/** How many of these events the organizations' lists lack. The directory went in before them: it is there when they are. */
async function countMissing(events: readonly ServerEvent[], options: SeedOptions): Promise<number> {
  const range = { start: events[0]?.Date ?? '', end: events.at(-1)?.Date ?? '' }
  let count = 0
  for (const { id } of [acme, other]) {
    const stored = await storedIds(id, range, options)
    count += events.filter((event) => event.OrganizationId === id && stored?.has(event.IdempotencyId) === false).length
  }
  return count
}

const Page = v.object({ data: v.array(v.object({ id: v.string() })), continuationToken: v.nullable(v.string()) })

/** The ids of the events that an organization has in a range; undefined for one that the directory has switched off. */
async function storedIds(
  organizationId: string,
  range: { readonly start: string; readonly end: string },
  options: SeedOptions,
): Promise<ReadonlySet<string> | undefined> {
  const stored = new Set<string>()
  const query = new URLSearchParams({ ...range, pageSize: `${eventsPerPage}`, expand: 'none' })
  const token = await options.organizationToken(organizationId)
  for (;;) {
    const response = await ask(options, { method: 'GET', path: `/public/events?${query}`, token })
    if (response.status === 404) return undefined
    const page = v.parse(Page, JSON.parse(textOf(response)))
    for (const { id } of page.data) stored.add(id)
    if (page.continuationToken === null) return stored
    query.set('continuationToken', page.continuationToken)
  }
}

async function sendDirectory(options: SeedOptions): Promise<void> {
  for (const { id, ...organization } of [acme, other]) {
    await send(options, 'PUT', `/directory/organizations/${id}`, organization)
  }
  const { id, ...document } = provider
  await send(options, 'PUT', `/directory/providers/${id}`, document)
}

const Accepted = v.object({ dropped: v.array(v.unknown()) })

/** One array after the other, so that the feed has the month in its order. */
async function sendEvents(events: readonly ServerEvent[], options: SeedOptions): Promise<void> {
  for (let sent = 0; sent < events.length; sent += eventsPerPost) {
    options.progress.show('sending', sent, events.length, 'events')
    const response = await send(options, 'POST', '/events', events.slice(sent, sent + eventsPerPost))
    const { dropped } = v.parse(Accepted, JSON.parse(response))
    if (dropped.length > 0)
      throw new Error(`the app drops events of the demo data: ${JSON.stringify(dropped.slice(0, 3))}`)
  }
}

/** Waits until every message is processed; throws when nothing moves for stalledMsMax. */
async function processed({ backlog, progress, signal, now, pauseMs = 200 }: SeedOptions): Promise<void> {
  const atFirst = await backlog.waiting()
  let least = atFirst
  let movedAt = now()
  for (let left = atFirst; left > 0; left = await backlog.waiting()) {
    if (left < least) [least, movedAt] = [left, now()]
    if (now() - movedAt > stalledMsMax) throw new Error(`the app leaves ${left} messages of the demo data in its queue`)
    progress.show('storing', Math.max(atFirst - left, 0), Math.max(atFirst, left), 'messages')
    await pause(pauseMs, undefined, { signal })
  }
  const deadLetters = await backlog.deadLetters()
  if (deadLetters > 0) throw new Error(`${deadLetters} messages of the demo data ended in the queue event-poison`)
}

/** Sends one request as the trusted server. Gives the text of the response; throws any failure. */
async function send(options: SeedOptions, method: string, path: string, body: unknown): Promise<string> {
  const token = await options.serverToken()
  return textOf(await ask(options, { method, path, token, body: JSON.stringify(body) }))
}

/** How to reach the app. */
export type Reach = Pick<SeedOptions, 'url' | 'signal' | 'pauseMs'>
type Request = { readonly method: string; readonly path: string; readonly token: string; readonly body?: string }
type Responded = { readonly request: Request; readonly status: number; readonly text: string }

/** Asks again while the app says that it cannot do it now, triesMax times at most. */
export async function ask(options: Reach, request: Request): Promise<Responded> {
  const { url, signal, pauseMs = 200 } = options
  const { method, path, token, body = null } = request
  for (let tries = 1; ; tries += 1) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(url + path, { method, headers, body, signal })
    const text = await response.text()
    const passing = response.status === 503 || response.status === 429
    if (!passing || tries === triesMax) return { request, status: response.status, text }
    await pause(pauseMs * 2 ** tries, undefined, { signal })
  }
}

/** The text of a response; throws any failure. */
export function textOf({ request, status, text }: Responded): string {
  if (status >= 200 && status < 300) return text
  throw new Error(`the demo data: ${request.method} ${request.path} responded ${status} ${text.slice(0, 500)}`)
}
