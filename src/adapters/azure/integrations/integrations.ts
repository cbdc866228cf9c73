// Integrations on Azure Table storage: a row that lists them and a row each, changed together and only as they were read.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid, guidOfContent, parseGuid } from '../../../domain/guid.ts'
import { Integration, type IntegrationsChange, integrationsMax } from '../../../domain/notifications/integration.ts'
import { Unavailable } from '../../../ports/errors.ts'
import type { Integrations } from '../../../ports/integrations.ts'
import { type KeyedRow, rowsIn, transactionRowsMax } from '../batches.ts'
import { fenced, type WriteMark } from '../compare-and-swap.ts'
import { checkByKind, type RowCheck, readable } from '../damaged-rows.ts'
import { jsonColumns, jsonIn, rowOf } from '../rows.ts'
import { bounded, mapStorageErrors, openedTable, type Storage, type Table } from '../storage.ts'

// PartitionKey          RowKey              holds
// Organization=<guid>   Integrations        the ids in order, each with an id that stands for what its row holds
// Organization=<guid>   Integration=<guid>  an integration, and the id that stands for it in `Content`
//
// A list that cannot be read, or is gone, is made of the rows it should name; the next change writes it anew.

export const integrationTableName = 'integration'

/** How often integrations are read again, or a change made again, because another change was faster. */
const triesMax = 10
const what = 'integration store'

/** The integrations in a storage account; the table is created at first use. */
export function tableIntegrations(storage: Storage): Integrations {
  const opened = openedTable(storage, integrationTableName)
  const using = <T>(work: (table: Table) => Promise<T>) => mapStorageErrors(what, async () => work(await opened()))

  return {
    integrationsOf: (id) => using(async (table) => (await read(table, id)).integrations),
    damagedOf: (id) => using(async (table) => (await read(table, id)).damaged.map((each) => each.id)),
    change: (organizationId, change) =>
      using((table) =>
        changing<IntegrationsChange>(table, organizationId, ({ integrations, damaged }) => {
          const result = change(integrations)
          if (result.kind === 'refused') return { result }
          const adds = result.integrations.length > integrations.length
          if (adds && result.integrations.length + damaged.length > integrationsMax) {
            return { result: { kind: 'refused', reason: 'too-many-integrations' } }
          }
          return { result, after: { integrations: result.integrations, damaged } }
        }),
      ),
    removeDamaged: (organizationId, id) =>
      using((table) =>
        changing(table, organizationId, ({ integrations, damaged }) => {
          const left = damaged.filter((each) => each.id !== id)
          return { result: undefined, ...(left.length < damaged.length && { after: { integrations, damaged: left } }) }
        }),
      ),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', listKey)
      }),
  }
}

/** What an organization has. Damaged ones keep their place in the list. */
type StateEntry = { readonly integrations: readonly Integration[]; readonly damaged: readonly Damage[] }
type Damage = { readonly id: Guid; readonly content: Guid; readonly place: number }

type Known = StateEntry & {
  /** What stands for each as it is stored. A change does not write those that it leaves: the very same objects. */
  readonly contents: ReadonlyMap<Integration, Guid>
  readonly etag?: string
}

const listKey = 'Integrations'
const rowPrefix = 'Integration='
const List = v.array(v.object({ id: Guid, content: Guid }))
type List = v.InferOutput<typeof List>
const rowKeyOf = (id: Guid) => rowPrefix + id
const partitionOf = (organizationId: Guid) => `Organization=${organizationId}`

/** Makes a change to what `next` says, anew when another was faster; without `after` nothing changes. */
async function changing<R>(
  table: Table,
  organizationId: Guid,
  next: (known: Known) => { readonly result: R; readonly after?: StateEntry },
): Promise<R> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const known = await read(table, organizationId)
    const { result, after } = next(known)
    if (!after || (await write(table, organizationId, known, after))) return result
  }
  throw new Unavailable(what, new Error(`another change was faster, ${triesMax} times`))
}

/** Reads all in one query; again when a change may have come between two of its answers. */
async function read(table: Table, organizationId: Guid): Promise<Known> {
  const partitionKey = partitionOf(organizationId)
  let before: string | undefined
  for (let tries = 0; tries < triesMax; tries += 1) {
    const rows = await rowsIn(table, { partitionKey, from: rowPrefix, before: `${listKey}~` })
    const list = rows.find(({ rowKey }) => rowKey === listKey)
    const listed = list && (await readable(table, { partitionKey, rowKey: listKey }, () => jsonIn(list, 'Data', List)))
    const etag = list && v.parse(v.string(), list.etag)
    const holds = ({ id, content }: List[number]) =>
      rows.some(({ rowKey, Content }) => rowKey === rowKeyOf(id) && Content === content)
    // With the very list that was there before, what it names was as it is now: a row is damaged or gone.
    const isSame = etag !== undefined && etag === before
    if (!listed || isSame || listed.every(holds)) return knownIn(table, partitionKey, { rows, listed, etag })
    before = etag
  }
  throw new Unavailable(what, new Error(`integrations were changed while they were read, ${triesMax} times`))
}

/** The integration in a row; throws when it cannot be read. */
function integrationIn(row: KeyedRow): Integration {
  const id = v.parse(Guid, row.rowKey.slice(rowPrefix.length))
  const integration = jsonIn(row, 'Data', Integration)
  return { ...integration, id: v.parse(v.literal(id), integration.id) }
}

/** Throws for a row of this table that cannot be read. */
export const checkIntegrationRow: RowCheck = checkByKind({
  [listKey]: (row) => void jsonIn(row, 'Data', List),
  Integration: (row) => void integrationIn({ ...row, rowKey: v.parse(v.string(), row.rowKey) }),
})

type Answer = {
  readonly rows: readonly KeyedRow[]
  readonly listed: List | undefined
  readonly etag: string | undefined
}

async function knownIn(table: Table, partitionKey: string, { rows, listed, etag }: Answer): Promise<Known> {
  const found = new Map<Guid, { readonly row: KeyedRow; readonly integration: Integration | undefined }>()
  for (const row of rows.filter(({ rowKey }) => rowKey !== listKey)) {
    const integration = await readable(table, { partitionKey, rowKey: row.rowKey }, () => integrationIn(row))
    const id = parseGuid(row.rowKey.slice(rowPrefix.length))
    if (id) found.set(id, { row, integration })
  }
  const contents = new Map<Integration, Guid>()
  const integrations: Integration[] = []
  const damaged: Damage[] = []
  for (const [place, { id, content }] of (listed ?? listOf(found)).entries()) {
    const { row, integration } = found.get(id) ?? {}
    if (integration) integrations.push(integration)
    else if (row) damaged.push({ id, content, place })
    if (integration && row?.Content === content) contents.set(integration, content)
  }
  return { integrations, damaged, contents, ...(etag !== undefined && { etag }) }
}

/** The list of what was found, in the order they were made; damaged ones come last. */
function listOf(
  found: ReadonlyMap<Guid, { readonly row: KeyedRow; readonly integration: Integration | undefined }>,
): List {
  const madeAt = (id: Guid) => found.get(id)?.integration?.createdAt ?? '~'
  return [...found]
    .map(([id, { row }]) => ({ id, content: parseGuid(row.Content) ?? guidOfContent('damaged', id) }))
    .sort((one, other) => (madeAt(one.id) < madeAt(other.id) ? -1 : 1))
}

/** Writes integrations over those that are known; false when they are no longer so. */
async function write(table: Table, organizationId: Guid, known: Known, after: StateEntry) {
  const fence = { partitionKey: partitionOf(organizationId), rowKey: listKey, store: what }
  const written = await fenced(table, fence, async (mark) => {
    const actions = actionsOf(fence.partitionKey, known, after, mark)
    if (actions.length > transactionRowsMax) throw new RangeError('a change of integrations is too large')
    return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
  })
  return written !== undefined
}

/** Writes the list over the one that is known, and of the integrations those that differ. */
function actionsOf(
  partitionKey: string,
  known: Known,
  { integrations, damaged }: StateEntry,
  mark: WriteMark,
): TransactionAction[] {
  const contentOf = (integration: Integration) =>
    known.contents.get(integration) ?? guidOfContent(JSON.stringify(integration))
  const listed = integrations.map((integration) => ({ id: integration.id, content: contentOf(integration) }))
  for (const { id, content, place } of damaged) listed.splice(place, 0, { id, content })
  const list = { partitionKey, rowKey: listKey, ...jsonColumns('Data', listed), ...mark }
  const ids = new Set(listed.map(({ id }) => id))
  return [
    known.etag === undefined ? ['create', list] : ['update', list, 'Replace', { etag: known.etag }],
    ...integrations.flatMap((integration): TransactionAction[] => {
      if (known.contents.has(integration)) return []
      const head = { partitionKey, rowKey: rowKeyOf(integration.id), Content: contentOf(integration) }
      return [['upsert', { ...head, ...jsonColumns('Data', integration) }, 'Replace']]
    }),
    ...[...known.integrations, ...known.damaged].flatMap(({ id }): TransactionAction[] =>
      ids.has(id) ? [] : [['delete', { partitionKey, rowKey: rowKeyOf(id) }]],
    ),
  ]
}
