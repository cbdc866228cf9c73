// Starts the fixture app in the host and keeps its log: one a test file, because a process runs one host.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { LogEntry } from '../../../local/host/app/log.ts'
import { type LocalHost, startHost } from '../../../local/host/host.ts'
import type { Cors } from '../../../local/host/http/cors.ts'
import { hangMsMax } from '../../support/waiting.ts'

export const fixtureAppDir = join(import.meta.dirname, 'fixture-app')

export type Fixture = {
  host: LocalHost
  entries: readonly LogEntry[]
  /** What the app itself has logged in runs of that function, parsed. */
  seen(name: string): unknown[]
  close(): Promise<void>
}

/** The settings that the queue functions of the fixture need; without them the host drops those functions. */
export const queueSettings = (connectionString: string) => ({
  FixtureStorage: connectionString,
  FIXTURE_QUEUE: 'Fixture-Text',
})

export async function startFixture(settings: Record<string, string>, port = 0, cors?: Cors): Promise<Fixture> {
  const stateDir = await mkdtemp(join(tmpdir(), 'host-state-'))
  const entries: LogEntry[] = []
  const all = { 'AzureWebJobs.switched-off.Disabled': 'true', ...settings }
  const options = {
    appDir: fixtureAppDir,
    port,
    settings: all,
    stateDir,
    cors,
    log: (entry: LogEntry) => entries.push(entry),
  }
  const host = await startHost(options)
  return {
    host,
    entries,
    seen: (name) =>
      entries.filter((entry) => entry.category === `Function.${name}.User`).map((entry) => JSON.parse(entry.message)),
    close: async () => {
      await host.stop()
      await rm(stateDir, { recursive: true })
    },
  }
}

/** Waits until the check passes. */
export const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: hangMsMax, interval: 20 })
