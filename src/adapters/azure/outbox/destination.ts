// The row of a destination in the notification table: who may deliver to it, its health, and what only they may write.
import { randomUUID } from 'node:crypto'
import { odata, type TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { Guid } from '../../../domain/guid.ts'
import { Health, markNotified, untried } from '../../../domain/notifications/health.ts'
import { Unavailable } from '../../../ports/errors.ts'
import type { Lease } from '../../../ports/outbox.ts'
import { timeKey } from '../../ordering/alerts.ts'
import { rowsThere } from '../batches.ts'
import { type RowCheck, readable, readableRows } from '../damaged-rows.ts'
import { jsonColumns, jsonIn, type Row, rowOf } from '../rows.ts'
import { bounded, isConflict, isNotFound, isOutdated, type Table } from '../storage.ts'
import { destinationKey, destinationPrefix, partitionOf } from './rows.ts'

/** How often something is done again because the row was changed meanwhile. */
const triesMax = 10

// A lease that nobody has is '' until the time 0.
const LeaseRow = v.object({ LeaseId: v.string(), LeaseUntil: v.pipe(v.string(), v.regex(/^\d{15}$/)) })
const Version = v.pipe(v.string(), v.parseJson(), v.strictTuple([v.string(), v.string()]))

const leaseColumns = (id: string, until: number) => ({ LeaseId: id, LeaseUntil: timeKey(until) })
const healthIn = (row: Row): Health | undefined =>
  row.HealthParts === undefined ? undefined : jsonIn(row, 'Health', Health)
const keysOf = (organizationId: Guid, integrationId: Guid) => ({
  partitionKey: partitionOf(organizationId),
  rowKey: destinationKey(integrationId),
})

const DestinationKey = v.pipe(
  v.object({ rowKey: v.pipe(v.string(), v.startsWith(destinationPrefix)) }),
  v.transform(({ rowKey }) => rowKey.slice(destinationPrefix.length)),
  v.check((id) => id === id.toLowerCase(), 'another key'),
  Guid,
)
const integrationIn = (row: Row): Guid => v.parse(DestinationKey, row)

/** The integration of a row with a lease. */
function leasedIn(row: Row): Guid {
  v.parse(LeaseRow, row)
  return integrationIn(row)
}

/** Throws for the row of a destination that cannot be read. */
export const checkDestination: RowCheck = (row) => {
  leasedIn(row)
  healthIn(row)
}

/** The row of a destination: a lease that cannot be read is none, and a health that cannot be read is that of one never used. */
async function rowOfDestination(table: Table, organizationId: Guid, integrationId: Guid) {
  const keys = keysOf(organizationId, integrationId)
  const row = await rowOf(table, keys.partitionKey, keys.rowKey)
  if (!row) return undefined
  const lease = (await readable(table, keys, () => v.parse(LeaseRow, row))) ?? leaseColumns('', 0)
  const health = await readable(table, keys, () => healthIn(row))
  return { etag: v.parse(v.string(), row.etag), ...lease, health }
}

/** Makes something of the row as it is, and again as often as it was changed meanwhile. */
async function whileChanged<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isConflict(error) && !isOutdated(error) && !isNotFound(error)) throw error
    }
  }
  throw new Unavailable('outbox', new Error(`a destination was changed meanwhile, ${triesMax} times`))
}

/** Takes the lease until `until`; undefined while somebody else has it at `now` (both Unix ms). */
export async function takeLease(
  table: Table,
  organizationId: Guid,
  integrationId: Guid,
  now: number,
  until: number,
): Promise<Lease | undefined> {
  const leaseId = randomUUID()
  return whileChanged(async () => {
    const known = await rowOfDestination(table, organizationId, integrationId)
    // Taken a moment ago, by a request whose answer was lost.
    if (known?.LeaseId === leaseId) return leaseOf({ organizationId, integrationId }, leaseId, known.etag)
    if (known && known.LeaseUntil > timeKey(now)) return undefined
    const row = { ...keysOf(organizationId, integrationId), ...leaseColumns(leaseId, until) }
    const { etag } = known
      ? await table.updateEntity(row, 'Merge', { etag: known.etag, ...bounded() })
      : await table.createEntity(row, bounded())
    return leaseOf({ organizationId, integrationId }, leaseId, v.parse(v.string(), etag))
  })
}

/** The integrations of an organization that somebody has a lease of at `now` (Unix ms). */
export async function leasedAt(table: Table, organizationId: Guid, now: number): Promise<readonly Guid[]> {
  const all = { partitionKey: partitionOf(organizationId), from: destinationPrefix, before: `${destinationPrefix}~` }
  const inForce = { also: odata`LeaseUntil gt ${timeKey(now)}`, columns: ['RowKey', 'LeaseId', 'LeaseUntil'] }
  const rows = await readableRows(table, { ...all, ...inForce }, Number.POSITIVE_INFINITY, leasedIn)
  return rows.map(({ value }) => value)
}

/** Gives a lease back; without effect when it was lost. */
export const giveLeaseBack = (table: Table, { organizationId, integrationId, version }: Lease): Promise<void> =>
  whileChanged(async () => {
    const [leaseId] = v.parse(Version, version)
    const known = await rowOfDestination(table, organizationId, integrationId)
    if (known?.LeaseId !== leaseId) return
    const row = { ...keysOf(organizationId, integrationId), ...leaseColumns('', 0) }
    await table.updateEntity(row, 'Merge', { etag: known.etag, ...bounded() })
  })

/** The health that was stored last. */
export async function healthOf(table: Table, organizationId: Guid, integrationId: Guid): Promise<Health> {
  const known = await rowOfDestination(table, organizationId, integrationId)
  return known?.health ?? untried
}

/** Keeps that others were told; without effect for what has no health yet, or none any more. */
export const noteNoticed = (table: Table, organizationId: Guid, integrationId: Guid): Promise<void> =>
  whileChanged(async () => {
    const known = await rowOfDestination(table, organizationId, integrationId)
    if (!known?.health) return
    const row = { ...keysOf(organizationId, integrationId), ...jsonColumns('Health', markNotified(known.health)) }
    await table.updateEntity(row, 'Merge', { etag: known.etag, ...bounded() })
  })

/**
 * Makes these actions in one transaction while the lease holds, and writes the health with them when it is given. Resolves
 * to the lease to go on with; undefined, and nothing written, when it was lost. Rows to delete may be gone.
 */
export async function writeHeld(
  table: Table,
  lease: Lease,
  actions: readonly TransactionAction[],
  health?: Health,
): Promise<Lease | undefined> {
  const { organizationId, integrationId, version } = lease
  const [leaseId, lastEtag] = v.parse(Version, version)
  const row = { ...keysOf(organizationId, integrationId), ...(health && jsonColumns('Health', health)) }
  let [etag, made] = [lastEtag, actions]
  return whileChanged(async () => {
    try {
      const { subResponses } = await table.submitTransaction([['update', row, 'Merge', { etag }], ...made], bounded())
      return leaseOf(lease, leaseId, v.parse(v.string(), subResponses[0]?.etag))
    } catch (error) {
      if (!isOutdated(error) && !isNotFound(error)) throw error
      // The lease was lost, the health changed, or a row to delete is gone: this was made before, and its answer lost.
      const known = await rowOfDestination(table, organizationId, integrationId)
      if (known?.LeaseId !== leaseId) return undefined
      etag = known.etag
      const there = await rowsThere(table, row.partitionKey, actions)
      made = actions.filter(([kind, { rowKey }]) => kind !== 'delete' || there.has(rowKey))
      throw error
    }
  })
}

const leaseOf = ({ organizationId, integrationId }: Omit<Lease, 'version'>, leaseId: string, etag: string): Lease => ({
  organizationId,
  integrationId,
  version: JSON.stringify([leaseId, etag]),
})
