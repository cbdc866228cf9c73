// Requests to the API: their token, retries in an outage, problems, and an expired sign-in.
import { describe, expect, test } from 'vitest'
import { type Api, ApiProblem, createApi, pausesMs } from '../../../web/api/client.ts'
import { record, text } from '../../../web/api/read.ts'

type Reply = () => Response
const json =
  (body: unknown, init: ResponseInit = {}) =>
  () =>
    new Response(JSON.stringify(body), init)
const noConnection: Reply = () => {
  throw new TypeError('fetch failed')
}
const name = (body: unknown) => text(record(body), 'name')

/** An API that gives these replies one after the other, the last one for ever; `log` has what it did. */
function apiOf(replies: readonly Reply[], token: string | null = 'the token') {
  const log: string[] = []
  let asked = 0
  const api: Api = createApi({
    fetch: async (path, init) => {
      const headers = new Headers(init.headers)
      log.push(
        `${init.method ?? 'GET'} ${path} ${headers.get('authorization')} ${headers.get('content-type') ?? ''}`.trim(),
      )
      const reply = replies[Math.min(asked++, replies.length - 1)]
      return reply?.() ?? Response.error()
    },
    token: () => token,
    renew: (mayLeave) => log.push(mayLeave ? 'signs in' : 'asks to sign in'),
    onOutage: (outage) => log.push(outage === null ? 'fine' : `status ${outage.status}, ${outage.pauseMs} ms`),
    pause: async () => {},
  })
  return { api, log }
}

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof ApiProblem ? error : undefined),
  )

describe('a GET', () => {
  test('is sent with the token, and its response is read', async () => {
    const { api, log } = apiOf([json({ name: 'x' })])
    expect(await api.get('/a', name)).toBe('x')
    expect(log).toEqual(['GET /a Bearer the token', 'fine'])
  })

  test.each([
    ['no connection', noConnection, 0],
    ['a 503', json({ message: 'outage' }, { status: 503 }), 503],
    ['a 504 of something in between', () => new Response('<html>', { status: 504 }), 504],
  ])('outlasts %s, and reports it', async (_, fails, status) => {
    const { api, log } = apiOf([fails, fails, json({ name: 'x' })])
    expect(await api.get('/a', name)).toBe('x')
    expect(log.filter((each) => !each.startsWith('GET'))).toEqual([
      `status ${status}, 500 ms`,
      `status ${status}, 1000 ms`,
      'fine',
    ])
  })

  test('pauses as long as the response asks for', async () => {
    const { api, log } = apiOf([json({}, { status: 503, headers: { 'retry-after': '7' } }), json({ name: 'x' })])
    await api.get('/a', name)
    expect(log).toContain('status 503, 7000 ms')
  })

  test('gives up after the last pause', async () => {
    const { api, log } = apiOf([noConnection])
    expect(await problemOf(api.get('/a', name))).toMatchObject({ status: 0, message: 'fetch failed' })
    expect(log.filter((each) => each.startsWith('GET'))).toHaveLength(pausesMs.length + 1)
    expect(log.at(-1)).toBe('fine')
  })

  test.each([400, 404, 409, 500])('fails at once with status %i', async (status) => {
    const { api, log } = apiOf([json({ message: 'no', errors: { start: ['is no time'] } }, { status })])
    expect(await problemOf(api.get('/a', name))).toMatchObject({
      status,
      message: 'no',
      errors: { start: ['is no time'] },
    })
    expect(log.filter((each) => each.startsWith('GET'))).toHaveLength(1)
  })

  test('that is aborted is no problem of the API', async () => {
    const controller = new AbortController()
    const { api, log } = apiOf([
      () => {
        controller.abort(new Error('nobody waits'))
        throw controller.signal.reason
      },
    ])
    await expect(api.get('/a', name, controller.signal)).rejects.toThrow('nobody waits')
    expect(log).toEqual(['GET /a Bearer the token'])
  })

  test('goes to sign in when the token is refused, and when there is none', async () => {
    const refused = apiOf([json({}, { status: 401 })])
    expect(await problemOf(refused.api.get('/a', name))).toMatchObject({ status: 401 })
    expect(refused.log).toContain('signs in')
    const none = apiOf([json({ name: 'x' })], null)
    expect(await problemOf(none.api.get('/a', name))).toMatchObject({ status: 401 })
    expect(none.log).toEqual(['signs in'])
  })
})

describe('what is sent', () => {
  test('is JSON, or text of its own type, or nothing', async () => {
    const { api, log } = apiOf([json({ name: 'x' })])
    await api.send('POST', '/a', { b: 1 }, name)
    await api.send('PUT', '/a', 'title: b', name, 'application/yaml')
    await api.send('DELETE', '/a', undefined, name)
    expect(log).toEqual([
      'POST /a Bearer the token application/json',
      'PUT /a Bearer the token application/yaml',
      'DELETE /a Bearer the token',
    ])
  })

  test('is sent once, even in an outage', async () => {
    const { api, log } = apiOf([json({ message: 'outage' }, { status: 503 })])
    expect(await problemOf(api.send('POST', '/a', {}, name))).toMatchObject({ status: 503 })
    expect(log).toHaveLength(1)
  })

  test('may have an empty response', async () => {
    const { api } = apiOf([() => new Response(null, { status: 204 })])
    expect(await api.send('DELETE', '/a', undefined, (body) => body)).toBeUndefined()
  })

  test('is not left behind to sign in', async () => {
    const { api, log } = apiOf([json({}, { status: 401 })])
    expect(await problemOf(api.send('POST', '/a', {}, name))).toMatchObject({ status: 401 })
    expect(log).toContain('asks to sign in')
  })

  test('and is wrong in a rule says where', async () => {
    const problem = { line: 3, column: 1, member: 'level', reason: 'unknown', message: 'no such level' }
    const { api } = apiOf([json({ message: 'bad', errors: null, problems: [problem] }, { status: 400 })])
    expect(await problemOf(api.send('POST', '/a', 'x', name))).toMatchObject({ problems: [problem] })
  })
})

describe('a part of a file', () => {
  test.each([
    ['</x?format=csv&continuationToken=t>; rel="next"', '/x?format=csv&continuationToken=t'],
    ['<?format=csv&continuationToken=t>; rel="next"', '/a/export?format=csv&continuationToken=t'],
    ['', null],
  ])('followed by %s', async (link, next) => {
    const { api } = apiOf([() => new Response('text', { headers: link === '' ? {} : { link } })])
    expect(await api.file('/a/export?format=csv')).toEqual({ text: 'text', next })
  })
})
