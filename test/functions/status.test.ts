// GET /health: every part by its name, and how many messages are dead letters.
import { expect, test } from 'vitest'
import { health } from '../../src/functions/status.ts'
import { Unavailable } from '../../src/ports.ts'
import { call } from '../support/calls.ts'

const ok = { check: async () => {} }
const failing = { check: () => Promise.reject(new Unavailable('queue', new TypeError('secret'))) }
const dead = (count: number) => ({ deadLetters: async () => count })

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
  const answer = await call(health(parts, queue))
  expect(answer.status).toBe(status)
  expect(answer.json).toEqual({ status: status === 200 ? 'healthy' : 'unhealthy', checks, deadLetters })
  expect(answer.text + answer.log.join()).not.toContain('secret')
})
