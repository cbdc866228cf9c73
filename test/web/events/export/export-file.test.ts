// An export put together from its parts.
import { describe, expect, test } from 'vitest'
import type { FilePart } from '../../../../web/api/client.ts'
import { collectExport, countRows, type Progress, shareDone } from '../../../../web/events/export/export-file.ts'

describe('an export', () => {
  test('has the header once and all rows, and reports the progress after each part', async () => {
    const parts: Readonly<Record<string, FilePart>> = {
      one: { text: 'message,date\r\n"a ""\r\n"" b",2026-05-02T00:00:00.000Z\r\n', next: 'two' },
      two: { text: 'message,date\r\n', next: 'three' },
      three: { text: 'message,date\r\nc,2026-05-01T00:00:00.1234567Z\r\n', next: null },
    }
    const reported: Progress[] = []
    const ask = async (path: string) => parts[path] ?? { text: '', next: null }
    const texts = await collectExport('csv', 'one', ask, (progress) => reported.push(progress))
    expect(texts.join('')).toBe(
      'message,date\r\n"a ""\r\n"" b",2026-05-02T00:00:00.000Z\r\nc,2026-05-01T00:00:00.1234567Z\r\n',
    )
    expect(reported.map(({ events }) => events)).toEqual([1, 1, 2])
    expect(reported.map(({ reachedAt }) => reachedAt?.slice(0, 10))).toEqual(['2026-05-02', '2026-05-02', '2026-05-01'])
  })

  test('ends with the part that fails', async () => {
    const ask = async (path: string): Promise<FilePart> => {
      if (path === 'one') return { text: '{}\n', next: 'two' }
      throw new Error('outage')
    }
    await expect(collectExport('ndjson', 'one', ask, () => {})).rejects.toThrow('outage')
  })
})

test('only in CSV, a line break within quotes ends no row', () => {
  expect(countRows('csv', '"a\nb"\nc\n')).toBe(2)
  expect(countRows('ndjson', '{"a":"\\""}\n{}\n')).toBe(2)
})

test('the share of a range is between nothing and all of it', () => {
  const [start, now] = ['2026-05-01T00:00:00Z', Date.parse('2026-05-05T00:00:00Z')]
  expect(shareDone(start, null, '2026-05-04T00:00:00Z', now)).toBe(0.25)
  expect(shareDone(start, '2026-05-03T00:00:00Z', '2026-05-02T00:00:00Z', now)).toBe(0.5)
  expect([shareDone(start, null, null, now), shareDone(null, null, start, now)]).toEqual([0, 0])
  expect(shareDone(start, null, '2026-04-01T00:00:00Z', now)).toBe(1)
})
