// Which rows of a table in memory a query finds: comparisons of texts, joined by `and`, in order of the keys, page by page.

type Properties = Readonly<Record<string, unknown>>
/** The rows of a table, by their two keys. */
type Rows<Row> = ReadonlyMap<string, ReadonlyMap<string, Row>>

type Page<Row> = { readonly rows: readonly Row[]; readonly next: { readonly [header: string]: string } }

const responseRowsMax = 1_000

/** The rows that the parameters of a query ask for, and where the next page begins. */
export function pageOf<Row extends { readonly properties: Properties }>(
  rows: Rows<Row>,
  parameters: URLSearchParams,
): Page<Row> {
  const { passes, partitionKey } = queryOf(parameters.get('$filter'))
  const top = Number(parameters.get('$top') ?? responseRowsMax)
  const from = (name: string) => Buffer.from(parameters.get(name) ?? '', 'base64').toString()
  const [fromPartition, fromRow] = [from('NextPartitionKey'), from('NextRowKey')]
  const partitions = partitionKey === undefined ? [...rows.keys()].sort() : [partitionKey]
  const found: (readonly [string, string, Row])[] = []
  for (const key of partitions) {
    if (key < fromPartition || found.length > top) continue
    const passing: (readonly [string, string, Row])[] = []
    for (const [rowKey, row] of rows.get(key) ?? []) {
      if ((key > fromPartition || rowKey >= fromRow) && passes(row.properties)) passing.push([key, rowKey, row])
    }
    for (const each of passing.sort(([, one], [, other]) => (one < other ? -1 : 1))) found.push(each)
  }
  const [nextPartition = '', nextRow = ''] = found[top] ?? []
  const place = (key: string) => Buffer.from(key).toString('base64')
  const next = {
    'x-ms-continuation-nextpartitionkey': place(nextPartition),
    'x-ms-continuation-nextrowkey': place(nextRow),
  }
  return { rows: found.slice(0, top).map(([, , row]) => row), next: found.length > top ? next : {} }
}

type Query = { readonly passes: (row: Properties) => boolean; readonly partitionKey: string | undefined }

/** Throws at a filter of another kind than the adapters have in a walk. */
function queryOf(filter: string | null): Query {
  const one = /^(\w+) (eq|ge|gt|le|lt) '((?:[^']|'')*)'(?: and |$)/
  const comparisons: ((row: Properties) => boolean)[] = []
  let partitionKey: string | undefined
  for (let rest = filter ?? ''; rest !== ''; ) {
    const [all, name = '', operator = '', quoted = ''] = one.exec(rest) ?? []
    if (all === undefined) throw new Error(`the tables in memory do not know this filter: ${rest}`)
    const value = quoted.replaceAll("''", "'")
    if (name === 'PartitionKey' && operator === 'eq') partitionKey = value
    else comparisons.push((row) => compares(row[name], operator, value))
    rest = rest.slice(all.length)
  }
  return { passes: (row) => comparisons.every((passes) => passes(row)), partitionKey }
}

function compares(found: unknown, operator: string, value: string): boolean {
  if (typeof found !== 'string') return false
  if (found === value) return operator === 'eq' || operator === 'ge' || operator === 'le'
  return found < value ? operator.startsWith('l') : operator.startsWith('g')
}
