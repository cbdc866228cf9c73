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
  const { pulls, checks } = limitedVaultApi(
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
    get: (url: string) => pulls.get(url, 'token'),
    token: (url: string) => pulls.token(keyAt(url)),
    check: (url: string) => checks.token(keyAt(url)),
    checkedPage: (url: string) => checks.get(url, 'token'),
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

test('the ninth check of a server in a minute is refused at once with the time to wait, and others are not', async () => {
  const { check, slept, asked, pass } = limited()
  await times(8, () => check('https://one.test/identity'))
  pass(20_000)
  expect(await check('https://one.test/identity')).toEqual({ kind: 'busy', waitMs: minuteMs - 20_000 })
  expect(await check('https://two.test/identity')).toMatchObject({ kind: 'json' })
  expect(asked.filter(({ what }) => what === 'https://one.test/identity')).toHaveLength(8)
  pass(minuteMs - 20_000)
  expect(await check('https://one.test/identity')).toMatchObject({ kind: 'json' })
  expect(slept).toEqual([])
})

test('checks and pulls share the tokens of a minute, and refused checks take none of them', async () => {
  const { check, token, slept } = limited()
  await times(7, () => token('https://one.test/identity'))
  await times(3, () => check('https://one.test/identity'))
  await token('https://one.test/identity')
  expect(slept).toEqual([minuteMs])
})

test('a check reads its page at once while a pull reads as much as it may', async () => {
  const { get, checkedPage, slept } = limited()
  await times(150, () => get('https://one.test/'))
  expect(await checkedPage('https://one.test/')).toMatchObject({ kind: 'json' })
  expect(slept).toEqual([])
})
