// Finds out which ports are free before anything starts, so that a port in use costs one clear line and nothing else.
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { StartOptions } from './options.ts'

type NamedPort = { readonly port: number; readonly what: string; readonly setting: string }

/** Every port that a start takes on 127.0.0.1, and the setting that moves it. */
export function portsOf(options: StartOptions): readonly NamedPort[] {
  const { appPort, identityPort, storagePort, ownIssuer } = options
  const storage = ['blob', 'queue', 'table'].map((service, offset) => ({
    port: storagePort + offset,
    what: `the storage emulator (${service})`,
    setting: 'KEYTRAIL_STORAGE_PORT',
  }))
  const identity = { port: identityPort, what: 'the local identity server', setting: 'KEYTRAIL_IDENTITY_PORT' }
  return [
    { port: appPort, what: 'the app', setting: 'KEYTRAIL_PORT' },
    ...(ownIssuer === undefined ? [identity] : []),
    ...storage,
  ]
}

/** What stands in the way of a start, as a line for a person; undefined when every port is free. */
export async function portProblem(ports: readonly NamedPort[]): Promise<string | undefined> {
  for (const [index, { port, what, setting }] of ports.entries()) {
    const twin = ports.slice(0, index).find((other) => other.port === port)
    if (twin !== undefined) return `port ${port} is meant for ${twin.what} and for ${what}: set ${setting} to another`
    if (!(await isFree(port))) return `port ${port}, for ${what}, is in use: end what uses it, or set ${setting}`
  }
  return undefined
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
  probe.close()
  await once(probe, 'close')
  return true
}
