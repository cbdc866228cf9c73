// Sources on Table storage: the suite of every store, writes that fail before and after they took effect, and damaged rows.
import { describe, expect, test } from 'vitest'
import { sourceTableName, tableSources } from '../../../../src/adapters/azure/sources/sources.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import { newProgress } from '../../../../src/domain/sources/progress.ts'
import { Damaged, Unavailable } from '../../../../src/ports/errors.ts'
import { acme, globex, guid } from '../../../support/events.ts'
import { adding, sourceOf } from '../../../support/sources/sources.ts'
import { damageable, jsonWays, rowAt } from '../../../support/storage/damaged-rows.ts'
import { failingStorage } from '../../../support/storage/failing-storage.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { sourcesConformance } from '../../conformance/sources.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const connectionString = storageAccount()
const sources = tableSources(openStorage({ kind: 'connection-string', connectionString }, noPauses))
sourcesConformance('table', () => sources)

const ids = { organizationId: acme, sourceId: guid(1, '5') }
const progress = newProgress(sourceOf(), Date.UTC(2026, 10, 20))
const repair = repairCommandOn(sourceTableName)

describe('a progress whose write', () => {
  const opened = () => {
    const { storage, arm } = failingStorage(memoryAccount())
    return { store: tableSources(storage), arm }
  }
  // The table is created by the first request.
  const saved = async () => {
    const { store, arm } = opened()
    const version = await store.save(ids, progress, null)
    return { store, arm, version: version ?? null }
  }

  test('fails is an outage, and stores nothing', async () => {
    const { store, arm, version } = await saved()
    arm(1, 'failed', 99)
    await expect(store.save(ids, { ...progress, events: 1 }, version)).rejects.toThrow(Unavailable)
    arm(0, 'failed')
    expect((await store.progressOf(ids)).progress?.events).toBe(0)
  })

  test('takes effect without a response is resolved by reading', async () => {
    const { store, arm, version } = await saved()
    arm(1, 'lost')
    const after = await store.save(ids, { ...progress, events: 1 }, version)
    expect(after).toBe((await store.progressOf(ids)).version)
    expect((await store.progressOf(ids)).progress?.events).toBe(1)
  })
})

describe('damage', () => {
  const world = () => {
    const made = damageable(memoryAccount())
    return { ...made, store: tableSources(made.storage) }
  }

  test.each(jsonWays('Data'))(
    'sources whose %s are no empty list, are noted, and stay for people',
    async (_, change) => {
      const { store, noted, damage } = world()
      await store.change(acme, adding(sourceOf()))
      await store.change(globex, adding(sourceOf()))
      await damage(sourceTableName, `Organization=${acme}`, 'Sources', change)
      await expect(store.sourcesOf(acme)).rejects.toThrow(Damaged)
      await expect(store.change(acme, adding(sourceOf()))).rejects.toThrow(Damaged)
      expect((await store.all()).map(({ organizationId }) => organizationId)).toEqual([globex])
      expect(noted[0]).toMatchObject({ table: sourceTableName, rowKey: 'Sources' })
      expect(JSON.stringify(noted)).not.toContain('sealed')
    },
  )

  test.each(jsonWays('Data'))('a progress whose %s is none, is noted, and is written anew', async (_, change) => {
    const { store, noted, damage } = world()
    await store.save(ids, { ...progress, events: 7 }, null)
    await damage(sourceTableName, `Organization=${acme}`, `Progress=${ids.sourceId}`, change)
    const found = await store.progressOf(ids)
    expect(found.progress).toBeUndefined()
    expect(noted[0]).toMatchObject({ table: sourceTableName, rowKey: `Progress=${ids.sourceId}` })
    expect(await store.save(ids, progress, found.version)).toBeDefined()
    expect((await store.progressOf(ids)).progress).toEqual(progress)
  })

  test('the repair command finds both, deletes a damaged progress, and leaves damaged sources', async () => {
    const { store, damage, table } = world()
    const partitionKey = `Organization=${acme}`
    await store.change(acme, adding(sourceOf()))
    await store.save(ids, progress, null)
    for (const rowKey of ['Sources', `Progress=${ids.sourceId}`]) {
      expect(await repair.finds(await rowAt(table(sourceTableName), partitionKey, rowKey))).toBe(false)
      await damage(sourceTableName, partitionKey, rowKey, () => ({ DataParts: 'x' }))
      expect(await repair.finds(await rowAt(table(sourceTableName), partitionKey, rowKey))).toBe(true)
    }
    expect(repair.kindOfRepair('Sources')).toBe('leave')
    expect(repair.kindOfRepair(`Progress=${ids.sourceId}`)).toBe('delete')
  })
})
