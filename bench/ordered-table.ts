// A table service that keeps rows in the order of their keys, as Azure does and the emulator does not: enough of it for key-range queries and for reading rows by their keys.
import { once } from 'node:events'
import { createServer } from 'node:http'

type Row = { readonly RowKey: string; readonly [column: string]: unknown }

/** Rows of partitions, each in order of RowKey, behind the address that the connection string names. */
export async function serveOrderedTable(partitions: ReadonlyMap<string, readonly Row[]>) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    response.setHeader('content-type', 'application/json')
    const [, partition, rowKey = ''] =
      /\(PartitionKey='([^']*)',RowKey='([^']*)'\)$/.exec(decodeURIComponent(pathname)) ?? []
    if (partition !== undefined) {
      const rows = partitions.get(partition) ?? []
      const row = rows[indexAfter(rows, rowKey) - 1]
      response.statusCode = row?.RowKey === rowKey ? 200 : 404
      response.end(JSON.stringify(response.statusCode === 200 ? { 'odata.etag': etag, ...row } : notFound))
      return
    }
    const filter = searchParams.get('$filter') ?? ''
    const [, partitionKey = '', after = '', before = ''] =
      /PartitionKey eq '([^']*)' and RowKey gt '([^']*)' and RowKey lt '([^']*)'/.exec(filter) ?? []
    const rows = partitions.get(partitionKey) ?? []
    const top = Number(searchParams.get('$top') ?? 1_000)
    const first = indexAfter(rows, searchParams.get('NextRowKey') ?? after)
    const page = rows.slice(first, first + top).filter(({ RowKey }) => RowKey < before)
    const last = page.at(-1)
    if (page.length === top && last) {
      response.setHeader('x-ms-continuation-NextPartitionKey', partitionKey)
      response.setHeader('x-ms-continuation-NextRowKey', last.RowKey)
    }
    response.statusCode = request.method === 'GET' ? 200 : 204
    response.end(
      request.method === 'GET'
        ? JSON.stringify({ value: page.map((row) => ({ 'odata.etag': etag, ...row })) })
        : undefined,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/account`
  const key = Buffer.from('no key').toString('base64')
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${key};TableEndpoint=${url};`,
    stop: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** No row is ever changed. */
const etag = 'W/"1"'

const notFound = { 'odata.error': { code: 'ResourceNotFound', message: { lang: 'en-US', value: 'not there' } } }

/** The index of the first row whose key is greater, by halving. */
function indexAfter(rows: readonly Row[], key: string): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.RowKey ?? '') <= key) low = middle + 1
    else high = middle
  }
  return low
}
