// The check of a source: each problem has a slug and a sentence, and the key goes to the server that was entered alone.
import { expect, test } from 'vitest'
import { checkSource } from '../../../src/application/sources/check-source.ts'
import type { ApiResponse } from '../../../src/domain/sources/api-responses.ts'
import { checkView } from '../../../src/domain/sources/check.ts'
import type { SourceProblem } from '../../../src/domain/sources/problems.ts'
import { addressesOf } from '../../../src/domain/sources/source-input.ts'
import { acme } from '../../support/events.ts'
import { apiOf, events, json, token } from '../../support/sources/routes.ts'

const now = Date.parse('2026-11-22T06:28:00Z')
const cloud = addressesOf('us', null)

async function check(issued: ApiResponse = token, listed: ApiResponse = events) {
  const { api, asked } = apiOf(issued, listed)
  if (cloud.kind === 'refused') throw new Error(cloud.reason)
  const result = await checkSource(
    { checkApi: api, now: () => now },
    { ...cloud.addresses, clientId: `organization.${acme}`, clientSecret: 'secret' },
  )
  if (result.kind === 'busy') throw new Error('busy')
  return { view: checkView(result), asked }
}

const failed = (reason: SourceProblem): ApiResponse => ({ kind: 'failed', reason, retryAfterSeconds: null })

test('a source that works says when its newest event was', async () => {
  const { view, asked } = await check()
  expect(view).toEqual({
    object: 'sourceCheck',
    ok: true,
    problem: null,
    message: 'The server accepts the API key. Its newest event is of 2026-11-22, 06:27 UTC.',
  })
  expect(asked).toEqual([
    `https://identity.bitwarden.com organization.${acme}`,
    'https://api.bitwarden.com/public/events?start=2025-11-21T06%3A28%3A00.000Z&end=2026-11-23T06%3A28%3A00.000Z an.access-token',
  ])
})

test.each([
  'address-invalid',
  'not-https',
  'address-not-public',
  'name-unknown',
  'unreachable',
  'tls-failed',
  'timed-out',
  'redirected',
  'not-json',
  'key-refused',
  'rate-limited',
  'server-failing',
] as const)('%s, where the token is asked for, is a problem in words, and ends the check', async (reason) => {
  const { view, asked } = await check(failed(reason))
  expect(view).toMatchObject({ ok: false, problem: reason })
  expect(view.message).toMatch(/^[A-Z].*\.$/)
  expect(asked).toHaveLength(1)
})

test.each([
  ['no token', json({}), events, 'not-bitwarden'],
  ['a token that is none', json({ access_token: 'a\nb' }), events, 'not-bitwarden'],
  ['a clock an hour off', json({ access_token: 'token' }, now + 3_600_000), events, 'clock-wrong'],
  ['a clock of the API an hour off', token, json({ object: 'list', data: [] }, now - 3_600_000), 'clock-wrong'],
  ['a token that the API does not take', token, failed('key-refused'), 'access-refused'],
  ['no right to the events', token, failed('access-refused'), 'access-refused'],
  ['no Public API', token, failed('not-found'), 'not-found'],
  ['other data', token, json({ hello: 'world' }), 'not-bitwarden'],
  ['no event in a year', token, json({ object: 'list', data: [], continuationToken: null }), 'no-events'],
])('a server with %s is refused', async (_, issued, listed, problem) => {
  expect((await check(issued, listed)).view).toMatchObject({ ok: false, problem })
})

test('a clock that differs by five minutes is right', async () => {
  expect((await check(json({ access_token: 'token' }, now + 300_000))).view.ok).toBe(true)
  expect((await check(json({ access_token: 'token' }, now + 300_001))).view.ok).toBe(false)
})
