// Sends the rows of the table `event` that were not sent yet, oldest first: first the history, later what is new; both are the same work.
import type { Database, Row } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import type { State } from '../state.ts'
import { type Place, pageRowsMax, placeOf, readDigests, rowsOfSpan } from './digest-statements.ts'
import { add, changedSpans, type Digests, dayOf, firstHourOf, type Span, summedUp } from './digests.ts'
import { eventOf, organizationOf, type SentEvent } from './event-rows.ts'
import { rowsAfter, pageRowsMax as sqlitePageRowsMax, startOf, withAnchor } from './rowids.ts'

/** What following needs; `deliver` returns when the events are safe, `save` when the state is. */
type Following = {
  readonly database: Database
  readonly schema: Schema
  /** Their ids in lower case; undefined: all events. */
  readonly organizations: readonly string[] | undefined
  readonly deliver: (events: readonly SentEvent[]) => Promise<void>
  readonly save: (state: State) => Promise<void>
  readonly say: (words: string) => void
  readonly isStopped: () => boolean
  /** Unix ms; decides only how finely the past is known. */
  readonly now: number
  /** Events of the last hours that this process sent: they need not be sent again. */
  readonly recent: RecentlySent
}

/** Events per request. */
const batchEventsMax = 1_000

/** Sends what is new to Keytrail; gives the state after it. A page counts as sent when the state says so: before that it may be sent again. */
export const follow = (following: Following, state: State): Promise<State> =>
  following.database.kind === 'sqlite' ? followRowids(following, state) : followDigests(following, state)

async function followRowids(following: Following, before: State): Promise<State> {
  const { database, schema, deliver, save, say, isStopped } = following
  const { after, anchors, restarted } = await startOf(database, before.anchors)
  if (restarted) say('The event table was replaced. All of it is sent again; Keytrail skips what it has.')
  let state = { ...before, anchors: [...anchors] }
  for (let last = after; !isStopped(); ) {
    const rows = await rowsAfter(database, schema, last)
    const end = rows.at(-1)
    if (!end) break
    await deliver(wantedOf(rows, following.organizations))
    last = Number(end.rowid)
    state = { ...state, anchors: withAnchor(state.anchors, end) }
    await save(state)
    if (rows.length < sqlitePageRowsMax) break
  }
  return state
}

function wantedOf(rows: readonly Row[], organizations: readonly string[] | undefined): SentEvent[] {
  const events = rows.map(eventOf)
  return organizations ? events.filter((event) => organizations.includes(organizationOf(event) ?? '')) : events
}

async function followDigests(following: Following, before: State): Promise<State> {
  const { database, organizations, save, isStopped, now } = following
  const firstHour = firstHourOf(now)
  const known = summedUp(
    new Map(Object.entries(before.digests).map(([hour, digest]) => [Number(hour), digest])),
    firstHour,
  )
  const current = await readDigests(database, firstHour, organizations)
  const stateOf = (): State => ({ ...before, digests: Object.fromEntries(known) })
  // Days that retention emptied.
  for (const hour of known.keys()) if (!current.has(hour)) known.delete(hour)

  for (const span of changedSpans(known, current, pageRowsMax)) {
    if (isStopped()) break
    const sent = await sendSpan(following, span, firstHour)
    for (const hour of current.keys()) if (hour >= span.first && hour <= span.last) known.delete(hour)
    for (const [hour, digest] of sent) known.set(hour, digest)
    // What is known of these hours is what was read and sent, not what the statement before it counted.
    await save(stateOf())
  }
  return stateOf()
}

/** Sends the rows of a span, a page after the other; gives the digests of all rows read. */
async function sendSpan(following: Following, span: Span, firstHour: number): Promise<Digests> {
  const { database, schema, organizations, deliver, recent } = following
  const sent: Digests = new Map()
  for (let after: Place | undefined; ; ) {
    const rows = await rowsOfSpan(database, schema, span, firstHour, organizations, after)
    const places = rows.map(placeOf)
    const events = rows.map(eventOf).filter((_, index) => !recent.has(places[index]?.uuid ?? ''))
    for (let start = 0; start < events.length; start += batchEventsMax)
      await deliver(events.slice(start, start + batchEventsMax))
    for (const { hour, hash, uuid } of places) {
      add(sent, hour, [1, hash])
      recent.add(hour, uuid)
    }
    after = places.at(-1)
    if (!after || rows.length < pageRowsMax) return sent
  }
}

/** The ids of events that were sent from hours which still grow. */
type RecentlySent = {
  readonly has: (uuid: string) => boolean
  readonly add: (hour: number, uuid: string) => void
}

const recentIdsMax = 50_000

/** Knows the last ids of the last two days, as many as fit; what it does not know is sent once more. `nowMs` in Unix ms. */
export function recentlySent(nowMs: () => number): RecentlySent {
  const ids = new Set<string>()
  return {
    has: (uuid) => ids.has(uuid),
    add: (hour, uuid) => {
      if (hour < dayOf(Math.floor(nowMs() / 3_600_000)) - 24) return
      ids.add(uuid)
      if (ids.size <= recentIdsMax) return
      const [oldest] = ids
      if (oldest !== undefined) ids.delete(oldest)
    },
  }
}
