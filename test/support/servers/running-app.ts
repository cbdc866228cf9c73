// The built app on the local host, with a storage account and an issuer of its own: what end-to-end tests talk to.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { QueueClient } from '@azure/storage-queue'
import { startHost } from '../../../local/host/host.ts'
import { checkedFetch } from '../openapi/check.ts'
import { storageAccount } from '../storage.ts'
import { type Issuer, startIssuer } from './issuer.ts'

export { eventually } from '../waiting.ts'

type AppResponse = {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
  readonly text: string
}
export type RequestOptions = {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export type RunningApp = {
  readonly url: string
  readonly issuer: Issuer
  readonly connectionString: string
  readonly log: readonly string[]
  /** Sends `GET /path`, `POST /path` …; text goes as it is, anything else as JSON. Fails on a response that openapi.yaml does not allow. */
  readonly send: (request: string, options?: RequestOptions) => Promise<AppResponse>
  /** A queue of the app's storage. */
  readonly queue: (name: string) => QueueClient
  readonly stop: () => Promise<void>
}

/** Starts everything on free ports; `settings` go over the app's own. */
export async function startApp(settings: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
  const stateDir = await mkdtemp(join(tmpdir(), 'keytrail-'))
  const connectionString = storageAccount()
  const issuer = await startIssuer()
  const log: string[] = []
  const host = await startHost({
    appDir: resolve(import.meta.dirname, '../../..'),
    port: 0,
    stateDir,
    settings: {
      AzureWebJobsStorage: connectionString,
      EventsStorage: connectionString,
      AUTH_ISSUER: issuer.url,
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      CORS_ORIGINS: 'https://vault.example',
      ...settings,
    },
    log: ({ level, message }) => log.push(`${level}: ${message}`),
  })
  return {
    url: host.url,
    issuer,
    connectionString,
    log,
    send: (request, options) => send(host.url, request, options),
    queue: (name) => new QueueClient(connectionString, name),
    stop: async () => {
      await host.stop()
      await Promise.all([issuer.stop(), rm(stateDir, { recursive: true })])
    },
  }
}

async function send(url: string, request: string, { token, body, headers }: RequestOptions = {}): Promise<AppResponse> {
  const [method = 'GET', path = '/'] = request.split(' ')
  const response = await checkedFetch(url + path, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  const json: unknown = isJson ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, json, text }
}
