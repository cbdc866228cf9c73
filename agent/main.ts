// Reads arguments and settings, and runs what they ask for.
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { itemsPerRequestMax } from '../src/domain/directory/directory.ts'
import { guidOfContent, parseGuid } from '../src/domain/guid.ts'
import { type AgentPorts, runAgent } from './agent.ts'
import { check } from './check.ts'
import { counted } from './counted.ts'
import { kindOf, opening, sqlitePath } from './database/open.ts'
import { itemNames } from './directory/item-names.ts'
import { countingSink, unwritten } from './dry-run.ts'
import { keytrailClient } from './keytrail/client.ts'
import { keytrailSink } from './keytrail/sink.ts'
import { type Patience, patiently } from './patience.ts'
import { type Arguments, readArguments, usage } from './settings/arguments.ts'
import { nameOfDatabase, readSettings, type Settings } from './settings/settings.ts'
import { stateFile } from './state.ts'
import { Trouble } from './trouble.ts'

/** Attempts of a run that does not run on: about half a minute. */
const attemptsOfOnce = 6

/** Runs the agent; gives its exit code: 0 done, 1 it may work later, 2 a person must change something. */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const say = (words: string) => process.stderr.write(`${new Date().toISOString().slice(0, 19)}Z ${words}\n`)
  try {
    const given = readArguments(args)
    if (given.mode === 'help') {
      process.stdout.write(`${usage}\n`)
      return 0
    }
    const settings = readSettings(given.config, env, (path) => readFileSync(path, 'utf8'), given.mode === 'item-names')
    return await run(given, await withFile(settings), say)
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    say(error.message)
    return error.isLasting ? 2 : 1
  }
}

/** DATABASE_URL may be Vaultwarden's data folder; its path is made absolute, so that messages say where it is looked for. */
async function withFile(settings: Settings): Promise<Settings> {
  if (kindOf(settings.DATABASE_URL) !== 'sqlite') return settings
  const path = resolve(sqlitePath(settings.DATABASE_URL))
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return { ...settings, DATABASE_URL: isFolder ? resolve(path, 'db.sqlite3') : path }
}

async function run(given: Arguments, settings: Settings, say: (words: string) => void): Promise<number> {
  const client = keytrailClient(
    {
      url: settings.KEYTRAIL_URL,
      clientId: settings.KEYTRAIL_CLIENT_ID,
      clientSecret: settings.KEYTRAIL_CLIENT_SECRET,
    },
    { fetch, now: Date.now, say },
  )
  const sink = keytrailSink(client, settings.KEYTRAIL_URL)
  const open = opening(settings.DATABASE_URL)
  const patience = patienceOf(given.mode === 'follow', say)
  const about = guidOfContent(
    nameOfDatabase(settings.DATABASE_URL),
    settings.KEYTRAIL_URL,
    ...(settings.ORGANIZATIONS ?? []),
  )
  const store = stateFile(settings.STATE_FILE)
  const agent = (more: Partial<AgentPorts>) =>
    runAgent(
      {
        organizations: settings.ORGANIZATIONS,
        intervalMs: settings.INTERVAL_SECONDS * 1_000,
        directoryIntervalMs: settings.DIRECTORY_INTERVAL_SECONDS * 1_000,
        about,
        once: given.mode !== 'follow',
      },
      { open, sink, store, patience, now: Date.now, ...more },
    )
  switch (given.mode) {
    case 'check':
      return check({ open, client, say }, settings.ORGANIZATIONS)
    case 'item-names':
      return sendItemNames(given, sink, patience)
    case 'dry-run': {
      const counts = countingSink()
      await agent({ sink: counts, store: unwritten(store), patience: { ...patience, say: () => {} } })
      process.stdout.write(`${counts.lines().join('\n') || 'Nothing is new.'}\n`)
      return 0
    }
    default: {
      say(`Reading ${nameOfDatabase(settings.DATABASE_URL)}, sending to ${settings.KEYTRAIL_URL}.`)
      await untilStopped(patience, client.authorize)
      const { accepted, organizations, dropped } = await agent({})
      const refused = [...dropped.values()].reduce((sum, count) => sum + count, 0)
      say(
        `Done: ${counted(accepted, 'event')} sent, ${refused} not taken, ${counted(organizations, 'organization')} sent.`,
      )
      return 0
    }
  }
}

/** Does the work before all else, so that a wrong key is said at once; gives up without an error when the agent is to stop. */
async function untilStopped(patience: Patience, work: () => Promise<void>): Promise<void> {
  await patiently(patience, work).catch((error: unknown) => {
    if (!(error instanceof Trouble) || !patience.isStopped()) throw error
  })
}

async function sendItemNames(
  given: Arguments,
  sink: ReturnType<typeof keytrailSink>,
  patience: Patience,
): Promise<number> {
  const text = (() => {
    try {
      return readFileSync(given.itemNames === '-' ? 0 : given.itemNames, 'utf8')
    } catch {
      throw new Trouble('settings', `The file ${given.itemNames} cannot be read.`)
    }
  })()
  const organization = given.organization === undefined ? undefined : parseGuid(given.organization)
  if (given.organization !== undefined && !organization) throw new Trouble('settings', '--organization is not a GUID.')
  const found = itemNames(text, organization)
  patience.say(
    'Of each item, its id, name and collections are sent to Keytrail, and nothing else. People who read its log will see the names.',
  )
  for (const [id, items] of found) {
    for (let start = 0; start < items.length; start += itemsPerRequestMax) {
      await patiently(patience, () => sink.items(id, items.slice(start, start + itemsPerRequestMax)))
    }
    patience.say(`${counted(items.length, 'item')} of ${id} sent.`)
  }
  if (found.size === 0) patience.say('The file has no items of an organization.')
  return 0
}

function patienceOf(runsOn: boolean, say: (words: string) => void): Patience {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return {
    sleep: (ms) => setTimeout(ms, undefined, { signal: stop.signal }).catch(() => undefined),
    random: Math.random,
    say,
    attemptsMax: runsOn ? Number.POSITIVE_INFINITY : attemptsOfOnce,
    isStopped: () => stop.signal.aborted,
  }
}
