// The local Functions host: runs a built app as Azure's host and Node worker would, on 127.0.0.1 and in this process.

import { type Registry, supplyCoreApi } from './app/core-api.ts'
import { findEntries, loadEntries } from './app/entry.ts'
import { type HostedFunction, type Indexed, indexFunctions } from './app/indexing.ts'
import { createInvoke } from './app/invocation.ts'
import { filterLog, type Log } from './app/log.ts'
import { createRunning, type Listener, type Running } from './app/running.ts'
import type { Cors } from './http/cors.ts'
import { type HttpListener, listenHttp } from './http/server.ts'
import { HostError } from './settings/host-error.ts'
import { readHostJson } from './settings/host-json.ts'
import { settingsFrom } from './settings/settings.ts'
import { createTriggers } from './triggers.ts'

/** How long `stop` lets invocations under way finish. */
const stopMsMax = 30_000

type HostOptions = {
  /** Absolute folder with host.json and a package.json whose `main` names the entry file. */
  appDir: string
  /** HTTP port on 127.0.0.1; 0 takes a free one. */
  port: number
  /** App settings. They are put into process.env before the entry is loaded, over what is there. */
  settings: Readonly<Record<string, string>>
  /** Where the status of each timer is kept, one JSON file a timer; created when needed. */
  stateDir: string
  log: Log
  /** How long a received message is hidden from other instances, renewed while its handler runs; absent: 10 minutes, as in Azure. */
  hiddenMs?: number | undefined
  /** CORS of the platform; absent: functions respond to preflights themselves. */
  cors?: Cors | undefined
}

export type LocalHost = {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  url: string
  /** Names of the functions that run, in the order in which routes are tried. */
  functions: readonly string[]
  /** Takes no more work, lets what runs finish for up to 30 s, and resolves when the port is free. */
  stop(): Promise<void>
}

/**
 * Starts the app. A process runs one host, once: the library keeps the core API that it got first.
 * Throws a HostError for an app that cannot be started, and the system's error (`code` `EADDRINUSE`) for a port that is taken.
 */
export async function startHost(options: HostOptions): Promise<LocalHost> {
  Object.assign(process.env, options.settings)
  const hostJson = await readHostJson(options.appDir, process.env)
  const log = filterLog(options.log, hostJson.logging.logLevel)
  const registry = await loadApp(options.appDir, log)
  const indexed = indexFunctions(
    registry.registrations(),
    hostJson.extensions.http.routePrefix,
    settingsFrom(process.env),
  )
  logIndexed(indexed, log)

  const running = createRunning()
  const queues = hostJson.extensions.queues
  const triggers = createTriggers({
    invoke: createInvoke(registry, log),
    stateDir: options.stateDir,
    queues,
    hiddenMs: options.hiddenMs,
    running,
    log,
  })
  const http = await listenHttp(options.port, {
    ...triggers,
    functions: indexed.functions,
    running,
    log,
    cors: options.cors,
  })
  const url = `http://127.0.0.1:${http.port}`
  logRoutes(indexed.functions, url, log)
  const listeners = indexed.functions.flatMap((hosted) => triggers.start(hosted) ?? [])

  const stopOnce = once(() => stop({ http, listeners, running, registry, log }))
  return { url, functions: indexed.functions.map(({ name }) => name), stop: stopOnce }
}

async function loadApp(appDir: string, log: Log): Promise<Registry> {
  const entries = await findEntries(appDir)
  const registry = supplyCoreApi(log)
  loadEntries(entries, log)
  registry.lock()
  const capabilities = await registry.model()?.getCapabilities({})
  if (capabilities?.HttpUri !== undefined)
    throw new HostError('stream-unsupported', 'the local host does not run apps with enableHttpStream')
  for (const hook of registry.hooks('appStart')) await hook({ hookData: {}, functionAppDirectory: appDir })
  return registry
}

function logIndexed({ functions, disabled, dropped }: Indexed, log: Log): void {
  const say = (level: 'information' | 'warning' | 'error', message: string) =>
    log({ level, category: 'Host.Startup', message })
  for (const { name, reason } of dropped) say('error', `The function '${name}' is in error and was dropped: ${reason}.`)
  for (const name of disabled) say('information', `Function '${name}' is disabled.`)
  for (const { name, registration } of functions)
    if (registration.metadata.retryOptions) say('warning', `The local host ignores the retry policy of '${name}'.`)
  if (functions.length === 0) say('warning', 'No functions were found.')
}

function logRoutes(functions: readonly HostedFunction[], url: string, log: Log): void {
  for (const hosted of functions) {
    const message =
      hosted.kind === 'http'
        ? `${hosted.name}: [${hosted.methods.join(',') || 'all'}] ${url}/${hosted.route}`
        : `${hosted.name}: ${hosted.kind} trigger`
    log({ level: 'information', category: 'Host.Startup', message })
  }
}

type Started = {
  http: HttpListener
  listeners: readonly Listener[]
  running: Running
  registry: Registry
  log: Log
}

async function stop({ http, listeners, running, registry, log }: Started): Promise<void> {
  http.refuse()
  for (const listener of listeners) running.track(listener.stop())
  const drained = await running.drained(stopMsMax)
  if (!drained) {
    const message = `Stopped with invocations still running after ${stopMsMax} ms.`
    log({ level: 'warning', category: 'Host.Shutdown', message })
  }
  for (const hook of registry.hooks('appTerminate')) await hook({ hookData: {} })
  await http.close()
}

function once(work: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined
  return () => {
    started ??= work()
    return started
  }
}
