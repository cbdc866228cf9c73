// Puts the demo data in, through the app's own API as a trusted server: the directory, then a month of events. Repeating it adds nothing.
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import type { ServerEvent } from './messages.ts'
import { month } from './month.ts'
import type { Progress } from './progress.ts'
import { readSeedState, writeSeedState } from './state.ts'
import { acme, other, provider } from './world.ts'

const eventsPerPost = 200
const triesMax = 6
/** The queue holds a message that failed back for a while, so this is generous. */
const stalledMsMax = 120_000

export type SeedOptions = {
  /** Base URL of the app. */
  readonly url: string
  /** Remembers which month goes in, and when it is in. */
  readonly stateFile: string
  readonly serverToken: () => Promise<string>
  readonly backlog: Backlog
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
  readonly setAside: () => Promise<number>
}

/** Resolves when all is stored and can be listed, at once when an earlier start saw to that; throws when the app refuses anything. */
export async function seedDemo(options: SeedOptions): Promise<void> {
  const { stateFile, now, progress } = options
  const before = await readSeedState(stateFile)
  if (before?.seeded) return

  const base = before?.base ?? new Date(now()).toISOString()
  await writeSeedState(stateFile, { base, seeded: false })
  const events = month(Date.parse(base))
  await sendDirectory(options)
  await sendEvents(events, options)
  await settle(options)

  await writeSeedState(stateFile, { base, seeded: true })
  progress.end(`${events.length.toLocaleString('en-US')} events of the last month are in`)
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
    const answer = await send(options, 'POST', '/events', events.slice(sent, sent + eventsPerPost))
    const { dropped } = v.parse(Accepted, JSON.parse(answer))
    if (dropped.length > 0)
      throw new Error(`the app drops events of the demo data: ${JSON.stringify(dropped.slice(0, 3))}`)
  }
}

/** Waits until every message is processed; throws when nothing moves for stalledMsMax. */
async function settle({ backlog, progress, signal, now, pauseMs = 200 }: SeedOptions): Promise<void> {
  const atFirst = await backlog.waiting()
  let least = atFirst
  let movedAt = now()
  for (let left = atFirst; left > 0; left = await backlog.waiting()) {
    if (left < least) [least, movedAt] = [left, now()]
    if (now() - movedAt > stalledMsMax) throw new Error(`the app leaves ${left} messages of the demo data in its queue`)
    progress.show('storing', Math.max(atFirst - left, 0), Math.max(atFirst, left), 'messages')
    await pause(pauseMs, undefined, { signal })
  }
  const setAside = await backlog.setAside()
  if (setAside > 0) throw new Error(`${setAside} messages of the demo data ended in the queue event-poison`)
}

/** Sends one request, again while the app says that it cannot do it now. Gives the answer's text; throws any other failure. */
async function send(options: SeedOptions, method: string, path: string, body: unknown): Promise<string> {
  const { url, serverToken, signal, pauseMs = 200 } = options
  for (let tries = 1; ; tries += 1) {
    const headers = { authorization: `Bearer ${await serverToken()}`, 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body), signal })
    const text = await answer.text()
    if (answer.ok) return text
    const passing = answer.status === 503 || answer.status === 429
    if (!passing || tries === triesMax) {
      throw new Error(`the demo data is not in: ${method} ${path} answered ${answer.status} ${text.slice(0, 500)}`)
    }
    await pause(pauseMs * 2 ** tries, undefined, { signal })
  }
}
