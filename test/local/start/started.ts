// A start as a process of its own, on free ports: what it says, its settings, and how it ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, root } from '../../../scripts/build.ts'
import { until } from '../../support/waiting.ts'

export { until }

export type Ports = { readonly app: number; readonly identity: number; readonly storage: number }

export type Started = {
  readonly process: ChildProcess
  stdout(): string
  stderr(): string
  /** Resolves when the text is in what it wrote to stdout; rejects, with stderr, when it ends before. */
  says(text: string | RegExp): Promise<void>
  /** Sends the signal and resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

/** Every start of this process; for the end of a test that failed before it ended them. */
const starts = new Set<ChildProcess>()

/** Runs local/start.ts. `env` is added to this process's own, less what would lead it elsewhere. */
export function startProcess(ports: Ports, dataDir: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Started {
  const { AUTH_ISSUER: _issuer, AUTH_METADATA_URL: _metadata, SIGN_IN_ISSUER: _signIn, ...inherited } = process.env
  const child = spawn(process.execPath, [join(root, 'local/start.ts'), ...args], {
    cwd: root,
    env: {
      ...inherited,
      KEYTRAIL_PORT: `${ports.app}`,
      KEYTRAIL_IDENTITY_PORT: `${ports.identity}`,
      KEYTRAIL_STORAGE_PORT: `${ports.storage}`,
      KEYTRAIL_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  starts.add(child)
  const written = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text))
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)

  return {
    process: child,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    says: (text) =>
      until(() => {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${written.stderr}`)
        return typeof text === 'string' ? written.stdout.includes(text) : text.test(written.stdout)
      }),
    end: (signal) => {
      child.kill(signal)
      return exited
    },
    exited,
  }
}

/** Ends what still runs, and the emulators with it: nobody writes to its folder any more. */
export async function endAll(): Promise<void> {
  for (const child of starts) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'close')
  }
}

/** Ports that no system hands out by itself, so that none is gone between the look and the start, however long that takes. */
const portsOfOnesOwn = { first: 10_000, count: 22_000 } as const
const portsInRow = 5

/** Five ports that nobody listens on: one for the app, one for identity, three in a row for the storage. */
export async function freePorts(): Promise<Ports> {
  for (;;) {
    const first = portsOfOnesOwn.first + randomInt(portsOfOnesOwn.count / portsInRow) * portsInRow
    const row = Array.from({ length: portsInRow }, (_, offset) => first + offset)
    if ((await Promise.all(row.map(isFree))).every(Boolean))
      return { storage: first, app: first + 3, identity: first + 4 }
  }
}

/** Whether nobody listens on this port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/** What a start needs: the built app, free ports, and an empty folder in which `dataDir` is not there yet. */
export async function startFolder(): Promise<{
  readonly ports: Ports
  readonly folder: string
  readonly dataDir: string
}> {
  if (!existsSync(join(root, 'dist/main.cjs'))) await build()
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-start-'))
  return { ports: await freePorts(), folder, dataDir: join(folder, 'data') }
}
