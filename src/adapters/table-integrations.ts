// Integrations on Azure Table storage: a row that lists them and a row each, changed together and only as they were read.
import type { TableClient, TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid, guidOfContent } from '../domain/guid.ts'
import { Integration } from '../domain/notifications/integration.ts'
import type { Integrations } from '../notification-ports.ts'
import { Unavailable } from '../ports.ts'
import { bounded, openedTable, reach, type Storage } from './azure-storage.ts'
import { fenced, type WriteMark } from './fenced-writes.ts'
import { jsonColumns, jsonIn, rowOf } from './table-json.ts'
import { rowsIn, transactionRowsMax } from './table-transactions.ts'

// PartitionKey          RowKey              holds
// Organization=<guid>   Integrations        the ids in order, each with an id that stands for what its row holds
// Organization=<guid>   Integration=<guid>  an integration, and the id that stands for it in `Content`

export const integrationTableName = 'integration'

/** How often integrations are read again, or a change made again, because another change was faster. */
const triesMax = 10
const what = 'integration store'

/** The integrations in a storage account; the table is created at first use. */
export function tableIntegrations(storage: Storage): Integrations {
  const opened = openedTable(storage, integrationTableName)
  const using = <T>(work: (table: TableClient) => Promise<T>) => reach(what, async () => work(await opened()))

  return {
    integrationsOf: (id) => using(async (table) => (await read(table, id)).integrations),
    change: (id, change) =>
      using(async (table) => {
        for (let tries = 0; tries < triesMax; tries += 1) {
          const known = await read(table, id)
          const changed = change(known.integrations)
          if (changed.kind === 'refused' || (await write(table, id, known, changed.integrations))) return changed
        }
        throw new Unavailable(what, new Error(`another change was faster, ${triesMax} times`))
      }),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', listKey)
      }),
  }
}

type Known = {
  readonly integrations: readonly Integration[]
  /** What stands for each as it is stored. A change does not write those that it leaves: the very same objects. */
  readonly contents: ReadonlyMap<Integration, Guid>
  readonly etag?: string
}

const listKey = 'Integrations'
const List = v.array(v.object({ id: Guid, content: Guid }))
const rowKeyOf = (id: Guid) => `Integration=${id}`
const partitionOf = (organizationId: Guid) => `Organization=${organizationId}`

/** Reads all in one query; again when a change came between two of its answers. */
async function read(table: TableClient, organizationId: Guid): Promise<Known> {
  const range = { partitionKey: partitionOf(organizationId), from: 'Integration=', before: `${listKey}~` }
  for (let tries = 0; tries < triesMax; tries += 1) {
    const rows = await rowsIn(table, range)
    const list = rows.find(({ rowKey }) => rowKey === listKey)
    if (!list) {
      if (rows.length === 0) return { integrations: [], contents: new Map() }
      continue
    }
    const listed = jsonIn(list, 'Data', List)
    const found = listed.flatMap(({ id, content }) => {
      const row = rows.find(({ rowKey, Content }) => rowKey === rowKeyOf(id) && Content === content)
      return row ? [[jsonIn(row, 'Data', Integration), content] as const] : []
    })
    const contents = new Map(found)
    const etag = v.parse(v.string(), list.etag)
    if (found.length === listed.length) return { integrations: [...contents.keys()], contents, etag }
  }
  throw new Unavailable(what, new Error(`integrations were changed while they were read, ${triesMax} times`))
}

/** Writes integrations over those that are known; false when they are no longer so. */
async function write(table: TableClient, organizationId: Guid, known: Known, integrations: readonly Integration[]) {
  const fence = { partitionKey: partitionOf(organizationId), rowKey: listKey, store: what }
  const written = await fenced(table, fence, async (mark) => {
    const actions = actionsOf(fence.partitionKey, known, integrations, mark)
    if (actions.length > transactionRowsMax) throw new RangeError('a change of integrations is too large')
    return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
  })
  return written !== undefined
}

/** Writes the list over the one that is known, and of the integrations those that differ. */
function actionsOf(
  partitionKey: string,
  known: Known,
  integrations: readonly Integration[],
  mark: WriteMark,
): TransactionAction[] {
  const contentOf = (integration: Integration) =>
    known.contents.get(integration) ?? guidOfContent(JSON.stringify(integration))
  const listed = integrations.map((integration) => ({ id: integration.id, content: contentOf(integration) }))
  const list = { partitionKey, rowKey: listKey, ...jsonColumns('Data', listed), ...mark }
  const ids = new Set(integrations.map(({ id }) => id))
  return [
    known.etag === undefined ? ['create', list] : ['update', list, 'Replace', { etag: known.etag }],
    ...integrations.flatMap((integration): TransactionAction[] => {
      if (known.contents.has(integration)) return []
      const head = { partitionKey, rowKey: rowKeyOf(integration.id), Content: contentOf(integration) }
      return [['upsert', { ...head, ...jsonColumns('Data', integration) }, 'Replace']]
    }),
    ...known.integrations.flatMap(({ id }): TransactionAction[] =>
      ids.has(id) ? [] : [['delete', { partitionKey, rowKey: rowKeyOf(id) }]],
    ),
  ]
}
