// Pages that may be empty while others follow.
import { describe, expect, test } from 'vitest'
import { pageOf, pageWithAny } from '../../../web/api/pages.ts'

/** A list of these pages by number, and the tokens that were requested. */
function listOf(...pages: readonly (readonly string[])[]) {
  const asked: (string | null)[] = []
  const ask = async (token: string | null) => {
    asked.push(token)
    const number = Number(token ?? 0)
    return { data: pages[number] ?? [], next: number + 1 < pages.length ? `${number + 1}` : null }
  }
  return { ask, asked }
}

describe('a page with any', () => {
  test.each([
    ['the first one when it holds something', [['a'], ['b']], null, ['a'], '1', 1],
    ['the one asked for', [['a'], ['b']], '1', ['b'], null, 1],
    ['the first that holds something', [[], [], ['c'], []], null, ['c'], '3', 3],
    ['the last, when none does', [['a'], [], []], '1', [], null, 2],
    ['an only one without anything', [[]], null, [], null, 1],
  ])('is %s', async (_, pages, token, data, next, times) => {
    const { ask, asked } = listOf(...pages)
    expect(await pageWithAny(ask, (page) => page.data, token)).toEqual({ data, next })
    expect(asked).toHaveLength(times)
  })
})

test('a page has its items, and the token of the page after it', () => {
  expect(pageOf({ object: 'list', data: [1, 2], continuationToken: 'b' }, String)).toEqual({
    items: ['1', '2'],
    next: 'b',
  })
  expect(pageOf({ data: [], continuationToken: null }, String)).toEqual({ items: [], next: null })
})
