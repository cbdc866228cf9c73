// What the agent costs: node bench/agent.ts [EVENTS]. Runs the bundle as a service does, on a Vaultwarden's SQLite file: its memory and
// speed, and how long the vault's writes take while it reads, against those while it stands still. Linux: memory is read from /proc.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAgent } from '../scripts/build-agent.ts'
import { eventually } from '../test/support/waiting.ts'
import { startReceiver } from './agent/receiver.ts'
import { makeVault, writeEvents } from './agent/vault.ts'

const events = Number(process.argv[2] ?? 100_000)
const [roundsMax, writesPerRound] = [20, 200]

const root = join(import.meta.dirname, '..')
const folder = await mkdtemp(join(tmpdir(), 'keytrail-bench-'))
const database = join(folder, 'db.sqlite3')
const receiver = await startReceiver()
try {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, commit ${commit}`)
  await buildAgent(root, join(folder, 'agent'))
  makeVault(database, events)
  console.log(`${events.toLocaleString('en')} events in ${Math.round(statSync(database).size / 1e6)} MB of SQLite`)
  const agent = startAgent()
  const began = performance.now()
  await eventually('the history is sent', () => receiver.events() >= events || ended(agent))
  const seconds = (performance.now() - began) / 1_000
  console.log(
    `history: ${Math.round(receiver.events() / seconds).toLocaleString('en')} events/s; at most ${memoryOf(agent)} MB of memory`,
  )
  agent.kill('SIGTERM')
  await once(agent, 'exit')
  await rm(join(folder, 'state.json'))
  await besideWriter(startAgent())
} finally {
  await receiver.stop()
  await rm(folder, { recursive: true })
}

function startAgent(): ChildProcess {
  return spawn(process.execPath, [join(folder, 'agent/keytrail-agent.mjs')], {
    stdio: 'ignore',
    env: {
      KEYTRAIL_URL: receiver.url,
      KEYTRAIL_CLIENT_ID: 'server.bench',
      KEYTRAIL_CLIENT_SECRET: 'bench',
      DATABASE_URL: folder,
      STATE_FILE: join(folder, 'state.json'),
      INTERVAL_SECONDS: '5',
    },
  })
}

/** Throws if the agent is no more. */
function ended({ exitCode, signalCode }: ChildProcess): false {
  if (exitCode !== null || signalCode !== null) throw new Error(`the agent ended with ${exitCode ?? signalCode}`)
  return false
}

/** The most memory that the agent held so far, in MB (resident set). */
function memoryOf({ pid }: ChildProcess): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1_000)
}

/** Writes in turn while the agent works through the history and while it stands still, so that a noisy machine is noisy for both. */
async function besideWriter(agent: ChildProcess): Promise<void> {
  const before = receiver.events()
  await eventually('the agent sends', () => receiver.events() > before || ended(agent))
  const [beside, alone]: [number[], number[]] = [[], []]
  for (let round = 0; round < roundsMax && receiver.events() - before < events; round++) {
    beside.push(...(await writeEvents(database, writesPerRound)))
    agent.kill('SIGSTOP')
    alone.push(...(await writeEvents(database, writesPerRound)))
    agent.kill('SIGCONT')
  }
  agent.kill('SIGKILL')
  await once(agent, 'exit')
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const [one, other] = [quantile(beside, share), quantile(alone, share)]
    console.log(
      `${(one / other).toFixed(2)} × without the agent: ${name} of the vault's writes (${one.toFixed(3)} ms against ${other.toFixed(3)} ms, ${beside.length} writes each)`,
    )
  }
}

function quantile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length * share)] ?? Number.NaN
}
