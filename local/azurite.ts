// Runs Azurite, the storage emulator, as a child on 127.0.0.1: silent, no telemetry, and gone when its parent is gone.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'

/** Guards against a child that hangs; a busy machine needs far less. */
const startMsMax = 600_000
const stopMsMax = 60_000
/**
 * How long an idle connection stays open, in seconds. At the emulator's own 5, a client that was busy meanwhile sends its
 * next request into a connection that is being closed, and sees an outage that does not exist.
 */
const keepAliveSeconds = 3_600
const keptOutputCharsMax = 2_000

const publishedAccount = 'devstoreaccount1'
/** The emulator's published key, the same on every machine: not a secret (Azure, "Use Azurite for local Azure Storage development"). */
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/** Loaded into the child before Azurite: a parent that is gone closes the child's stdin, which then stops as on SIGTERM. */
const watchParent = `
  const leave = () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(0), ${stopMsMax}).unref()
  }
  process.stdin.on('error', leave).once('end', leave).resume().unref()
`

/** Loaded before Azurite too: half of its start is a package for telemetry, which is off. An empty one replaces it. */
const withoutTelemetry = `
  import { registerHooks } from 'node:module'
  const [name, url] = ['applicationinsights', 'keytrail:no-telemetry']
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === name ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (asked, context, next) =>
      asked === url ? { source: '', format: 'commonjs', shortCircuit: true } : next(asked, context),
  })
`

const imports = [watchParent, withoutTelemetry].flatMap((source) => [
  '--import',
  `data:text/javascript,${encodeURIComponent(source)}`,
])

type AzuriteOptions = {
  /** Blob port; queue is the next one, table the one after. 0 or absent takes three free ports. */
  port?: number
  /** Folder of the data, created when missing. Absent keeps all in memory, and a stop loses it. */
  location?: string
  /** Names of accounts beside the published one, all with its key. */
  accounts?: readonly string[]
}

export type Azurite = {
  /** Of the published account. */
  connectionString: string
  connectionStringOf(account: string): string
  stop(): Promise<void>
  /** Resolves, with how in a line for a person, when the child ends; also when it was stopped. */
  ended: Promise<string>
}

/** Starts Azurite and resolves when blob, queue and table respond; throws with the port named when one is in use. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const { location, accounts = [] } = options
  if (location !== undefined) await mkdir(location, { recursive: true })
  const child = spawn(process.execPath, [...imports, azuriteEntry(), ...argumentsFor(options)], {
    cwd: location ?? tmpdir(),
    // Accounts and a database that the environment names are not for this one.
    env: { ...process.env, AZURITE_ACCOUNTS: accountsText([publishedAccount, ...accounts]), AZURITE_DB: undefined },
    // A process group of its own: Ctrl-C reaches the parent alone, which stops Azurite after its own work is done.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })

  const ended = endOf(child)
  const ports = await listeningPorts(child)

  const connectionStringOf = (account: string) => connectionString(ports, account)
  return { connectionString: connectionString(ports), connectionStringOf, stop: () => stop(child), ended }
}

const accountsText = (names: readonly string[]) => names.map((name) => `${name}:${accountKey}`).join(';')

function endOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  child.once('exit', (code, signal) =>
    resolve(`the storage emulator has ended with ${code === null ? `signal ${signal}` : `code ${code}`}`),
  )
  return promise
}

type Ports = { blob: string; queue: string; table: string }

/** The connection string of an Azurite whose blob port is this one, as `startAzurite` sets its ports. */
export function connectionStringFor(blobPort: number): string {
  return connectionString({ blob: `${blobPort}`, queue: `${blobPort + 1}`, table: `${tablePortOf(blobPort)}` })
}

/** The port of an Azurite's tables, by that of its blobs. */
export const tablePortOf = (blobPort: number): number => blobPort + 2

function azuriteEntry(): string {
  return createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js')
}

function argumentsFor({ port = 0, location }: AzuriteOptions): string[] {
  const portOf = (offset: number) => `${port === 0 ? 0 : port + offset}`
  return [
    '--blobHost',
    '127.0.0.1',
    '--queueHost',
    '127.0.0.1',
    '--tableHost',
    '127.0.0.1',
    '--blobPort',
    portOf(0),
    '--queuePort',
    portOf(1),
    '--tablePort',
    portOf(2),
    ...['blob', 'queue', 'table'].flatMap((service) => [`--${service}KeepAliveTimeout`, `${keepAliveSeconds}`]),
    '--skipApiVersionCheck',
    '--disableTelemetry',
    '--silent',
    ...(location === undefined ? ['--inMemoryPersistence'] : ['--location', location]),
  ]
}

/** Reads the child's output until all three services say where they listen; it is read on afterwards, so that it never blocks the child. */
async function listeningPorts(child: ChildProcess): Promise<Ports> {
  let output = ''
  const { promise, resolve, reject } = Promise.withResolvers<Ports>()
  const read = (chunk: string) => {
    output = (output + chunk).slice(-keptOutputCharsMax)
    const ports = portsIn(output)
    if (ports !== undefined) resolve(ports)
  }
  child.stdout?.setEncoding('utf8').on('data', read)
  child.stderr?.setEncoding('utf8').on('data', read)
  child.once('error', reject).once('close', () => reject(new Error(reasonIn(output))))
  const timer = setTimeout(() => reject(new Error(`Azurite did not start within ${startMsMax} ms`)), startMsMax)
  try {
    return await promise
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function portsIn(output: string): Ports | undefined {
  const portOf = (service: string) =>
    new RegExp(`Azurite ${service} service is successfully listening at http://127\\.0\\.0\\.1:(\\d+)`).exec(
      output,
    )?.[1]
  const [blob, queue, table] = [portOf('Blob'), portOf('Queue'), portOf('Table')]
  return blob && queue && table ? { blob, queue, table } : undefined
}

function reasonIn(output: string): string {
  const port = /EADDRINUSE[^\n]*:(\d+)/.exec(output)?.[1]
  if (port !== undefined) return `Azurite cannot start: port ${port} is already in use`
  return `Azurite stopped before it listened: ${output.trim()}`
}

function connectionString({ blob, queue, table }: Ports, account = publishedAccount): string {
  const endpoint = (service: string, port: string) => `${service}Endpoint=http://127.0.0.1:${port}/${account};`
  return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};${endpoint('Blob', blob)}${endpoint('Queue', queue)}${endpoint('Table', table)}`
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  await exited
  clearTimeout(timer)
}
