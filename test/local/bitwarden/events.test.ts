// The list of events of the simulated server: order, ends, pages and what late and equal events do to each kind of token.
import { describe, expect, test } from 'vitest'
import { type EventLog, eventLog, eventsPerPage, type TokenKind } from '../../../local/bitwarden/events.ts'
import { randomFrom } from '../../../local/demo/random.ts'
import { type Instant, parseInstant } from '../../../src/domain/instant.ts'
import { arrival } from './world.ts'

const kinds: readonly TokenKind[] = ['position', 'date', 'plain-date', 'offset']
const now = Date.parse('2026-11-22T12:00:00Z')

function instant(text: string): Instant {
  const read = parseInstant(text)
  if (read === undefined) throw new Error(text)
  return read
}

const everything = { start: instant('2026-01-01'), end: instant('2026-12-31') }
const logOf = (kind: TokenKind) => eventLog(kind, randomFrom(1).next)

/** Events a second apart, numbered by their type, the first the oldest. */
const sequence = (count: number) =>
  Array.from({ length: count }, (_, index) => arrival(new Date(now - 3_600_000 + index * 1_000).toISOString(), index))

function readAll(log: EventLog, between: (page: number) => void = () => {}): number[] {
  const types: number[] = []
  let token: string | null = null
  for (let number = 1; ; number += 1) {
    const page = log.page({ ...everything, token }, now)
    types.push(...page.events.map(({ type }) => type))
    if (page.token === null) return types
    token = page.token
    between(number)
  }
}

describe.each(kinds)('with tokens of the kind %s', (kind) => {
  test('lists newest first, 50 a page, until a page is not full', () => {
    const log = logOf(kind)
    log.append(sequence(120))

    expect(log.page({ ...everything, token: null }, now).events).toHaveLength(eventsPerPage)
    expect(readAll(log)).toEqual(Array.from({ length: 120 }, (_, index) => 119 - index))
  })

  test('gives a token with a full page that is the last, and then an empty page without', () => {
    const log = logOf(kind)
    log.append(sequence(50))
    const first = log.page({ ...everything, token: null }, now)
    expect(first.token).not.toBeNull()
    expect(log.page({ ...everything, token: first.token }, now)).toEqual({ events: [], token: null })
  })

  test('both ends are inclusive', () => {
    const log = logOf(kind)
    const dates = ['2026-11-22T01:00:00.001Z', '2026-11-22T01:00:00.002Z', '2026-11-22T01:00:00.003Z']
    log.append(dates.map((date, index) => arrival(date, index)))
    const range = { start: instant(dates[0] ?? ''), end: instant(dates[1] ?? ''), token: null }
    expect(log.page(range, now).events.map(({ type }) => type)).toEqual([1, 0])
  })

  test('an event is listed from when it appears, at its own date', () => {
    const log = logOf(kind)
    const [old, late, recent] = ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z']
    log.append([arrival(old, 1), arrival(late, 2, 86_400_000 * 10), arrival(recent, 3)])
    const types = (at: number) => log.page({ ...everything, token: null }, at).events.map(({ type }) => type)
    expect(types(now)).toEqual([3, 1])
    expect(types(now + 86_400_000 * 10)).toEqual([3, 2, 1])
  })
})

describe('equal dates at the end of a page', () => {
  const date = '2026-11-22T10:00:00.123Z'
  const withEqual = [...sequence(49).map((each) => ({ ...each, appearsAt: 0 })), arrival(date, 7), arrival(date, 7)]
  const read = (kind: TokenKind) => {
    const log = logOf(kind)
    log.append(withEqual)
    return readAll(log).length
  }

  test('are skipped where the token is a date', () => {
    expect(read('date')).toBe(50)
    expect(read('plain-date')).toBe(50)
  })

  test('are listed where it is a position or an offset', () => {
    expect(read('position')).toBe(51)
    expect(read('offset')).toBe(51)
  })
})

describe('events that come while pages are read', () => {
  const recent = () => [arrival(new Date(now - 1_000).toISOString(), 900)].map((each) => ({ ...each, appearsAt: 0 }))
  const read = (kind: TokenKind) => {
    const log = logOf(kind)
    log.append(sequence(60))
    return readAll(log, () => log.append(recent()))
  }

  test('repeat the last of the page before where the token is an offset', () => {
    const types = read('offset')
    expect(types.filter((type) => type === 10)).toHaveLength(2)
  })

  test('change no later page where it is a position or a date', () => {
    expect(read('position')).toHaveLength(60)
    expect(read('date')).toHaveLength(60)
  })
})

test('a position orders by whole milliseconds, a date by all its digits', () => {
  const dates = Array.from({ length: 9 }, (_, index) => `2026-11-22T10:00:00.123${index}Z`)
  const read = (kind: TokenKind) => {
    const log = logOf(kind)
    log.append(dates.map((date, index) => arrival(date, index)))
    return readAll(log)
  }
  expect(read('date')).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0])
  expect(read('position')).not.toEqual(read('date'))
  expect(read('position').toSorted()).toEqual(read('date').toSorted())
})

test('a token of a date is what .NET writes', () => {
  const log = logOf('date')
  log.append(Array.from({ length: 50 }, (_, type) => arrival('2026-11-22T00:00:00.1234567Z', type)))
  const plain = logOf('plain-date')
  plain.append(Array.from({ length: 50 }, (_, type) => arrival('2026-11-22T00:00:00.1234567Z', type)))
  // Days since the year 1 at midnight, 739941, times 864 000 000 000, and the fraction; with bit 62 set for UTC.
  expect(log.page({ ...everything, token: null }, now).token).toBe('5250995042428622471')
  expect(plain.page({ ...everything, token: null }, now).token).toBe('639309024001234567')
})
