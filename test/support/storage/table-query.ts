// Which rows of a table in memory a query finds: comparisons of texts, joined by `and`, in order of the keys, page by page.
import type { OrderedRows } from './ordered-rows.ts'

type Properties = Readonly<Record<string, unknown>>
/** The rows of a table, by their two keys. */
type Rows<Row> = ReadonlyMap<string, OrderedRows<Row>>

type Page<Row> = { readonly rows: readonly Row[]; readonly next: { readonly [header: string]: string } }

const responseRowsMax = 1_000

/** The rows that the parameters of a query ask for, and where the next page begins. */
export function pageOf<Row extends { readonly properties: Properties }>(
  rows: Rows<Row>,
  parameters: URLSearchParams,
): Page<Row> {
  const { passes, partitionKey, least, isBeyond } = queryOf(parameters.get('$filter'))
  const top = Number(parameters.get('$top') ?? responseRowsMax)
  const from = (name: string) => Buffer.from(parameters.get(name) ?? '', 'base64').toString()
  const [fromPartition, fromRow] = [from('NextPartitionKey'), from('NextRowKey')]
  const partitions = partitionKey === undefined ? [...rows.keys()].sort() : [partitionKey]
  const found: (readonly [string, string, Row])[] = []
  for (const key of partitions) {
    if (key < fromPartition) continue
    const first = key === fromPartition && fromRow > least ? fromRow : least
    for (const [rowKey, row] of rows.get(key)?.from(first) ?? []) {
      if (found.length > top || isBeyond(rowKey)) break
      if (passes(row.properties)) found.push([key, rowKey, row])
    }
  }
  const [nextPartition = '', nextRow = ''] = found[top] ?? []
  const place = (key: string) => Buffer.from(key).toString('base64')
  const next = {
    'x-ms-continuation-nextpartitionkey': place(nextPartition),
    'x-ms-continuation-nextrowkey': place(nextRow),
  }
  return { rows: found.slice(0, top).map(([, , row]) => row), next: found.length > top ? next : {} }
}

type Query = {
  readonly passes: (row: Properties) => boolean
  readonly partitionKey: string | undefined
  /** No row key before this one passes. */
  readonly least: string
  /** Whether neither this row key nor any after it passes. */
  readonly isBeyond: (rowKey: string) => boolean
}

/** Throws at a filter of another kind than the adapters have in a walk. */
function queryOf(filter: string | null): Query {
  const one = /^(\w+) (eq|ge|gt|le|lt) '((?:[^']|'')*)'(?: and |$)/
  const comparisons: ((row: Properties) => boolean)[] = []
  const ends: ((rowKey: string) => boolean)[] = []
  let partitionKey: string | undefined
  let least = ''
  for (let rest = filter ?? ''; rest !== ''; ) {
    const [all, name = '', operator = '', quoted = ''] = one.exec(rest) ?? []
    if (all === undefined) throw new Error(`the tables in memory do not know this filter: ${rest}`)
    const value = quoted.replaceAll("''", "'")
    if (name === 'PartitionKey' && operator === 'eq') partitionKey = value
    else comparisons.push((row) => compares(row[name], operator, value))
    if (name === 'RowKey' && !operator.startsWith('l') && value > least) least = value
    if (name === 'RowKey' && !operator.startsWith('g')) ends.push((rowKey) => rowKey > value)
    rest = rest.slice(all.length)
  }
  return {
    passes: (row) => comparisons.every((passes) => passes(row)),
    partitionKey,
    least,
    isBeyond: (rowKey) => ends.some((ends) => ends(rowKey)),
  }
}

function compares(found: unknown, operator: string, value: string): boolean {
  if (typeof found !== 'string') return false
  if (found === value) return operator === 'eq' || operator === 'ge' || operator === 'le'
  return found < value ? operator.startsWith('l') : operator.startsWith('g')
}
