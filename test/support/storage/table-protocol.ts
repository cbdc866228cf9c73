// What requests to the table service say, alone and in transactions, and how it responds to a transaction.
import * as v from 'valibot'

/** A writing of one row. Without `ifMatch`, a row that is not there is made. */
export type Operation = {
  readonly kind: 'insert' | 'replace' | 'merge' | 'delete'
  readonly table: string
  readonly partitionKey: string
  readonly rowKey: string
  readonly ifMatch: string | undefined
  readonly properties: Readonly<Record<string, unknown>>
  /** How long they are in JSON. */
  readonly bytes: number
}
type Reading =
  | { readonly kind: 'query'; readonly table: string; readonly url: URL }
  | {
      readonly kind: 'get'
      readonly table: string
      readonly partitionKey: string
      readonly rowKey: string
      readonly select: string | null
    }

const Row = v.looseObject({ PartitionKey: v.string(), RowKey: v.string() })
const writings = { PUT: 'replace', PATCH: 'merge', DELETE: 'delete' } as const

/** Reads one request; throws at one of another kind than the adapters make. */
export function operationOf(
  method: string,
  address: string,
  ifMatch: string | undefined,
  body: string,
): Operation | Reading {
  const url = new URL(address)
  const bytes = Buffer.byteLength(body)
  const name = decodeURIComponent(url.pathname).split('/').slice(2).join('/')
  const [, table = '', partition, row] = /^(\w+)(?:\((?:PartitionKey='(.*)',RowKey='(.*)')?\))?$/s.exec(name) ?? []
  if (method === 'GET' && name === `${table}()`) return { kind: 'query', table, url }
  if (method === 'POST' && name === table) {
    const properties = v.parse(Row, JSON.parse(body))
    const keys = { partitionKey: properties.PartitionKey, rowKey: properties.RowKey }
    return { kind: 'insert', table, ...keys, ifMatch, properties, bytes }
  }
  if (partition === undefined || row === undefined)
    throw new Error(`no request that an adapter makes: ${method} ${name}`)
  const keys = { partitionKey: partition.replaceAll("''", "'"), rowKey: row.replaceAll("''", "'") }
  if (method === 'GET') return { kind: 'get', table, ...keys, select: url.searchParams.get('$select') }
  if (method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') throw new Error(`unknown method ${method}`)
  return {
    kind: writings[method],
    table,
    ...keys,
    ifMatch,
    properties: body === '' ? {} : v.parse(Row, JSON.parse(body)),
    bytes,
  }
}

/** The operations of a transaction, in order. */
export function readTransaction(body: string): Operation[] {
  const [, boundary = ''] = /boundary=(changeset_[\w-]+)/.exec(body) ?? []
  return body
    .split(`--${boundary}\r\n`)
    .slice(1)
    .map((part) => {
      const [, head = '', ...rest] = part.split('\r\n\r\n')
      const [, method = '', url = ''] = /^(\w+) (\S+) HTTP/.exec(head) ?? []
      const [, ifMatch] = /^If-Match: (.*)$/im.exec(head) ?? []
      const [json = ''] = rest.join('\r\n\r\n').split('\r\n--changeset_', 1)
      const operation = operationOf(method, url, ifMatch?.trim(), json.trim())
      if (operation.kind === 'get' || operation.kind === 'query') throw new Error('a transaction only writes')
      return operation
    })
}

/** The response to a transaction: that each operation was done, or why one was refused. */
export function writeTransaction(
  outcomes: readonly { status: number; etag?: string; code?: string; index?: number }[],
): string {
  const parts = outcomes.map(({ status, etag, code, index }) => {
    const error = { 'odata.error': { code, message: { lang: 'en-US', value: `${index}:${code}` } } }
    const lines = [`HTTP/1.1 ${status}`, ...(etag === undefined ? [] : [`ETag: ${etag}`]), '']
    return `--changesetresponse_1\r\n\r\n${lines.join('\r\n')}\r\n${code === undefined ? '' : JSON.stringify(error)}\r\n`
  })
  return `--batchresponse_1\r\n${parts.join('')}--changesetresponse_1--\r\n--batchresponse_1--\r\n`
}
