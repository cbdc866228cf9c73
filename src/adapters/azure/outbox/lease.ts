// The row of an integration in the notification table: the lease to deliver to it, its health, and what only the lease allows to write.
import { randomUUID } from 'node:crypto'
import { odata, type TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid } from '../../../domain/guid.ts'
import { Health, markNotified, untried } from '../../../domain/notifications/health.ts'
import type { Lease } from '../../../ports/outbox.ts'
import { withoutGone } from '../batches.ts'
import { isOvertaken, overtaken, untilNotOvertaken } from '../compare-and-swap.ts'
import { readable, readableRows } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import { partitionOf } from '../partitions.ts'
import type { Row } from '../rows.ts'
import { isNotFound, isOutdated } from '../storage.ts'
import type { Table } from '../table.ts'
import { timeKey } from '../time-keys.ts'
import { integrationKey, integrationPrefix } from './row-keys.ts'

// A lease that was given back is '' until the time 0.
const LeaseRow = v.object({ LeaseId: v.string(), LeaseUntil: v.pipe(v.string(), v.regex(/^\d{15}$/)) })
const Version = v.pipe(v.string(), v.parseJson(), v.strictTuple([v.string(), v.string()]))

const leaseColumns = (id: string, until: number) => ({ LeaseId: id, LeaseUntil: timeKey(until) })
const healthIn = (row: Row): Health | undefined =>
  row.HealthParts === undefined ? undefined : jsonIn(row, 'Health', Health)

/** An integration of an organization. */
export type IntegrationIds = { readonly organizationId: Guid; readonly integrationId: Guid }

const keysOf = ({ organizationId, integrationId }: IntegrationIds) => ({
  partitionKey: partitionOf(organizationId),
  rowKey: integrationKey(integrationId),
})

const IntegrationKey = v.pipe(
  v.object({ rowKey: v.pipe(v.string(), v.startsWith(integrationPrefix)) }),
  v.transform(({ rowKey }) => rowKey.slice(integrationPrefix.length)),
  v.check((id) => id === id.toLowerCase(), 'another key'),
  Guid,
)

/** The integration of a row with a lease. */
function leasedIn(row: Row): Guid {
  v.parse(LeaseRow, row)
  return v.parse(IntegrationKey, row)
}

/** Throws for the row of an integration that cannot be read. */
export const checkIntegration = (row: Row) => [leasedIn(row), healthIn(row)]

/** The row of an integration: a lease that cannot be read is none, and a health that cannot be read is that of an integration never used. */
async function integrationRow(table: Table, ids: IntegrationIds) {
  const keys = keysOf(ids)
  const row = await table.row(keys)
  if (!row) return undefined
  const lease = (await readable(table, keys, () => v.parse(LeaseRow, row))) ?? leaseColumns('', 0)
  const health = await readable(table, keys, () => healthIn(row))
  return { etag: row.etag, ...lease, health }
}

/** What `work` resolves to with the row as it is; done again when another write was faster. */
const withRow = <T>(table: Table, work: () => Promise<T>): Promise<T> =>
  untilNotOvertaken<T>(table, async () => {
    try {
      return await work()
    } catch (error) {
      if (!isOvertaken(error)) throw error
      return overtaken
    }
  })

/** Takes the lease until `until`; undefined while it is taken at `now` (both Unix ms). */
export async function acquireLease(
  table: Table,
  ids: IntegrationIds,
  now: number,
  until: number,
): Promise<Lease | undefined> {
  const leaseId = randomUUID()
  return withRow(table, async () => {
    const known = await integrationRow(table, ids)
    // Taken a moment ago, by a request whose response was lost.
    if (known?.LeaseId === leaseId) return leaseOf(ids, leaseId, known.etag)
    if (known && known.LeaseUntil > timeKey(now)) return undefined
    const row = { ...keysOf(ids), ...leaseColumns(leaseId, until) }
    return leaseOf(ids, leaseId, known ? await table.merge(row, known.etag) : await table.insert(row))
  })
}

/** The integrations of an organization whose leases are taken at `now` (Unix ms). */
export async function leasedAt(table: Table, organizationId: Guid, now: number): Promise<readonly Guid[]> {
  const all = { partitionKey: partitionOf(organizationId), from: integrationPrefix, before: `${integrationPrefix}~` }
  const inForce = { also: odata`LeaseUntil gt ${timeKey(now)}`, columns: ['LeaseId', 'LeaseUntil'] }
  const rows = await readableRows(table, { ...all, ...inForce }, Number.POSITIVE_INFINITY, leasedIn)
  return rows.map(({ value }) => value)
}

/** Gives a lease back; without effect when it was lost. */
export const releaseLease = (table: Table, lease: Lease): Promise<void> =>
  withRow(table, async () => {
    const [leaseId] = v.parse(Version, lease.version)
    const known = await integrationRow(table, lease)
    if (known?.LeaseId !== leaseId) return
    await table.merge({ ...keysOf(lease), ...leaseColumns('', 0) }, known.etag)
  })

/** The health that was stored last. */
export async function healthOf(table: Table, ids: IntegrationIds): Promise<Health> {
  const known = await integrationRow(table, ids)
  return known?.health ?? untried
}

/** Stores that others were notified; without effect while there is no health, or none any more. */
export const recordNotified = (table: Table, ids: IntegrationIds): Promise<void> =>
  withRow(table, async () => {
    const known = await integrationRow(table, ids)
    if (!known?.health) return
    await table.merge({ ...keysOf(ids), ...jsonColumns('Health', markNotified(known.health)) }, known.etag)
  })

/**
 * Makes these changes in one transaction while the lease holds, and writes the health with them when it is given. Resolves
 * to the lease to go on with; undefined, and nothing written, when it was lost. Rows to delete may be gone.
 */
export async function writeUnderLease(
  table: Table,
  lease: Lease,
  actions: readonly TransactionAction[],
  health?: Health,
): Promise<Lease | undefined> {
  const [leaseId, lastEtag] = v.parse(Version, lease.version)
  const row = { ...keysOf(lease), ...(health && jsonColumns('Health', health)) }
  let [etag, made] = [lastEtag, actions]
  return withRow(table, async () => {
    try {
      const after = await table.submit([['update', row, 'Merge', { etag }], ...made])
      return leaseOf(lease, leaseId, v.parse(v.string(), after))
    } catch (error) {
      if (!isOutdated(error) && !isNotFound(error)) throw error
      // The lease was lost, the health changed, or a row to delete is gone: these changes were made before, and the response was lost.
      const known = await integrationRow(table, lease)
      if (known?.LeaseId !== leaseId) return undefined
      etag = known.etag
      made = await withoutGone(table, row.partitionKey, actions)
      throw error
    }
  })
}

const leaseOf = ({ organizationId, integrationId }: IntegrationIds, leaseId: string, etag: string): Lease => ({
  organizationId,
  integrationId,
  version: JSON.stringify([leaseId, etag]),
})
