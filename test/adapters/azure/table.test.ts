// The table kit: how a table is opened, what is observed of its requests, and how a change is made again.
import { describe, expect, test } from 'vitest'
import { overtaken, untilNotOvertaken } from '../../../src/adapters/azure/compare-and-swap.ts'
import { isConflict, isNotFound, type Observed } from '../../../src/adapters/azure/storage.ts'
import { existingTable, openTable } from '../../../src/adapters/azure/table.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { failingStorage } from '../../support/storage/failing-storage.ts'
import { memoryAccount } from '../../support/storage/memory-tables.ts'

const keys = { partitionKey: 'p', rowKey: 'r' }

/** A storage account in memory, and what was observed of its requests. */
function observedStorage() {
  const observed: Omit<Observed, 'ms'>[] = []
  const { storage, ...failing } = failingStorage(memoryAccount())
  const observe = ({ ms: _, ...each }: Observed) => void observed.push(each)
  return { storage: { ...storage, observe }, observed, ...failing }
}

describe('a table', () => {
  test('is created at its first use, once, and again after a failure', async () => {
    const { storage, begun, arm } = observedStorage()
    const table = openTable(storage, 'things', 'store of things')
    arm(1, 'failed', 5)
    await expect(table.row(keys)).rejects.toThrow(new Unavailable('store of things', undefined))
    arm(0, 'failed')
    await Promise.all([table.row(keys), table.row(keys)])
    expect(begun.filter((request) => request === 'POST /Tables')).toHaveLength(1)
  })

  test('that is only read is not created', async () => {
    const table = existingTable(memoryAccount()(), 'things', 'store of things')
    expect(await table.row(keys)).toBeUndefined()
    await expect(table.pages({}).next()).rejects.toSatisfy(isNotFound)
  })

  test('is read by row and by range, page by page', async () => {
    const table = openTable(memoryAccount()(), 'things', 'store of things')
    await table.submit([1, 2, 3].map((number) => ['create', { partitionKey: 'p', rowKey: `r${number}`, A: 1, B: 2 }]))
    expect(await table.row({ partitionKey: 'p', rowKey: 'r1' }, ['A'])).toMatchObject({ rowKey: 'r1', A: 1 })
    const range = { partitionKey: 'p', from: 'r1', before: 'r3', columns: [] }
    expect((await table.rows(range)).map(({ rowKey }) => rowKey)).toEqual(['r1', 'r2'])
    expect((await table.rows(range, 1)).map(({ rowKey }) => rowKey)).toEqual(['r1'])
    const lengths: (readonly [rows: number, more: boolean])[] = []
    for await (const { rows, more } of table.pages({}, 2)) lengths.push([rows.length, more])
    expect(lengths).toEqual([
      [2, true],
      [1, false],
    ])
  })

  test('shows the outcome of each request to an observer', async () => {
    const { storage, observed, arm } = observedStorage()
    const table = openTable(storage, 'things', 'store of things')
    const etag = await table.insert(keys)
    await expect(table.insert(keys)).rejects.toSatisfy(isConflict)
    await table.remove(keys, 'another')
    await table.remove(keys, etag)
    arm(1, 'busy', 5)
    await expect(table.row(keys)).rejects.toThrow(Unavailable)
    expect(observed.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['write', 'done'],
      ['write', 'refused'],
      ['delete', 'refused'],
      ['delete', 'done'],
      ['read', 'unavailable'],
    ])
    expect(new Set(observed.map(({ table: name }) => name))).toEqual(new Set(['things']))
  })
})

describe('a change that another write overtakes', () => {
  test('is made again until it takes effect, with a pause before', async () => {
    const made: string[] = []
    const attempt = async () => {
      made.push('attempt')
      return made.length < 4 ? overtaken : 'done'
    }
    const pause = async () => made.push('pause')
    expect(await untilNotOvertaken({ store: 'store of things' }, attempt, pause)).toBe('done')
    expect(made).toEqual(['attempt', 'pause', 'attempt', 'pause', 'attempt'])
  })

  test('is an outage after ten attempts', async () => {
    let attempts = 0
    const attempt = async () => {
      attempts += 1
      return overtaken
    }
    await expect(untilNotOvertaken({ store: 'store of things' }, attempt)).rejects.toThrow(Unavailable)
    expect(attempts).toBe(10)
  })
})
