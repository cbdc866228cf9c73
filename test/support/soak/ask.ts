// Requests to the instances of a soak, any of which may be dead, frozen or cut off.
import type { Random } from '../../../local/demo/random.ts'
import type { Instance } from './instance.ts'

const responseMsMax = 8_000

/** Sends a request such as `GET /health`; the body of the response, or undefined. */
export type Ask = (random: Random, request: string, token: string, body?: unknown) => Promise<unknown>

/** Asks any instance; undefined unless it responds with 200 in time. Throws if it says that the request is wrong. */
export const asking =
  (instances: readonly Instance[]): Ask =>
  async (random, request, token, body) => {
    const url = random.pick(instances).url()
    const [method = '', path = ''] = request.split(' ')
    if (url === undefined) return undefined
    const response = await responseOf(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(responseMsMax),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (response?.status === 200) return JSON.parse(response.text)
    if (response && response.status < 500) throw new Error(`${request} responded ${response.status}: ${response.text}`)
    return undefined
  }

async function responseOf(url: string, init: RequestInit): Promise<{ status: number; text: string } | undefined> {
  try {
    const response = await fetch(url, init)
    return { status: response.status, text: await response.text() }
  } catch {
    return undefined
  }
}
