// Runs the built app: in the local host, or in func start.

import type { Log } from '../host/app/log.ts'
import { startHost } from '../host/host.ts'
import { startFunc } from './func.ts'
import type { RunningApp } from './running-app.ts'

type AppOptions = {
  readonly appDir: string
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
  readonly stateDir: string
  readonly func: boolean
  /** Origins that the platform would allow, credentials included; absent: the app responds to preflights itself. */
  readonly corsOrigins: readonly string[] | undefined
  readonly log: Log
  readonly signal: AbortSignal
}

/** Starts the app; throws when it cannot be loaded or registers nothing. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  if (options.func) return startFunc(options)
  const { appDir, port, settings, stateDir, log, corsOrigins } = options
  const cors = corsOrigins && { origins: corsOrigins, credentials: true }
  const host = await startHost({ appDir, port, settings, stateDir, log, cors })
  if (host.functions.length > 0) return host
  await host.stop()
  throw new Error('the app registered no functions')
}
