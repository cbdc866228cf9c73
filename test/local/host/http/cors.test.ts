// CORS of the platform: preflights that no function sees, and headers for the origins that are allowed.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fixture, startFixture } from '../fixture.ts'

const vault = 'https://vault.example'
let fixture: Fixture
beforeAll(async () => {
  fixture = await startFixture({}, 0, { origins: [vault, 'https://second.example'], credentials: true })
})
afterAll(() => fixture.close())

const send = (path: string, method: string, headers: Record<string, string>) =>
  fetch(`${fixture.host.url}${path}`, { method, headers })
const allowed = ({ headers }: Response) =>
  ['origin', 'credentials', 'methods', 'headers'].map((name) => headers.get(`access-control-allow-${name}`))
const runs = () => fixture.entries.filter(({ category }) => /^Function\.(cors|echo)$/.test(category)).length

test.each(['/api/cors', '/api/echo', '/api/none', '//'])(
  'responds to a preflight to %s before any function',
  async (path) => {
    const before = runs()
    const preflight = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization,x-a' }

    const good = await send(path, 'OPTIONS', { origin: vault, ...preflight })
    const bad = await send(path, 'OPTIONS', { origin: 'https://evil.example', ...preflight })

    expect([good.status, ...allowed(good)]).toEqual([204, vault, 'true', 'PUT', 'authorization,x-a'])
    expect([bad.status, ...allowed(bad)]).toEqual([204, null, null, null, null])
    expect(runs()).toBe(before)
  },
)

test('replaces headers of the function in responses to allowed origins, and leaves other responses as they are', async () => {
  const good = await send('/api/cors', 'GET', { origin: vault })
  expect([...allowed(good), good.headers.get('vary')]).toEqual([vault, 'true', null, null, 'Origin, Accept'])
  for (const origin of ['https://evil.example', `${vault}.evil.example`, 'null'])
    expect(allowed(await send('/api/cors', 'GET', { origin }))).toEqual(['https://app.example', null, null, null])
  expect(allowed(await send('/api/throws', 'GET', { origin: vault }))).toEqual([vault, 'true', null, null])
})

test('leaves an OPTIONS that is no preflight to the function', async () => {
  const response = await send('/api/cors', 'OPTIONS', { origin: vault })
  expect([response.status, await response.text()]).toEqual([200, 'by the app'])
})
