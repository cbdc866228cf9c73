// The HTTP side of the host: finds the function of a request, runs it and responds; 127.0.0.1 only.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { HostedFunction, HttpFunction } from '../app/indexing.ts'
import { calledReason, type Invoke } from '../app/invocation.ts'
import { describeError, type Log } from '../app/log.ts'
import type { Running } from '../app/running.ts'
import type { RouteParams } from '../routes/template.ts'
import { type AdminPorts, serveAdmin } from './admin.ts'
import { applyCors, type Cors } from './cors.ts'
import { bodyBytesMax, readBody, toRpcRequest, urlOf } from './request.ts'
import { sendOutcome, sendStatus, sendTooLarge } from './response.ts'

/** As Kestrel's default. */
const headerBytesMax = 32_768
/** As Kestrel's default: shorter, and a busy client sends into a connection that is being closed. */
const keepAliveTimeout = 130_000

type HttpPorts = AdminPorts & { invoke: Invoke; running: Running; log: Log; cors: Cors | undefined }

export type HttpListener = {
  port: number
  /** Takes no more requests; those under way go on. */
  refuse(): void
  /** Cuts what is still connected and resolves when the port is free. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1; port 0 takes a free one. Rejects with the system's error, `code` `EADDRINUSE` when the port is taken. */
export async function listenHttp(port: number, ports: HttpPorts): Promise<HttpListener> {
  const server = createServer({ maxHeaderSize: headerBytesMax, keepAliveTimeout }, (request, response) => {
    ports.running.track(respond(ports, request, response)).catch((error: unknown) => fail(ports.log, response, error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const closed = once(server, 'close')
  return {
    port: portOf(server),
    refuse: () => {
      server.prependListener('request', (_, response) => response.setHeader('connection', 'close'))
      server.close()
    },
    close: async () => {
      server.closeAllConnections()
      await closed
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

async function respond(ports: HttpPorts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (ports.cors && applyCors(ports.cors, request, response)) return
  const url = urlOf(request)
  if (url === undefined) return sendStatus(response, 400)
  if (await serveAdmin(ports, request, response, url.pathname)) return
  const found = findFunction(ports.functions, request.method ?? 'GET', url.pathname)
  if (found === undefined) return sendStatus(response, 404)
  const body = await readBody(request, bodyBytesMax)
  if (body.kind === 'too large') return sendTooLarge(request, response)

  const outcome = await ports.invoke(found.hosted, {
    data: { http: toRpcRequest(request, url, found.params, body.bytes) },
    triggerMetadata: {},
    traceParent: String(request.headers.traceparent),
    reason: calledReason,
  })

  if (outcome.kind === 'failed') return sendStatus(response, 500)
  sendOutcome(response, outcome.response)
}

/** The first function, in the host's order, whose route and methods take the request. */
function findFunction(
  functions: readonly HostedFunction[],
  method: string,
  path: string,
): { hosted: HttpFunction; params: RouteParams } | undefined {
  for (const hosted of functions) {
    if (hosted.kind !== 'http' || (hosted.methods.length > 0 && !hosted.methods.includes(method))) continue
    const params = hosted.template.match(path)
    if (params !== undefined) return { hosted, params }
  }
  return undefined
}

/** A client that goes away in the middle of its body ends here too, and hears nothing. */
function fail(log: Log, response: ServerResponse, error: unknown): void {
  log({ level: 'warning', category: 'Host.Http', message: `A request got no response: ${describeError(error)}` })
  if (response.headersSent) response.destroy()
  else sendStatus(response, 500)
}
