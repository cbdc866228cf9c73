import { expect, test } from 'vitest'
import { emptyFirstSeenState } from '../../../../src/domain/alerts/first-seen/state.ts'
import {
  readSeenBySubject,
  type SeenBySubject,
  valuesMax,
  writeSeenBySubject,
} from '../../../../src/domain/alerts/first-seen/subject.ts'
import { newnessMs } from '../../../../src/domain/alerts/first-seen/values.ts'
import { stateCharsMax } from '../../../../src/ports/alerts/evaluation-state.ts'
import { observed, on, startMs, stateAfter } from '../../../support/alerts/first-seen.ts'
import { alice, bob } from '../../../support/events.ts'

const dayMs = 86_400_000

function seenOf(events: readonly ReturnType<typeof on>[]): SeenBySubject {
  const seen = stateAfter(events).subjects.get(alice)
  if (!seen) throw new Error('nothing known')
  return seen
}

test('a text is read back for its user alone', () => {
  const late = [on(9, '192.0.2.2'), on(8, '192.0.2.2'), on(7.9, '192.0.2.2')]
  const seen = seenOf([on(0, '192.0.2.1', { deviceType: 9 }), ...late])
  expect(seen.addresses.get('192.0.2.2')?.earlier).toHaveLength(2)
  expect(readSeenBySubject(alice, writeSeenBySubject(alice, seen))).toEqual(seen)
  expect(readSeenBySubject(bob, writeSeenBySubject(alice, seen))).toBeUndefined()
  expect(readSeenBySubject(alice, 'else')).toBeUndefined()
})

test('a text does not depend on the order in which values came', () => {
  const events = [on(1, '192.0.2.1'), on(1, '192.0.2.2'), on(1, '192.0.2.3')]
  expect(writeSeenBySubject(alice, seenOf(events))).toBe(writeSeenBySubject(alice, seenOf(events.toReversed())))
})

test('a text fits as many of the longest addresses as are stored, and stays within its length with longer ones', () => {
  const full = (index: number) => `2001:0db8:${(0xa000 + index).toString(16)}:a000:0000:0000:0000:0001`
  const devices = Array.from({ length: 100 }, (_, index) => on(0.5, undefined, { deviceType: 32_700 - index }))
  const all = [...devices, ...Array.from({ length: 500 }, (_, index) => on(index / 400, full(index)))]
  const long = Array.from({ length: 500 }, (_, index) => on(0, `${index}`.padEnd(256, '"')))
  for (const [events, least] of [
    [all, valuesMax],
    [long, { addresses: 20, networks: 10, devices: 0 }],
  ] as const) {
    const text = writeSeenBySubject(alice, seenOf(events))
    expect(text.length).toBeLessThanOrEqual(stateCharsMax)
    const read = readSeenBySubject(alice, text)
    expect(read?.addresses.size).toBeGreaterThanOrEqual(least.addresses)
    expect(read?.networks.size).toBeGreaterThanOrEqual(least.networks)
    expect(read?.devices.size).toBeGreaterThanOrEqual(least.devices)
  }
})

test('the first form of a text is read: what was seen by then is known, and no longer new', () => {
  const addresses = [
    ['2001:db8::ab', 9, 'c'],
    ['2001:DB8:0:0::1', 8, 'b'],
    ['::ffff:192.0.2.1', 8, 'a'],
    ['unknown', 7, 'z'],
  ]
  const text = { version: 1, userId: alice, since: 0, lastDay: 9, addresses, devices: [['9', 9, 'c']] }
  const on9 = { day: 9, since: 9 * dayMs - newnessMs, earlier: [] }
  const on8 = { day: 8, since: 8 * dayMs - newnessMs, earlier: [] }
  const seen = readSeenBySubject(alice, JSON.stringify(text))
  expect(seen?.addresses.get('2001:db8::/64')).toEqual(on9)
  expect(seen?.addresses.get('192.0.2.1')).toEqual(on8)
  expect(seen?.addresses.size).toBe(3)
  expect(seen?.networks.get('192.0.2.0/24')).toEqual(on8)
  expect(seen?.devices.get('9')).toEqual(on9)
  expect(readSeenBySubject(bob, JSON.stringify(text))).toBeUndefined()

  const today = Math.floor(startMs / dayMs)
  const recent = { ...text, since: startMs - 30 * dayMs, lastDay: today, addresses: [['192.0.2.1', today, 'c']] }
  const state = emptyFirstSeenState()
  const read = readSeenBySubject(alice, JSON.stringify(recent))
  if (!read) throw new Error('not read')
  state.subjects.set(alice, read)
  expect(observed('isFirstSeenIp', [on(0.1, '192.0.2.1'), on(0.1, '192.0.2.2')], state)).toEqual([false, true])
})
