// Requests to a vault's API in turn: so many a minute and host, on a clock that only waiting moves.
import { expect, test } from 'vitest'
import { limitedVaultApi } from '../../../src/adapters/in-process/limited-vault-api.ts'
import { json } from '../../support/sources/routes.ts'

const minuteMs = 60_000

/** A limited API whose requests are noted with their times. */
function limited() {
  const asked: { readonly what: string; readonly at: number }[] = []
  const slept: number[] = []
  let now = 1_000 * minuteMs
  const note = async (what: string) => {
    asked.push({ what, at: now })
    return json({})
  }
  const api = limitedVaultApi(
    { token: ({ identityUrl }) => note(identityUrl), get: (url) => note(url) },
    {
      now: () => now,
      sleep: async (ms) => {
        slept.push(ms)
        now += ms
      },
    },
  )
  const pass = (ms: number) => {
    now += ms
  }
  return {
    asked,
    slept,
    pass,
    get: (url: string) => api.get(url, 'token'),
    token: (url: string) => api.token(keyAt(url)),
  }
}
const keyAt = (identityUrl: string) => ({ identityUrl, clientId: 'id', clientSecret: 'secret' })

const times = async (count: number, work: () => Promise<unknown>) => {
  for (let time = 0; time < count; time += 1) await work()
}

test('a host is asked 150 times in a minute at once, and then as the minute passes', async () => {
  const { get, slept, pass } = limited()
  await times(100, () => get('https://one.test/a'))
  pass(20_000)
  await times(50, () => get('https://one.test/b'))
  expect(slept).toEqual([])
  await get('https://one.test/c')
  expect(slept).toEqual([minuteMs - 20_000])
  await times(99, () => get('https://one.test/c'))
  expect(slept).toEqual([minuteMs - 20_000])
  await get('https://one.test/c')
  expect(slept).toEqual([minuteMs - 20_000, 20_000])
})

test('no minute has more than 150 requests, no matter how long they go on', async () => {
  const { get, asked } = limited()
  await times(1_000, () => get('https://one.test/'))
  for (const { at } of asked) {
    expect(asked.filter((other) => other.at >= at && other.at < at + minuteMs).length).toBeLessThanOrEqual(150)
  }
})

test('tokens have a limit of their own, of 8, and each host has its own limits', async () => {
  const { get, token, slept } = limited()
  await times(8, () => token('https://one.test/identity'))
  await times(150, () => get('https://one.test/api'))
  await times(8, () => token('https://two.test/identity'))
  expect(slept).toEqual([])
  await token('https://one.test/identity')
  expect(slept).toEqual([minuteMs])
})

test('after a clock was set back, no request waits for the time that it had', async () => {
  const { get, slept, pass } = limited()
  await times(150, () => get('https://one.test/'))
  pass(-60 * minuteMs)
  await get('https://one.test/')
  expect(slept).toEqual([])
})
