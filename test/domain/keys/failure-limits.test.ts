// Sliding windows over failures: their number, their length, and what they count.
import { describe, expect, test } from 'vitest'
import {
  afterFailure,
  clientNetworkOf,
  failureCountersOf,
  tokenFailureLimits,
  waitMsOf,
} from '../../../src/domain/keys/failure-limits.ts'
import { acme, globex } from '../../support/events.ts'

const limit = { failuresMax: 3, windowMs: 1_000 }

describe('a window', () => {
  test('allows attempts below the limit, then none until the oldest failure is older than the window', () => {
    expect(waitMsOf([], limit, 0)).toBe(0)
    expect(waitMsOf([100, 200], limit, 300)).toBe(0)
    expect(waitMsOf([100, 200, 300], limit, 300)).toBe(800)
    expect(waitMsOf([100, 200, 300], limit, 1_099)).toBe(1)
    expect(waitMsOf([100, 200, 300], limit, 1_100)).toBe(0)
  })

  test('slides: another failure blocks until the next oldest one is older than the window', () => {
    const failures = afterFailure([100, 200, 300], limit, 1_100)
    expect(failures).toEqual([200, 300, 1_100])
    expect(waitMsOf(failures, limit, 1_100)).toBe(100)
  })

  test('keeps no more failures than the limit', () => {
    let failures: readonly number[] = []
    for (let time = 0; time < 100; time += 1) failures = afterFailure(failures, limit, time)
    expect(failures).toEqual([97, 98, 99])
  })
})

describe('a failure counts', () => {
  const names = (...args: Parameters<typeof failureCountersOf>) => failureCountersOf(...args).map(({ name }) => name)

  test('for its address, and for its client there; never for the client alone', () => {
    const counters = failureCountersOf(acme, '203.0.113.7')
    expect(counters.map((each) => each.limit)).toEqual([
      tokenFailureLimits.clientAndAddress,
      tokenFailureLimits.address,
    ])
    expect(counters.every(({ name }) => name.includes('203.0.113.7'))).toBe(true)
    const others = [...names(globex, '203.0.113.8'), ...names(acme, '203.0.113.8')]
    expect(counters.filter(({ name }) => others.includes(name))).toEqual([])
  })

  test('for nothing without an address', () => {
    expect(failureCountersOf(acme, undefined)).toEqual([])
  })

  test('for unknown clients as for one', () => {
    expect(names(undefined, '203.0.113.7')).toEqual([' 203.0.113.7', '203.0.113.7'])
  })
})

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:01:02::7', '2001:db8:1:2::/64'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
  ['fe80::', 'fe80:0:0:0::/64'],
])('the network of %s is %s', (address, network) => {
  expect(clientNetworkOf(address)).toBe(network)
})
