// The host's own endpoints: whether it runs, and a run of a function by hand.
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as v from 'valibot'
import type { HostedFunction } from '../app/indexing.ts'
import { readBody } from './request.ts'
import { sendJson, sendStatus, sendTooLarge } from './response.ts'

const requestBytesMax = 1_048_576

const ManualRun = v.object({ input: v.optional(v.unknown(), '') })

export type AdminPorts = {
  functions: readonly HostedFunction[]
  /** Starts a run and does not wait for its end. */
  runByHand: (hosted: HostedFunction, input: string) => void
}

/** Serves `GET /admin/host/status` and `POST /admin/functions/{name}`; false, with nothing read or sent, for any other request. */
export async function serveAdmin(
  ports: AdminPorts,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  if (request.method === 'GET' && /^\/admin\/host\/status\/?$/i.test(path)) {
    sendJson(response, 200, {
      id: 'local',
      state: 'Running',
      version: '4',
      processUptime: Math.round(process.uptime() * 1000),
    })
    return true
  }
  const name = /^\/admin\/functions\/([^/]+)\/?$/i.exec(path)?.[1]
  if (request.method !== 'POST' || name === undefined) return false
  await runByHand(ports, request, response, name)
  return true
}

async function runByHand(
  ports: AdminPorts,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): Promise<void> {
  const hosted = ports.functions.find((each) => each.name.toLowerCase() === name.toLowerCase())
  if (hosted === undefined) return sendStatus(response, 404)
  if (hosted.kind === 'http') return sendJson(response, 400, { message: `${hosted.name} is run by its route` })
  const body = await readBody(request, requestBytesMax)
  if (body.kind === 'too large') return sendTooLarge(request, response)
  const parsed = v.safeParse(ManualRun, parseJson(body.bytes.toString('utf8')))
  if (!parsed.success) return sendJson(response, 400, { message: 'expected {"input": …}' })

  const { input } = parsed.output
  ports.runByHand(hosted, typeof input === 'string' ? input : JSON.stringify(input))
  sendStatus(response, 202)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
