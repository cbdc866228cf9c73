// `npm start`: Keytrail on this machine, with storage, identity and demo data. Leaves nothing running when it ends.
import { join } from 'node:path'
import { startAzurite } from './azurite.ts'
import { acme, other } from './demo/people/world.ts'
import { progressOn } from './demo/progress.ts'
import { storageBacklog } from './demo/seed/backlog.ts'
import { awaitFirstAlerts } from './demo/seed/first-alerts.ts'
import { demoAccessKey, demoSigningSecret, seedIntegrations } from './demo/seed/integrations.ts'
import { seedDemo } from './demo/seed/seed.ts'
import { type Identity, startIdentity } from './identity.ts'
import { startApp } from './start/app.ts'
import { demoBanner, plainBanner } from './start/banner.ts'
import { claimData, claimForm, dataPaths, removeData } from './start/data.ts'
import { interruption } from './start/interruption.ts'
import { logTo } from './start/log.ts'
import { readOptions, type StartOptions, usage } from './start/options.ts'
import { portProblem, portsOf } from './start/ports.ts'
import { secretKeysIn } from './start/secret-keys.ts'
import { appSettings } from './start/settings.ts'
import { tokenKeyIn } from './start/token-key.ts'

/** The repository's root, where host.json and the built app are. */
const root = join(import.meta.dirname, '..')

type Stop = () => Promise<void>

/** On a terminal, what the progress has drawn makes way for a line of the log. */
const lineStart = process.stdout.isTTY ? '\r\x1b[K' : ''

/** Runs until it is interrupted (exit code 0) or something fails (1); what it started is stopped by then, latest first. */
async function run(options: StartOptions): Promise<number> {
  const signal = interruption()
  const stops: Stop[] = []
  try {
    const problem = await portProblem(portsOf(options))
    if (problem !== undefined) return fail(problem)
    const ends = await startAll(options, stops, signal)
    const ended = await Promise.race([interrupted(signal), ...ends])
    return ended === undefined ? 0 : fail(ended)
  } catch (error) {
    return signal.aborted ? 0 : fail(error instanceof Error ? error.message : String(error))
  } finally {
    await stopAll(stops)
    if (signal.aborted) console.log(`${lineStart}stopped; npm start finds the data again`)
  }
}

/**
 * Starts one part after the other and says so at the end; each part's stop is in `stops` before the next one starts.
 * Gives what resolves, with the reason in a line for a person, once a part ends that the others need.
 */
async function startAll(options: StartOptions, stops: Stop[], stopping: AbortSignal): Promise<Promise<string>[]> {
  const paths = dataPaths(options.dataDir)
  const keep = <Part extends { stop: Stop }>(part: Part): Part => {
    stops.push(() => part.stop())
    stopping.throwIfAborted()
    return part
  }

  keep(await claimData(options.dataDir))
  if (options.reset) await removeData(options.dataDir)
  await claimForm(options.dataDir)
  const storage = keep(await startAzurite({ port: options.storagePort, location: paths.storage }))
  const { connectionString } = storage
  // Without the storage, the parts that need it would wait for ever and log so again and again.
  const signal = AbortSignal.any([stopping, abortedAfter(storage.ended)])
  const identity =
    options.ownIssuer === undefined
      ? keep(await startIdentity({ port: options.identityPort, keyFile: paths.identityKey }))
      : undefined
  const appUrl = `http://127.0.0.1:${options.appPort}`
  const issuedTokens = { issuer: appUrl, signingKey: await tokenKeyIn(paths.tokenKey) }
  const secretKeys = await secretKeysIn(paths.secretKeys)
  const app = keep(
    await startApp({
      appDir: root,
      port: options.appPort,
      settings: appSettings(
        {
          connectionString,
          issuer: identity?.issuer,
          signInIssuer: identity?.plainIssuer,
          issuedTokens,
          secretKeys,
          appUrl,
        },
        process.env,
      ),
      stateDir: paths.host,
      func: options.func,
      corsOrigins: options.corsOrigins,
      log: logTo((line) => signal.aborted || console.error(lineStart + line), options.verbose),
      signal,
    }),
  )

  if (identity !== undefined) {
    const shared = { url: app.url, progress: progressOn(process.stdout, 'demo data'), now: Date.now, signal }
    const { inboxUrl } = identity
    const ofAlice = async () => ({ ...shared, token: await identity.userToken('alice@demo.test') })
    const seeding = seedDemo({
      ...shared,
      stateFile: paths.seedState,
      days: options.demoDays,
      serverToken: identity.serverToken,
      organizationToken: identity.organizationToken,
      backlog: storageBacklog(connectionString),
      afterDirectory: async () =>
        seedIntegrations({
          ...(await ofAlice()),
          inboxUrl,
          signingSecret: demoSigningSecret,
          accessKey: demoAccessKey,
        }),
    })
    // A request to the storage may go on for long after the signal.
    const base = await Promise.race([seeding, failedBy(signal)])
    await awaitFirstAlerts({ ...(await ofAlice()), base })
  }
  console.log(await bannerFor(app.url, options, identity))
  return app.ended === undefined ? [storage.ended] : [storage.ended, app.ended]
}

async function bannerFor(url: string, options: StartOptions, identity: Identity | undefined): Promise<string> {
  const [item] = acme.items
  const signInIssuer = process.env.SIGN_IN_ISSUER || undefined
  if (identity === undefined || item === undefined) {
    return plainBanner({ url, options }, { tokens: process.env[options.ownIssuer ?? ''] ?? '', signInIssuer })
  }
  const [user, organization, server] = await Promise.all([
    identity.userToken('alice@demo.test'),
    identity.organizationToken(acme.id),
    identity.serverToken(),
  ])
  const { issuer, inboxUrl } = identity
  const who = { issuer, signInIssuer, inboxUrl, organization: acme, otherOrganization: other }
  const tokens = { user, organization, server }
  return demoBanner({ url, options }, { ...who, tokens, item, date: new Date().toISOString() })
}

/** A part that does not stop well keeps no other from stopping. */
async function stopAll(stops: readonly Stop[]): Promise<void> {
  for (const stop of stops.toReversed()) {
    await stop().catch((error: unknown) => fail(`not stopped cleanly: ${error}`))
  }
}

function interrupted(signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  if (signal.aborted) resolve(undefined)
  signal.addEventListener('abort', () => resolve(undefined))
  return promise
}

/** Rejects with the signal's reason once it aborts. */
async function failedBy(signal: AbortSignal): Promise<never> {
  await interrupted(signal)
  throw signal.reason
}

/** A signal that aborts with this reason once there is one. */
function abortedAfter(reason: Promise<string>): AbortSignal {
  const controller = new AbortController()
  reason.then((text) => controller.abort(new Error(text)))
  return controller.signal
}

function fail(message: string): number {
  console.error(`${lineStart}keytrail: ${message}`)
  return 1
}

async function main(): Promise<number> {
  const read = readOptions(process.argv.slice(2), process.env, root)
  if (read.kind === 'invalid') return fail(read.message)
  if (read.kind === 'help') {
    console.log(usage)
    return 0
  }
  return run(read.options)
}

// The app runs in this process and may hold timers and connections open: the end of the run is the end of the process.
process.exit(await main())
