// The tables in memory that tests walk through: they respond to every request of a table client as the emulator does.
import { odata, RestError, type TableClient, type TableEntity, type TransactionAction } from '@azure/data-tables'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openStorage, storageErrorCode } from '../../../src/adapters/azure/storage.ts'
import { storageAccount } from '../storage.ts'
import { memoryAccount } from './memory-tables.ts'

const account = storageAccount()
const emulated = openStorage({ kind: 'connection-string', connectionString: account }).table
const inMemory = memoryAccount()().table
let names = 0

type Call = (table: TableClient) => Promise<unknown>

/** What comes of a call, in words that two services can share. */
async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return plain(await call())
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    const index = /^\d+(?=:)/.exec(error.message)?.[0]
    return { refused: error.statusCode, code: storageErrorCode(error), index }
  }
}

/** Without what is each service's own: the times, the names of requests, the versions of rows. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Uint8Array || value instanceof Date || typeof value !== 'object' || value === null) return value
  const own = [
    'etag',
    'timestamp',
    'date',
    'version',
    'requestId',
    'clientRequestId',
    'contentType',
    'preferenceApplied',
    'odata.metadata',
  ]
  const kept = Object.entries(value).filter(([name, each]) => !own.includes(name) && typeof each !== 'function')
  return Object.fromEntries(kept.map(([name, each]) => [name, plain(each)]))
}

/** Makes the same calls in both, each in a new table, one after the other, and compares what comes of each. */
async function agree(calls: readonly Call[]): Promise<unknown[]> {
  names += 1
  const [outcomes, expected] = await Promise.all(
    [inMemory, emulated].map(async (open) => {
      const table = open(`table${names}`)
      const found: unknown[] = []
      for (const call of calls) found.push(await outcomeOf(() => call(table)))
      return found
    }),
  )
  expect(outcomes).toEqual(expected)
  return outcomes ?? []
}

const create: Call = (table) => table.createTable()
const all: Call = async (table) => rowsOf(table, {}, 1_000)

/** The rows of a query, an array for each response. */
async function rowsOf(table: TableClient, queryOptions: { filter?: string; select?: string[] }, maxPageSize: number) {
  const pages: unknown[][] = []
  for await (const page of table.listEntities({ queryOptions }).byPage({ maxPageSize })) pages.push([...page])
  return pages
}

const submit = (actions: TransactionAction[]): Call => {
  return async (table) => (await table.submitTransaction(actions)).subResponses.map(({ status }) => status)
}

const row = (rowKey: string, more: object = {}): TableEntity => ({ partitionKey: 'p', rowKey, ...more })
/** The version that a row has now. */
const etagOf = async (table: TableClient, rowKey: string) => (await table.getEntity('p', rowKey)).etag

test('a table is there once it is made, however often', async () => {
  const none = await agree([(table) => table.getEntity('p', 'a'), (table) => table.createEntity(row('a')), all])
  expect(none[0]).toMatchObject({ refused: 404, code: 'TableNotFound' })
  await agree([submit([['create', row('a')]]), create, create, all])
})

test('values come back as they were', async () => {
  const values = {
    text: 'it’s "quoted" 😀 \u0001',
    empty: '',
    half: '\ud83d',
    int: -7,
    real: 1.5,
    yes: true,
    no: false,
    time: new Date('2026-11-20T09:30:00.123Z'),
    long: 12_345_678_901n,
    bytes: new Uint8Array([0, 1, 255]),
  }
  await agree([
    create,
    // In a transaction, the emulator takes what looks like a line of its own for one.
    (table) => table.createEntity(row('a', { ...values, protocol: '--changeset_1\r\n\r\nHTTP/1.1 404 \u2028{}' })),
    submit([['create', row('b', values)]]),
    (table) => table.getEntity('p', 'a'),
    (table) => table.getEntity('p', 'b', { queryOptions: { select: ['RowKey', 'text', 'long', 'none'] } }),
    (table) => rowsOf(table, { select: ['RowKey', 'time', 'bytes'] }, 10),
    all,
  ])
})

test('keys with quotes, blanks and signs are found', async () => {
  for (const key of ["it's", 'a b', 'a=b&c', '%41', 'é', 'Date=1__Uniquifier=2', 'a+b', '~', '']) {
    await agree([
      create,
      (table) => table.createEntity({ partitionKey: `p${key}`, rowKey: key, at: 1 }),
      (table) => table.getEntity(`p${key}`, key),
      (table) => rowsOf(table, { filter: odata`PartitionKey eq ${`p${key}`} and RowKey ge ${key}` }, 10),
      submit([['update', { partitionKey: `p${key}`, rowKey: key, at: 2 }, 'Merge']]),
      all,
      (table) => table.deleteEntity(`p${key}`, key),
      all,
    ])
  }
})

test('a change holds for the version that it names, for any, or for none', async () => {
  const outdated = `W/"datetime'2026-01-01T00%3A00%3A00.0000000Z'"`
  const changes: Call[] = (['Merge', 'Replace'] as const).flatMap((mode): Call[] => [
    (table) => table.updateEntity(row('none', { A: 1 }), mode),
    (table) => table.upsertEntity(row(`new ${mode}`, { A: 1 }), mode),
    (table) => table.upsertEntity(row('a', { A: 1, B: 1n }), mode),
    (table) => table.updateEntity(row('a', { B: 2 }), mode),
    (table) => table.updateEntity(row('a', { A: 3 }), mode, { etag: outdated }),
    async (table) => table.updateEntity(row('a', { A: 4 }), mode, { etag: await etagOf(table, 'a') }),
    all,
  ])
  await agree([
    create,
    (table) => table.createEntity(row('a', { A: 0, B: 0, C: 0 })),
    (table) => table.createEntity(row('a', { A: 9 })),
    ...changes,
    (table) => table.deleteEntity('p', 'none'),
    (table) => table.deleteEntity('p', 'a', { etag: outdated }),
    all,
    async (table) => table.deleteEntity('p', 'a', { etag: await etagOf(table, 'a') }),
    all,
  ])
})

test('each change gives a version that the row had not', async () => {
  const seen = new Set<string | undefined>()
  const table = inMemory('versions')
  await table.createTable()
  seen.add((await table.createEntity(row('a'))).etag)
  seen.add((await table.updateEntity(row('a', { A: 1 }), 'Merge')).etag)
  const { subResponses } = await table.submitTransaction([['update', row('a', { A: 1 }), 'Merge']])
  seen.add(subResponses[0]?.etag)
  expect(await etagOf(table, 'a')).toBe(subResponses[0]?.etag)
  expect([...seen].every((etag) => etag !== undefined)).toBe(true)
  expect(seen.size).toBe(3)
})

test('a query gives what passes, in order, page by page', async () => {
  const keys = ['b', 'a', 'B', 'a=1', 'a=10', 'a=2', 'é', '~', 'z']
  const fill = keys.flatMap((key): Call[] =>
    ['p', 'q'].map((partitionKey) => (table) => table.createEntity({ partitionKey, rowKey: key, Name: `n${key}` })),
  )
  const filters = [
    odata`PartitionKey eq ${'p'} and RowKey ge ${'a'} and RowKey lt ${'b'}`,
    odata`PartitionKey eq ${'q'} and RowKey gt ${'a'} and RowKey le ${'b'} and Name ge ${'na=10'}`,
    odata`PartitionKey eq ${'none'}`,
    odata`PartitionKey eq ${'p'} and Name eq ${'nz'}`,
    odata`PartitionKey eq ${'p'} and Other lt ${'z'}`,
  ]
  const asked = filters.flatMap((filter) =>
    [1, 2, 100].map(
      (size): Call =>
        (table) =>
          rowsOf(table, { filter }, size),
    ),
  )
  await agree([create, ...fill, all, (table) => rowsOf(table, {}, 5), ...asked])
})

test.each([99, 100, 101])('a transaction of %d rows is whole or nothing', async (count) => {
  const rows = Array.from({ length: count }, (_, index) => row(`r${index}`, { index }))
  const made = rows.map((each): TransactionAction => ['create', each])
  await agree([
    create,
    (table) => table.createEntity(row('r50', { before: true })),
    submit(made),
    all,
    (table) => table.deleteEntity('p', 'r50'),
    submit(made),
    all,
  ])
})

test.each([
  ['a text', (size: number) => 'x'.repeat(size), 32 * 1_024],
  ['bytes', (size: number) => new Uint8Array(size), 64 * 1_024],
])('%s can be as large as the service takes it, and not larger', async (_, valueSized, sizeMax) => {
  for (const size of [sizeMax, sizeMax + 1]) {
    await agree([
      create,
      (table) => table.createEntity(row('a', { value: valueSized(size) })),
      (table) => table.upsertEntity(row('b', { value: valueSized(size) }), 'Replace'),
      submit([
        ['create', row('c')],
        ['create', row('d', { value: valueSized(size) })],
      ]),
      (table) => rowsOf(table, { select: ['RowKey'] }, 10),
    ])
  }
})

test('a row and a transaction can be as large as the service takes them, and not larger', async () => {
  const wide = (parts: number) =>
    Object.fromEntries(Array.from({ length: parts }, (_, index) => [`Part${index}`, 'x'.repeat(32 * 1_024)]))
  const rows = (count: number, parts: number) =>
    Array.from({ length: count }, (_, index): TransactionAction => ['create', row(`r${index}`, wide(parts))])
  await agree([
    create,
    (table) => table.upsertEntity(row('a', wide(31)), 'Replace'),
    (table) => table.upsertEntity(row('b', wide(32)), 'Merge'),
    submit(rows(4, 31)),
    (table) => rowsOf(table, { select: ['RowKey'] }, 10),
    submit(rows(5, 31)),
    (table) => rowsOf(table, { select: ['RowKey'] }, 10),
  ])
})

test('any changes, alone and in transactions, come to the same', async () => {
  const outdated = `W/"datetime'2026-01-01T00%3A00%3A00.0000000Z'"`
  const rowsAny = fc.record(
    {
      partitionKey: fc.constant('p'),
      rowKey: fc.constantFrom('a', 'b', 'c'),
      A: fc.nat(9),
      B: fc.string(),
      C: fc.bigInt(0n, 9n),
    },
    { requiredKeys: ['partitionKey', 'rowKey'] },
  )
  const mode = fc.constantFrom('Merge' as const, 'Replace' as const)
  const version = fc.constantFrom({}, { etag: outdated })
  const action = fc.oneof(
    fc.tuple(fc.constant('create' as const), rowsAny),
    fc.tuple(fc.constant('update' as const), rowsAny, mode, version),
    fc.tuple(fc.constant('upsert' as const), rowsAny, mode),
    fc.tuple(fc.constant('delete' as const), rowsAny),
  )
  const distinct = { minLength: 1, maxLength: 3, selector: ([, { rowKey }]: TransactionAction) => rowKey }
  const transactions = fc.array(fc.uniqueArray(action, distinct), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(transactions, async (made) => {
      await agree([create, ...made.flatMap((actions) => [submit(actions), all])])
    }),
    { numRuns: 30 },
  )
})
