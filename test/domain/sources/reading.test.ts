// How a reading goes on after each page: tokens that skip, listings that two pages share, and servers that lead nowhere.
import { describe, expect, test } from 'vitest'
import { formatInstant, type Instant, instantAt } from '../../../src/domain/instant.ts'
import { type EventsPage, readPage } from '../../../src/domain/sources/pages.ts'
import { afterPage, type Reading, readingOf } from '../../../src/domain/sources/reading.ts'

const atMs = Date.UTC(2026, 10, 20, 12)
const [start, end] = [instantAt(atMs - 86_400_000), instantAt(atMs + 86_400_000)]
const range = readingOf(start, end)

/** A page of events of these dates, each of another address. */
function pageOf(dates: readonly Instant[], token: string | null): EventsPage {
  const data = dates.map((date, index) => ({ type: 1107, date: formatInstant(date), ipAddress: `192.0.2.${index}` }))
  const page = readPage({ data, continuationToken: token })
  if (!page) throw new Error('no page')
  return page
}
const ago = (ms: number) => instantAt(atMs - ms)
const next = (page: EventsPage, reading: Reading = range) => afterPage(reading, page).next

/** The date as a self-hosted server's token. */
const dateToken = (date: Instant) => `${621_355_968_000_000_000n + BigInt(Date.parse(date)) * 10_000n}`

describe('after a page', () => {
  test('without a token, the range is read', () => {
    expect(next(pageOf([ago(1), ago(2)], null))).toBeNull()
  })

  test('with a token, the next page follows it', () => {
    expect(next(pageOf([ago(1), ago(2)], 'token'))).toMatchObject({ token: 'token', end, reached: ago(2) })
  })

  test('whose token is its last date, the next one begins with that date', () => {
    expect(next(pageOf([ago(1), ago(2)], dateToken(ago(2))))).toEqual(readingOf(start, ago(2)))
  })

  test('that ends amid a millisecond, the next one begins with all of it', () => {
    const inMs = instantAt(atMs - 2).replace('0000Z', '9999Z')
    const read = next(pageOf([ago(1), ago(2), ago(2)], 'token'))
    expect(read).toMatchObject({ token: null, end: inMs, reached: inMs })
  })

  test('of one millisecond alone, the token leads on', () => {
    expect(next(pageOf([ago(2), ago(2), ago(2)], 'token'))).toMatchObject({ token: 'token', end })
  })

  test('that has only what was seen, for the third time, the token is given up', () => {
    const page = pageOf([ago(1), ago(5)], 'token')
    let reading: Reading | null | 'stuck' = range
    for (let pages = 0; pages < 4; pages += 1) {
      if (reading === null || reading === 'stuck') throw new Error('ended')
      reading = next(page, reading)
    }
    expect(reading).toEqual(readingOf(start, ago(5)))
  })

  test('that is empty and has a token, again and again, the server leads nowhere', () => {
    let reading: Reading | null | 'stuck' = range
    let pages = 0
    for (; reading !== null && reading !== 'stuck'; pages += 1) reading = next(pageOf([], 'token'), reading)
    expect([reading, pages]).toEqual(['stuck', 51])
  })
})

describe('a date that fills a page', () => {
  const full = Array.from({ length: 50 }, () => ago(2))

  test('is crowded where the token skips the rest of it', () => {
    expect(afterPage(range, pageOf(full, dateToken(ago(2)))).crowded).toBe(ago(2))
  })

  test.each([
    ['another token', pageOf(full, 'token')],
    ['no token', pageOf(full, null)],
    ['another date on the page', pageOf([ago(1), ...full.slice(1)], dateToken(ago(2)))],
  ])('is not with %s', (_, page) => {
    expect(afterPage(range, page).crowded).toBeUndefined()
  })
})

test('content that comes on two pages is counted by itself', () => {
  const page = pageOf([ago(1), ago(2)], 'token')
  const again = next(page)
  if (again === null || again === 'stuck') throw new Error('ended')
  expect(afterPage(range, page).doubtful).toEqual([])
  expect(afterPage(again, page).doubtful).toEqual([atMs - 1, atMs - 2])
})
