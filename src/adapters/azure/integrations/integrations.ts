// Integrations on Azure Table storage: a row that lists them and a row each, changed together and only as they were read.
import * as v from 'valibot'
import { Guid, guidOfContent, parseGuid } from '../../../domain/guid.ts'
import { Integration, type IntegrationsChange, integrationsMax } from '../../../domain/notifications/integration.ts'
import type { Integrations } from '../../../ports/integrations.ts'
import { deleting, writing } from '../batches.ts'
import { type FencedChange, overtaken, submitFenced, untilNotOvertaken } from '../compare-and-swap.ts'
import { checksByKind, readable } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import { partitionOf } from '../partitions.ts'
import type { Row, StoredRow } from '../rows.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'

// PartitionKey          RowKey              holds
// Organization=<guid>   Integrations        the list: the ids in order, each with the content id of its row
// Organization=<guid>   Integration=<guid>  an integration, and its content id in `Content`
//
// A list that cannot be read, or is gone, is made from the rows that it should name; the next change writes it anew.

export const integrationTableName = 'integration'

/** The integrations in a storage account; the table is created at first use. */
export function tableIntegrations(storage: Storage): Integrations {
  const table = openTable(storage, integrationTableName, 'integration store')

  return {
    integrationsOf: async (id) => (await read(table, id)).integrations,
    damagedOf: async (id) => (await read(table, id)).damaged.map((each) => each.id),
    change: (organizationId, change) =>
      changing<IntegrationsChange>(table, organizationId, ({ integrations, damaged }) => {
        const result = change(integrations)
        if (result.kind === 'refused') return { result }
        const adds = result.integrations.length > integrations.length
        if (adds && result.integrations.length + damaged.length > integrationsMax) {
          return { result: { kind: 'refused', reason: 'too-many-integrations' } }
        }
        return { result, after: { integrations: result.integrations, damaged } }
      }),
    removeDamaged: (organizationId, id) =>
      changing(table, organizationId, ({ integrations, damaged }) => {
        const left = damaged.filter((each) => each.id !== id)
        return { result: undefined, ...(left.length < damaged.length && { after: { integrations, damaged: left } }) }
      }),
    check: table.check,
  }
}

/** What an organization has. Damaged integrations stay where they are in the list. */
type Listed = { readonly integrations: readonly Integration[]; readonly damaged: readonly DamagedIntegration[] }
type DamagedIntegration = { readonly id: Guid; readonly content: Guid; readonly index: number }

type Known = Listed & {
  /** The content id of each integration as it is stored. A change does not write those that it leaves: the very same objects. */
  readonly contents: ReadonlyMap<Integration, Guid>
  readonly etag: string | undefined
}

const listKey = 'Integrations'
const rowPrefix = 'Integration='
const List = v.array(v.object({ id: Guid, content: Guid }))
type List = v.InferOutput<typeof List>
const IntegrationKey = v.pipe(
  v.string(),
  v.transform((rowKey) => rowKey.slice(rowPrefix.length)),
  Guid,
)
const rowKeyOf = (id: Guid) => rowPrefix + id

/** Changes integrations to the `after` of `next`, which is called again when another change was faster; without it nothing changes. */
const changing = <R>(
  table: Table,
  organizationId: Guid,
  next: (known: Known) => { readonly result: R; readonly after?: Listed },
): Promise<R> =>
  untilNotOvertaken(table, async () => {
    const known = await read(table, organizationId)
    const { result, after } = next(known)
    if (!after) return result
    const written = await submitFenced(table, changeOf(partitionOf(organizationId), known, after))
    return written === undefined ? overtaken : result
  })

/** Reads all in one query; again when a change may have come between two of its pages. */
function read(table: Table, organizationId: Guid): Promise<Known> {
  const partitionKey = partitionOf(organizationId)
  let before: string | undefined
  return untilNotOvertaken(table, async () => {
    const rows = await table.rows({ partitionKey, from: rowPrefix, before: `${listKey}~` })
    const list = rows.find(({ rowKey }) => rowKey === listKey)
    const listed = list && (await readable(table, { partitionKey, rowKey: listKey }, () => jsonIn(list, 'Data', List)))
    const etag = list?.etag
    const holds = ({ id, content }: List[number]) =>
      rows.some(({ rowKey, Content }) => rowKey === rowKeyOf(id) && Content === content)
    // The list is still the one of the last attempt, so no change is on its way: a row is damaged or gone.
    const isSame = etag !== undefined && etag === before
    if (!listed || isSame || listed.every(holds)) return knownIn(table, partitionKey, { rows, listed, etag })
    before = etag
    return overtaken
  })
}

/** The integration in a row; throws when it cannot be read. */
function integrationIn(row: Row): Integration {
  const id = v.parse(IntegrationKey, row.rowKey)
  const integration = jsonIn(row, 'Data', Integration)
  return { ...integration, id: v.parse(v.literal(id), integration.id) }
}

type Found = {
  readonly rows: readonly StoredRow[]
  readonly listed: List | undefined
  readonly etag: string | undefined
}

async function knownIn(table: Table, partitionKey: string, { rows, listed, etag }: Found): Promise<Known> {
  const found = new Map<Guid, FoundRow>()
  for (const row of rows.filter(({ rowKey }) => rowKey !== listKey)) {
    const integration = await readable(table, { partitionKey, rowKey: row.rowKey }, () => integrationIn(row))
    const id = parseGuid(row.rowKey.slice(rowPrefix.length))
    if (id) found.set(id, { row, integration })
  }
  const contents = new Map<Integration, Guid>()
  const integrations: Integration[] = []
  const damaged: DamagedIntegration[] = []
  for (const [index, { id, content }] of (listed ?? listOf(found)).entries()) {
    const { row, integration } = found.get(id) ?? {}
    if (integration) integrations.push(integration)
    else if (row) damaged.push({ id, content, index })
    if (integration && row?.Content === content) contents.set(integration, content)
  }
  return { integrations, damaged, contents, etag }
}

type FoundRow = { readonly row: StoredRow; readonly integration: Integration | undefined }

/** The list of the rows that were found, in the order in which they were made; damaged ones come last. */
function listOf(found: ReadonlyMap<Guid, FoundRow>): List {
  const madeAt = (id: Guid) => found.get(id)?.integration?.createdAt ?? '~'
  return [...found]
    .map(([id, { row }]) => ({ id, content: parseGuid(row.Content) ?? guidOfContent('damaged', id) }))
    .sort((one, other) => (madeAt(one.id) < madeAt(other.id) ? -1 : 1))
}

/** The change that writes the list over the known one, and of the integrations those that differ. */
function changeOf(partitionKey: string, known: Known, { integrations, damaged }: Listed): FencedChange {
  const contentOf = (integration: Integration) =>
    known.contents.get(integration) ?? guidOfContent(JSON.stringify(integration))
  const listed = integrations.map((integration) => ({ id: integration.id, content: contentOf(integration) }))
  for (const { id, content, index } of damaged) listed.splice(index, 0, { id, content })
  const ids = new Set(listed.map(({ id }) => id))
  const changed = integrations.filter((integration) => !known.contents.has(integration))
  const removed = [...known.integrations, ...known.damaged].filter(({ id }) => !ids.has(id))
  return {
    fence: { partitionKey, rowKey: listKey, ...jsonColumns('Data', listed) },
    etag: known.etag,
    others: [
      ...changed.map((integration) => {
        const head = { partitionKey, rowKey: rowKeyOf(integration.id), Content: contentOf(integration) }
        return writing({ ...head, ...jsonColumns('Data', integration) })
      }),
      ...removed.map(({ id }) => deleting({ partitionKey, rowKey: rowKeyOf(id) })),
    ],
  }
}

/** How rows of this table are checked, and what to do about damaged ones. */
export const integrationRows = checksByKind({
  [listKey]: {
    check: (row) => jsonIn(row, 'Data', List),
    repair: { kind: 'delete', advice: 'It lists what the other rows hold, and is made of them.' },
  },
  Integration: {
    check: integrationIn,
    repair: { kind: 'leave', advice: 'Delete the integration, and make it anew.' },
  },
})
