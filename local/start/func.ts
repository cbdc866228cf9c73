// Runs the app with Azure's own `func start` in place of the local host.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunningApp } from './running-app.ts'

const readyMsMax = 180_000
const stopMsMax = 15_000
const pollMs = 500

type FuncOptions = {
  readonly appDir: string
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
  readonly corsOrigins?: readonly string[] | undefined
  readonly signal: AbortSignal
}

/** Starts it and resolves when its host runs; throws when func is not there, or ends before. Its own output goes to stderr. */
export async function startFunc({ appDir, port, settings, corsOrigins, signal }: FuncOptions): Promise<RunningApp> {
  const url = `http://127.0.0.1:${port}`
  const cors = corsOrigins ? ['--cors', corsOrigins.join(','), '--cors-credentials'] : []
  const child = spawn('func', ['start', '--port', `${port}`, ...cors], {
    cwd: appDir,
    env: { ...process.env, ...settings },
    // A process group of its own: Ctrl-C reaches this process alone, which ends func and the worker below it together.
    detached: true,
    stdio: ['ignore', 2, 2],
  })
  const kill = (name: NodeJS.Signals) => killGroup(child, name)
  const atExit = () => kill('SIGKILL')
  process.once('exit', atExit)
  const ended = endOf(child)

  const stop = async () => {
    kill('SIGINT')
    const timer = setTimeout(kill, stopMsMax, 'SIGKILL')
    await ended
    clearTimeout(timer)
    kill('SIGKILL')
    process.off('exit', atExit)
  }
  try {
    await Promise.race([ready(url, signal), ended.then((reason) => Promise.reject(new Error(reason)))])
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop, ended }
}

/** Why it has ended, in a line for a person. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit')
    return `func has ended with ${code === null ? `signal ${signal}` : `code ${code}`}`
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return missing
      ? 'func is not installed: npm install azure-functions-core-tools, or use npm start, which needs none'
      : `func cannot be run: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function ready(url: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + readyMsMax
  while (!(await isRunning(url))) {
    if (Date.now() > until) throw new Error(`func does not respond at ${url} after ${readyMsMax / 1000} s`)
    await pause(pollMs, undefined, { signal })
  }
}

async function isRunning(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/admin/host/status`, { signal: AbortSignal.timeout(5_000) })
    return response.ok && /"state":\s*"Running"/i.test(await response.text())
  } catch {
    return false
  }
}

/** Func and what it started, as far as any of it still runs. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nothing of the group is left.
  }
}
