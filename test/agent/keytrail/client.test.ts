// The agent's requests: what is said of each failure, when a token is renewed, and how long the agent waits.
import { describe, expect, test } from 'vitest'
import { keytrailClient } from '../../../agent/keytrail/client.ts'
import { keytrailSink } from '../../../agent/keytrail/sink.ts'
import { patiently } from '../../../agent/patience.ts'
import { Trouble } from '../../../agent/trouble.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const url = 'https://events.example'
const token = () => Response.json({ access_token: 'token', token_type: 'Bearer', expires_in: 3_600 })
const event = { idempotencyId: 'x', type: 1107 }

/** A Keytrail that responds to uploads with these, one after the other, and to each token request with `tokenResponse`. */
function world(responses: readonly (() => Response)[], tokenResponse = token) {
  const said: string[] = []
  const waits: number[] = []
  const counts = { tokens: 0, uploads: 0 }
  const clock = { now }
  const fetch = async (to: string) => {
    if (to.endsWith('/connect/token')) {
      counts.tokens += 1
      return tokenResponse()
    }
    const respond = responses[counts.uploads++]
    if (!respond) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 192.0.2.1:443') })
    return respond()
  }
  const settings = { url, clientId: 'server.x', clientSecret: 'hush-hush' }
  const client = keytrailClient(settings, { fetch, now: () => clock.now, say: (words) => said.push(words) })
  const sink = keytrailSink(client, url)
  const patience = {
    sleep: async (ms: number) => {
      waits.push(ms)
    },
    random: () => 0.5,
    say: (words: string) => said.push(words),
    attemptsMax: Number.POSITIVE_INFINITY,
    isStopped: () => false,
  }
  const failure = () =>
    sink.events([event]).then(
      () => new Error('it did not fail'),
      (error: unknown) => error,
    )
  return { sink, counts, clock, said, waits, failure, patiently: () => patiently(patience, () => sink.events([event])) }
}
const taken =
  (headers: Record<string, string> = {}) =>
  () =>
    Response.json({ accepted: 1, dropped: [] }, { headers })
const status =
  (code: number, headers: Record<string, string> = {}, body = '') =>
  () =>
    new Response(body, { status: code, headers })

describe('what fails is said in words, without the secret', () => {
  const page = () => new Response('<html>', { status: 200 })
  test.each([
    ['no server', [], token, 'keytrail-unreachable', 'cannot be reached (fetch failed: connect ECONNREFUSED'],
    ['429', [status(429)], token, 'keytrail-busy', 'asks for fewer requests'],
    ['500', [status(500)], token, 'keytrail-busy', 'cannot take it now (500)'],
    ['a redirect', [status(302)], token, 'keytrail-refused', 'leads to another address'],
    ['a refused token twice', [status(401), status(401)], token, 'keytrail-refused', 'does not accept its own token'],
    ['a web page', [page], token, 'keytrail-unexpected', 'responded with a web page'],
    [
      'a refused key',
      [],
      () => Response.json({ error: 'invalid_client' }, { status: 401 }),
      'keytrail-refused',
      'refuses the server key (invalid_client)',
    ],
    ['no token endpoint', [], status(404), 'keytrail-refused', 'gives no tokens (404'],
    ['a page for a token', [], page, 'keytrail-unexpected', 'responded with a web page'],
    [
      'a refused body',
      [() => Response.json({ message: 'It is wrong.', errors: { type: ['is no number'] } }, { status: 400 })],
      token,
      'keytrail-refused',
      '(400): It is wrong. type is no number',
    ],
    [
      'another number of events',
      [() => Response.json({ accepted: 2, dropped: [] })],
      token,
      'keytrail-unexpected',
      'Is it the right address?',
    ],
  ])('%s', async (_, responses, tokenResponse, reason, words) => {
    const error = await world(responses, tokenResponse).failure()
    expect(error).toBeInstanceOf(Trouble)
    expect(error).toMatchObject({ reason, message: expect.stringContaining(words) })
    expect(String(error)).not.toContain('hush-hush')
  })
})

describe('a token', () => {
  test('is used until a minute before its end', async () => {
    const { sink, counts, clock } = world([taken(), taken(), taken()])
    await sink.events([event])
    clock.now += 3_539_000
    await sink.events([event])
    expect(counts.tokens).toBe(1)
    clock.now += 1_000
    await sink.events([event])
    expect(counts.tokens).toBe(2)
  })

  test('that is refused is renewed once, and the upload sent again', async () => {
    const { sink, counts } = world([status(401), taken()])
    expect(await sink.events([event])).toMatchObject({ accepted: 1 })
    expect(counts).toEqual({ tokens: 2, uploads: 2 })
  })
})

describe('waiting', () => {
  test('doubles from a second up to five minutes, and is said', async () => {
    const { patiently, waits, said } = world([...Array.from({ length: 11 }, () => status(503)), taken()])
    expect(await patiently()).toMatchObject({ accepted: 1 })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 750))
    expect(said[0]).toBe('Keytrail cannot take it now (503). Next attempt in 1 s.')
  })

  test.each([
    ['seconds', '60'],
    ['a date', 'Sat, 28 Nov 2026 12:01:00 GMT'],
  ])('is at least as long as Retry-After asks in %s', async (_, text) => {
    const { patiently, waits } = world([status(429, { 'retry-after': text }), taken()])
    await patiently()
    expect(waits).toEqual([60_250])
  })

  test('is at most an hour longer, if Retry-After asks for more', async () => {
    const { patiently, waits } = world([status(503, { 'retry-after': '999999' }), taken()])
    await patiently()
    expect(waits).toEqual([3_600_250])
  })
})

describe('a wrong clock', () => {
  test.each([
    ['behind', 'Sat, 28 Nov 2026 12:10:00 GMT'],
    ['ahead of', 'Sat, 28 Nov 2026 11:50:00 GMT'],
  ])('is named once: %s', async (words, date) => {
    const { sink, said } = world([taken({ date }), taken({ date })])
    await sink.events([event])
    await sink.events([event])
    expect(said.map((line) => line.split('.')[0])).toEqual([`This machine's clock is 10 min ${words} Keytrail's`])
  })

  test('of two minutes is not named', async () => {
    const { sink, said } = world([taken({ date: 'Sat, 28 Nov 2026 12:02:00 GMT' })])
    await sink.events([event])
    expect(said).toEqual([])
  })
})

test('a batch that is too large is sent in halves, and a single event that is too large is dropped', async () => {
  const { sink, counts } = world([status(413), taken(), status(413)])
  const { accepted, dropped } = await sink.events([event, { idempotencyId: 'y', type: 1107 }])
  expect([accepted, ...dropped]).toEqual([1, ['too-large', 1]])
  expect(counts.uploads).toBe(3)
})
