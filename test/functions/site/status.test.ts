// GET /health: every part by its name, how many messages are dead letters, and which rows are damaged.
import { expect, test } from 'vitest'
import { alive, damagedRowsNamedMax, health, readVersion } from '../../../src/functions/site/status.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { call } from '../../support/calls.ts'

const ok = { check: async () => {} }
const failing = { check: (): Promise<never> => Promise.reject(new Unavailable('queue', new TypeError('secret'))) }
const dead = (count: number) => ({ deadLetters: async () => count })
const noDamage = { noted: async () => [] }

test.each([
  ['healthy', 200, { queue: ok, table: ok }, dead(0), { queue: 'ok', table: 'ok' }, 0],
  [
    'unhealthy with a part that fails',
    503,
    { queue: failing, table: ok },
    dead(0),
    { queue: 'failing', table: 'ok' },
    0,
  ],
  ['unhealthy with one dead letter', 503, { queue: ok, table: ok }, dead(1), { queue: 'ok', table: 'ok' }, 1],
  ['unhealthy with many', 503, { queue: ok, table: ok }, dead(22), { queue: 'ok', table: 'ok' }, 22],
  [
    'unhealthy when nobody can tell how many there are',
    503,
    { queue: ok, table: ok },
    { deadLetters: failing.check },
    { queue: 'ok', table: 'ok' },
    null,
  ],
])('is %s', async (_, status, parts, queue, checks, deadLetters) => {
  const response = await call(health({ parts, queue, damage: noDamage }))
  expect(response.status).toBe(status)
  const damagedRows = { count: 0, rows: [] }
  expect(response.json).toEqual({ status: status === 200 ? 'healthy' : 'unhealthy', checks, deadLetters, damagedRows })
  expect(response.text + response.log.join()).not.toContain('secret')
})

const damagedRow = { table: 'event', partitionKey: 'OrganizationId=x', rowKey: 'Head', reason: 'Count is not bigint' }

test.each([1, damagedRowsNamedMax, damagedRowsNamedMax + 1])(
  'is unhealthy with %i damaged rows, and names them',
  async (count) => {
    const noted = Array.from({ length: count }, () => damagedRow)
    const response = await call(health({ parts: { queue: ok }, queue: dead(0), damage: { noted: async () => noted } }))
    expect(response).toMatchObject({
      status: 503,
      json: { status: 'unhealthy', damagedRows: { count, rows: noted.slice(0, damagedRowsNamedMax) } },
    })
  },
)

test('is unhealthy when the damaged rows cannot be listed', async () => {
  const response = await call(health({ parts: { queue: ok }, queue: dead(0), damage: { noted: failing.check } }))
  expect(response).toMatchObject({ status: 503, json: { damagedRows: null } })
})

test.each([
  ['/alive', alive({ now: () => 0 })],
  ['/version', readVersion()],
  ['/health', health({ parts: {}, queue: dead(0), damage: noDamage })],
])('%s ignores the parameter that a monitor adds against caches', async (path, handler) => {
  expect((await call(handler, { path: `${path}?_=1764286000` })).status).toBe(200)
})
