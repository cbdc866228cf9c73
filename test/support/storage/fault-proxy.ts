// Stands between the app and Azurite, and lets chosen requests to it fail or wait.
import { type Faults, newFaults } from './faults.ts'
import { type StorageProxy, startStorageProxy } from './storage-proxy.ts'

export type FaultProxy = Faults & StorageProxy

/** Puts a proxy before the queue and table endpoints of a connection string. */
export async function startFaultProxy(connectionString: string): Promise<FaultProxy> {
  const faults = newFaults()
  return { ...faults, ...(await startStorageProxy(connectionString, faults.fateOf)) }
}
