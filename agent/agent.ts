// The agent: rounds of reading the database and delivering to Keytrail, until it is stopped.
import { createHash } from 'node:crypto'
import { counted } from './counted.ts'
import type { Database, OpenDatabase } from './database/database.ts'
import { readSchema, type Schema } from './database/schema.ts'
import { readOrganization, readOrganizations } from './directory/read-organization.ts'
import type { SentEvent } from './follow/event-rows.ts'
import { follow, recentlySent } from './follow/follow.ts'
import { both, type Delivered, type Sink } from './keytrail/sink.ts'
import { type Patience, patiently } from './patience.ts'
import { readState, type State, type StateStore } from './state.ts'
import { Trouble } from './trouble.ts'

export type AgentPorts = {
  readonly open: OpenDatabase
  readonly sink: Sink
  readonly store: StateStore
  readonly patience: Patience
  /** Unix ms. */
  readonly now: () => number
}

type AgentSettings = {
  /** In lower case; undefined: all. */
  readonly organizations: readonly string[] | undefined
  readonly intervalMs: number
  readonly directoryIntervalMs: number
  /** Stands for database and Keytrail in the state. */
  readonly about: string
  readonly once: boolean
}

/** What a run delivered. */
type Summary = Delivered & { readonly organizations: number }

/** A table without a sequence is read whole in each round: rounds are so far apart that reading takes at most this part of the time. */
const readingShare = 1 / 20
/** Troubles of one organization's directory. */
const concernsOne: ReadonlySet<string> = new Set(['organization-unknown', 'too-large', 'keytrail-refused'])
/** In a long history, progress is said after so many events. */
const progressEvents = 10_000

/** Runs rounds until it is stopped, or one if `once`. Throws `Trouble` when it gives up. */
export async function runAgent(settings: AgentSettings, ports: AgentPorts): Promise<Summary> {
  const { patience, now } = ports
  const run = startRun(settings, ports)
  let directoryDueAt = 0
  do {
    const beganAt = now()
    const isDue = beganAt >= directoryDueAt
    await patiently(patience, () => run.round(isDue), run.progress).catch((error: unknown) => {
      if (!(error instanceof Trouble) || !patience.isStopped()) throw error
    })
    if (isDue) directoryDueAt = beganAt + settings.directoryIntervalMs
    if (settings.once || patience.isStopped()) break
    await patience.sleep(Math.max(settings.intervalMs, run.readingMs() / readingShare))
  } while (!patience.isStopped())
  return run.summary()
}

function startRun({ organizations, about }: AgentSettings, { open, sink, store, patience, now }: AgentPorts) {
  const { say, isStopped } = patience
  const recent = recentlySent(now)
  const said = new Set<string>()
  const sayOnce = (words: string) => {
    if (!said.has(words)) say(words)
    said.add(words)
  }
  let state: State | undefined
  let delivered: Delivered = { accepted: 0, dropped: new Map() }
  let organizationsSent = 0
  let [saidAt, readingMs, deliveries] = [0, 0, 0]

  const save = async (next: State) => {
    await store.write(JSON.stringify(next))
    state = next
  }
  const sayProgress = () => {
    saidAt = delivered.accepted
    say(`${counted(delivered.accepted, 'event')} sent.`)
  }
  const deliver = async (events: readonly SentEvent[]) => {
    if (events.length === 0) return
    const one = await sink.events(events)
    deliveries += 1
    delivered = both(delivered, one)
    for (const [reason, count] of one.dropped) say(`Keytrail did not take ${counted(count, 'event')}: ${reason}.`)
    if (delivered.accepted - saidAt >= progressEvents) sayProgress()
  }

  async function directory(database: Database, schema: Schema, before: State): Promise<State> {
    let next = before
    for (const organization of await readOrganizations(database, schema, organizations)) {
      const body = await readOrganization(database, schema, organization)
      const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
      if (next.directory[organization.id] === hash || isStopped()) continue
      try {
        await sink.organization(organization.id, body)
      } catch (error) {
        if (!(error instanceof Trouble) || !concernsOne.has(error.reason)) throw error
        // The others and the events go on; it is tried again when the directory is due.
        sayOnce(error.message)
        continue
      }
      next = { ...next, directory: { ...next.directory, [organization.id]: hash } }
      await save(next)
      organizationsSent += 1
      deliveries += 1
      const { name, members, groups, items } = body
      const what = [counted(members.length, 'member'), counted(groups.length, 'group'), counted(items.length, 'item')]
      say(`${name}: ${what.join(', ')} sent.`)
    }
    return next
  }

  return {
    round: async (withDirectory: boolean) => {
      const before = state ?? (await readState(store, about, say))
      const database = timed(await open(), now, (ms) => {
        readingMs = ms
      })
      try {
        const schema = await readSchema(database)
        schema.warnings.forEach(sayOnce)
        const known = withDirectory ? await directory(database, schema, before) : before
        state = await follow(
          { database, schema, organizations, deliver, save, say, isStopped, now: now(), recent },
          known,
        )
        if (delivered.accepted > saidAt) sayProgress()
      } finally {
        await database.close()
      }
    },
    /** Grows with each delivery. */
    progress: () => deliveries,
    /** How long the longest statement of the last round took. */
    readingMs: () => readingMs,
    summary: (): Summary => ({ ...delivered, organizations: organizationsSent }),
  }
}

/** A database that says how long its longest statement took. */
function timed(database: Database, now: () => number, longest: (ms: number) => void): Database {
  let max = 0
  return {
    ...database,
    select: async (sql, values) => {
      const beganAt = now()
      const rows = await database.select(sql, values)
      max = Math.max(max, now() - beganAt)
      longest(max)
      return rows
    },
  }
}
