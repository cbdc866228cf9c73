// The table service in memory: it responds to the requests of table clients as the service does, without a connection.
// memory-tables.test.ts holds it against the emulator; what it does not know, it refuses aloud.
import { createHttpHeaders, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline'
import { TableClient } from '@azure/data-tables'
import * as v from 'valibot'
import { withRetries } from '../../../src/adapters/azure/retried-requests.ts'
import type { Account } from './account.ts'
import { type OrderedRows, orderedRows } from './ordered-rows.ts'
import { noPauses } from './pauses.ts'
import { type Operation, operationOf, readTransaction, writeTransaction } from './table-protocol.ts'
import { pageOf } from './table-query.ts'

/** The properties of a row as they go over the wire, and its version. */
type Row = { readonly etag: string; readonly properties: Readonly<Record<string, unknown>> }
/** The rows of a partition, by row key. */
type Partition = OrderedRows<Row>
type Refused = { readonly status: number; readonly code: string }
type Done = { readonly status: number; readonly etag?: string }

const account = 'http://127.0.0.1/account'
const transactionRowsMax = 100
const transactionBytesMax = 4 * 1_024 * 1_024
const rowBytesMax = 1_024 * 1_024
const textUnitsMax = 32 * 1_024
const binaryBytesMax = 64 * 1_024
const missing = { status: 404, code: 'ResourceNotFound' }
const NewTable = v.object({ TableName: v.string() })

/** An account with tables alone, none yet. */
export function memoryAccount(): Account {
  const tables = new Map<string, Map<string, Partition>>()
  let versions = 0

  return (pauses = noPauses) => ({
    table: (name) => {
      // As `openStorage` makes them, but without a key: nobody would look at the signature.
      const client = new TableClient(account, name, { retryOptions: { maxRetries: 0 }, allowInsecureConnection: true })
      client.pipeline.addPolicy(
        { name: 'in memory', sendRequest: async (request) => respond(request) },
        { afterPhase: 'Retry' },
      )
      return withRetries(client, pauses)
    },
    queue: () => {
      throw new Error('there are no queues in memory')
    },
  })

  function respond(request: PipelineRequest): PipelineResponse {
    const body = typeof request.body === 'string' ? request.body : ''
    const path = decodeURIComponent(new URL(request.url).pathname)
    if (path.endsWith('/Tables')) return created(request, v.parse(NewTable, JSON.parse(body)).TableName)
    if (path.endsWith('/$batch')) return transacted(request, body)
    const operation = operationOf(request.method, request.url, request.headers.get('if-match'), body)
    const rows = tables.get(operation.table)
    if (!rows) return refusal(request, { status: 404, code: 'TableNotFound' })
    if (operation.kind === 'query') {
      const page = pageOf(rows, operation.url.searchParams)
      const select = operation.url.searchParams.get('$select')
      return response(request, 200, { value: page.rows.map((row) => written(row, select)) }, page.next)
    }
    const { partitionKey, rowKey } = operation
    if (operation.kind === 'get') {
      const row = rows.get(partitionKey)?.get(rowKey)
      return row ? response(request, 200, written(row, operation.select)) : refusal(request, missing)
    }
    const partition: Partition = rows.get(partitionKey) ?? orderedRows()
    const outcome = write(operation, partition)
    if ('code' in outcome) return refusal(request, outcome)
    rows.set(partitionKey, partition)
    return response(request, 204, undefined, outcome.etag === undefined ? {} : { etag: outcome.etag })
  }

  function created(request: PipelineRequest, name: string): PipelineResponse {
    if (tables.has(name)) return refusal(request, { status: 409, code: 'TableAlreadyExists' })
    tables.set(name, new Map())
    return response(request, 201, { TableName: name })
  }

  /** All of it or nothing; of what is wrong, the first. */
  function transacted(request: PipelineRequest, body: string): PipelineResponse {
    const operations = readTransaction(body)
    const [first] = operations
    if (!first) throw new Error('a transaction without an operation')
    const refused = (why: Refused, index: number) => multipart(request, writeTransaction([{ ...why, index }]))
    if (Buffer.byteLength(body) > transactionBytesMax) {
      return refusal(request, { status: 413, code: 'RequestBodyTooLarge' })
    }
    if (operations.length > transactionRowsMax) return refused({ status: 400, code: 'InvalidInput' }, 0)
    const rows = tables.get(first.table)
    if (!rows) return refused({ status: 404, code: 'TableNotFound' }, 0)
    const partition: Partition = rows.get(first.partitionKey) ?? orderedRows()
    const done: Done[] = []
    const before: (readonly [string, Row | undefined])[] = []
    for (const [index, operation] of operations.entries()) {
      before.push([operation.rowKey, partition.get(operation.rowKey)])
      const outcome = write(operation, partition)
      if ('code' in outcome) {
        for (const [rowKey, row] of before.reverse()) {
          if (row) partition.set(rowKey, row)
          else partition.delete(rowKey)
        }
        return refused(outcome, index)
      }
      done.push(outcome)
    }
    rows.set(first.partitionKey, partition)
    return multipart(request, writeTransaction(done))
  }

  /** Changes a partition, or says why not. */
  function write(operation: Operation, partition: Partition): Refused | Done {
    const { kind, rowKey, ifMatch } = operation
    const row = partition.get(rowKey)
    const code = excessOf(operation)
    if (code !== undefined) return { status: 400, code }
    if (kind === 'insert' && row) return { status: 409, code: 'EntityAlreadyExists' }
    if (ifMatch !== undefined && !row) return missing
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== row?.etag) {
      return { status: 412, code: 'UpdateConditionNotSatisfied' }
    }
    if (kind === 'delete') {
      partition.delete(rowKey)
      return { status: 204 }
    }
    versions += 1
    const etag = `W/"datetime'${versions}'"`
    const { properties } = operation
    partition.set(rowKey, { etag, properties: kind === 'merge' ? merged(row?.properties, properties) : properties })
    return { status: 204, etag }
  }
}

/** What is too large of a row that comes in, in the service's own word. */
function excessOf({ properties, bytes }: Operation): string | undefined {
  if (bytes > rowBytesMax) return 'EntityTooLarge'
  const isTooLarge = ([name, value]: [string, unknown]) => {
    if (typeof value !== 'string') return false
    if (properties[`${name}@odata.type`] !== 'Edm.Binary') return value.length > textUnitsMax
    return Buffer.byteLength(value, 'base64') > binaryBytesMax
  }
  return Object.entries(properties).some(isTooLarge) ? 'PropertyValueTooLarge' : undefined
}

/** One row over another, each property with its type. */
function merged(before: Row['properties'] = {}, given: Row['properties']): Row['properties'] {
  const untouched = Object.entries(before).filter(([name]) => given[propertyOf(name)] === undefined)
  return { ...Object.fromEntries(untouched), ...given }
}

/** The property that a value or its type belongs to. */
const propertyOf = (name: string) => name.replace(/@odata\.type$/, '')

function written({ etag, properties }: Row, select: string | null): object {
  const names = select?.split(',')
  const chosen = names
    ? Object.entries(properties).filter(([name]) => names.includes(propertyOf(name)))
    : Object.entries(properties)
  return { 'odata.etag': etag, ...Object.fromEntries(chosen) }
}

const refusal = (request: PipelineRequest, { status, code }: Refused) =>
  response(request, status, { 'odata.error': { code, message: { lang: 'en-US', value: code } } })

function response(
  request: PipelineRequest,
  status: number,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): PipelineResponse {
  const type = { 'content-type': 'application/json;odata=minimalmetadata' }
  const bodyAsText = body === undefined ? '' : JSON.stringify(body)
  return { request, status, headers: createHttpHeaders({ ...type, ...headers }), bodyAsText }
}

const multipart = (request: PipelineRequest, bodyAsText: string): PipelineResponse => ({
  request,
  status: 202,
  headers: createHttpHeaders({ 'content-type': 'multipart/mixed; boundary=batchresponse_1' }),
  bodyAsText,
})
