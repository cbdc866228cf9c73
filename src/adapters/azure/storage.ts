// Opens Azure Storage: clients for tables and queues, by connection string or by managed identity. All knowledge of its errors is here.

import { setTimeout as wait } from 'node:timers/promises'
import { RestError, TableClient } from '@azure/data-tables'
import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity'
import { QueueClient } from '@azure/storage-queue'
import { once } from '../../concurrency/parallel.ts'
import type { DamagedRow } from '../../ports/damage-log.ts'
import { Unavailable } from '../../ports/errors.ts'
import { type Pauses, withRetries } from './retried-requests.ts'

/** How to reach a storage account. `clientId` picks a user-assigned identity. */
export type StorageSettings =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | {
      readonly kind: 'identity'
      readonly queueServiceUri: string
      readonly tableServiceUri: string
      readonly clientId?: string
    }

export type Storage = {
  readonly table: (name: string) => TableClient
  readonly queue: (name: string) => QueueClient
  /** Called with each row that cannot be read. */
  readonly noteDamage?: (row: DamagedRow) => Promise<void>
  /** Called after each request of a table, for metrics. */
  readonly observe?: (observed: Observed) => void
}

/** A request of a table with all its tries: `refused` by the service, or `unavailable` as an outage. */
export type Observed = {
  readonly table: string
  readonly operation: 'read' | 'query' | 'write' | 'delete' | 'transaction'
  readonly outcome: 'done' | 'refused' | 'unavailable'
  readonly ms: number
}

/** Longest wait for one request with all its tries, in milliseconds. */
export const requestMsMax = 20_000

const realPauses: Pauses = { wait, random: Math.random }

/**
 * Opens a storage account. Requests are retried while the service is at fault: those of tables as `withRetries` says,
 * those of queues up to three times, since an additional message does no harm.
 */
export function openStorage(settings: StorageSettings, pauses = realPauses): Storage {
  // Our retries replace the SDK's, which do not say whether a request was retried.
  const tableOptions = { retryOptions: { maxRetries: 0 } }
  const queueOptions = { retryOptions: { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 } }
  if (settings.kind === 'connection-string') {
    const { connectionString } = settings
    const local = { ...tableOptions, allowInsecureConnection: isDevelopmentStorage(connectionString) }
    return {
      table: (name) => withRetries(TableClient.fromConnectionString(connectionString, name, local), pauses),
      queue: (name) => new QueueClient(connectionString, name, queueOptions),
    }
  }
  const credential = identity(settings.clientId)
  return {
    table: (name) => withRetries(new TableClient(settings.tableServiceUri, name, credential, tableOptions), pauses),
    queue: (name) =>
      new QueueClient(`${settings.queueServiceUri.replace(/\/$/, '')}/${name}`, credential, queueOptions),
  }
}

const isDevelopmentStorage = (connectionString: string) =>
  /UseDevelopmentStorage=true|DefaultEndpointsProtocol=http;/i.test(connectionString)

/** The identity library is large: it is loaded when the first token is needed, and never with a connection string. */
function identity(clientId: string | undefined): TokenCredential {
  const load = once(async () => {
    const { DefaultAzureCredential } = await import('@azure/identity')
    return clientId ? new DefaultAzureCredential({ managedIdentityClientId: clientId }) : new DefaultAzureCredential()
  })
  return {
    getToken: async (scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> =>
      (await load()).getToken(scopes, options),
  }
}

/** Options of one request that is given up after this many milliseconds. */
export const bounded = (msMax = requestMsMax) => ({ abortSignal: AbortSignal.timeout(msMax) })

/** The storage service's code of an error ("EntityAlreadyExists"); '' for any other error. */
export function storageErrorCode(error: unknown): string {
  if (!(error instanceof RestError)) return ''
  const details: unknown = error.details
  const nested = isRecord(details) && isRecord(details.odataError) ? details.odataError.code : undefined
  return error.code ?? (typeof nested === 'string' ? nested : '')
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Whether the storage refused because this row, table or queue does not exist. */
export const isNotFound = (error: unknown): boolean => error instanceof RestError && error.statusCode === 404

/** Whether the storage refused because a row is there already. */
export const isConflict = (error: unknown): boolean => error instanceof RestError && error.statusCode === 409

/** Whether the storage refused because a row has changed since it was read. */
export const isOutdated = (error: unknown): boolean => error instanceof RestError && error.statusCode === 412

/**
 * Runs one storage operation and throws `Unavailable` when the storage is at fault: no response, too slow, overloaded,
 * broken or refusing our rights. An error for any other reason is thrown as it is.
 */
export async function mapStorageErrors<T>(what: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw isOutage(error) ? new Unavailable(what, error) : error
  }
}

/** Whether the storage is at fault: no response, too slow, overloaded, broken or refusing our rights. */
function isOutage(error: unknown): boolean {
  if (error instanceof Unavailable) return false
  if (!(error instanceof RestError)) return error instanceof Error && /abort|timeout/i.test(error.name)
  const { statusCode = 0 } = error
  return statusCode < 400 || statusCode >= 500 || [401, 403, 408, 429].includes(statusCode)
}
