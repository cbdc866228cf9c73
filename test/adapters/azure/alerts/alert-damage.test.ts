// Damaged rows of the alert table, each kind: what still works, which are noted, and what becomes whole again.

import * as v from 'valibot'
import { beforeAll, describe, expect, test } from 'vitest'
import { alertTableName, tableAlertStore } from '../../../../src/adapters/azure/alerts/alert-store.ts'
import { type AlertQuery, stateOf } from '../../../../src/domain/alerts/alert.ts'
import type { TriagedIncident } from '../../../../src/domain/alerts/incidents/incident.ts'
import { actOn } from '../../../../src/domain/alerts/incidents/triage/actions.ts'
import { untouched } from '../../../../src/domain/alerts/incidents/triage/triage.ts'
import { type Guid, guidOfContent } from '../../../../src/domain/guid.ts'
import type { AlertStore } from '../../../../src/ports/alerts/alerts.ts'
import { Damaged } from '../../../../src/ports/errors.ts'
import { guid, instant } from '../../../support/events.ts'
import { columnWays, damageable, jsonWays, rowAt } from '../../../support/storage/damaged-rows.ts'
import { failingStorage } from '../../../support/storage/failing-storage.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import {
  alert,
  allOf,
  committed,
  contentOf,
  incident,
  incidentsOf,
  newEntry,
  newOrganization,
  step,
} from '../../conformance/alert-store.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const store = tableAlertStore(account())
const repair = repairCommandOn(alertTableName)
const partitionOf = (id: Guid) => `Organization=${id}`
const by = { by: guid(1, 'b'), at: instant('2026-11-20') }
const acknowledging = (found: TriagedIncident) => actOn(found, { kind: 'acknowledge' }, by)
const commenting = (text: string) => (found: TriagedIncident) => actOn(found, { kind: 'comment', text }, by)
const names = ['a', 'b', 'c']
beforeAll(() => store.check())

/** An organization with three state entries, three alerts, the middle one of which is acknowledged, and three incidents. */
async function written() {
  const world = damageable(account)
  const id = newOrganization()
  const entries = names.map((name, index) => newEntry(name, 10 + index))
  const [alerts, incidents] = [[1, 2, 3].map((ms) => alert(ms)), [1, 2, 3].map((ms) => incident(ms))]
  await committed(store, id, step('5', { entries, alerts, incidents }))
  await store.acknowledge(id, alert(2).id, by)
  for (const text of ['Asked.', 'Another.']) await store.changeTriage(id, incident(2).id, commenting(text))
  const at = { partitionKey: partitionOf(id), table: world.table(alertTableName) }
  return { ...world, id, ...at, through: tableAlertStore(world.storage) }
}
type Written = Awaited<ReturnType<typeof written>>

const damaged = async (rowKey: string, change: Parameters<Written['damage']>[3]) => {
  const world = await written()
  await world.damage(alertTableName, world.partitionKey, rowKey, change)
  return { ...world, expected: [[alertTableName, world.partitionKey, rowKey]] }
}
const keysOf = async ({ table, partitionKey }: Written) => {
  const keys: string[] = []
  const queryOptions = { filter: `PartitionKey eq '${partitionKey}'` }
  for await (const { rowKey = '' } of table.listEntities({ queryOptions })) keys.push(rowKey)
  return keys
}
const idsIn = async (from: AlertStore, id: Guid, limit = 1_000) =>
  (await allOf(from, id, undefined, limit)).alerts.map((each) => each.id)
const alertRow = (ms: number) => {
  const from = Date.parse(alert(ms).from)
  return `Alert=${String(999_999_999_999_999 - from).padStart(15, '0')}__${alert(ms).id}`
}
const alertIdRow = `AlertId=${alert(2).id}`
const incidentRow = `${alertRow(2).slice(0, -36).replace('Alert', 'Incident')}${incident(2).id}`
const commentRow = `Comment=${incident(2).id}__${guidOfContent('incident-comment', incident(2).id, by.by, 'Asked.')}`
const incidentIdRow = `IncidentId=${incident(2).id}`

describe('the progress', () => {
  test.each(columnWays('Checkpoint'))(
    'of which %s begins anew: all state is deleted, and no alert',
    async (_, change) => {
      const before = await store.progressOf((await written()).id)
      const world = await damaged('Progress', change)
      const { id, through, notedKeys, expected } = world
      await expect(through.progressOf(id)).rejects.toThrow(Damaged)
      expect(notedKeys()).toEqual(expected)
      await through.startAnew(id)
      expect(await through.progressOf(id)).toMatchObject({ checkpoint: null, metadata: '' })
      expect((await keysOf(world)).filter((key) => /^(Entry|Due)=/.test(key))).toEqual([])
      expect(await idsIn(through, id)).toEqual([3, 2, 1].map((ms) => alert(ms).id))
      expect((await through.find(id, alert(2).id))?.acknowledged).toEqual(by)
      expect(await through.commit(id, before, step('6'))).toBeUndefined()
      expect(await committed(through, id, step('1'))).toMatchObject({ checkpoint: '1' })
    },
  )

  test.each(jsonWays('Metadata'))('of which %s has its checkpoint, and metadata that is unknown', async (_, change) => {
    const { id, through, notedKeys, expected } = await damaged('Progress', change)
    expect(await through.progressOf(id)).toMatchObject({ checkpoint: '5', metadata: null })
    expect(notedKeys()).toEqual(expected)
    // A step in several transactions leaves it so until the last of them.
    const alerts = Array.from({ length: 60 }, (_, ms) => alert(ms))
    expect(await committed(through, id, step('6', { alerts }))).toMatchObject({ checkpoint: '6', metadata: 'at 6' })
  })

  test('that is gone while there is state begins anew', async () => {
    const { id, through, table, partitionKey } = await written()
    await table.deleteEntity(partitionKey, 'Progress')
    await expect(through.progressOf(id)).rejects.toThrow(Damaged)
    await through.startAnew(id)
    expect(await contentOf(through, id)).toMatchObject({ checkpoint: null, metadata: '', names: [], due: [] })
  })

  test.each(['failed', 'lost'] as const)('begins anew whichever request is %s', async (kind) => {
    const many = Array.from({ length: 60 }, (_, index) => newEntry(`n${index}`, index))
    for (let at = 1; ; at += 1) {
      const world = await written()
      await committed(store, world.id, step('6', { entries: many }))
      await world.damage(alertTableName, world.partitionKey, 'Progress', () => ({}))
      const failing = failingStorage(account)
      const through = tableAlertStore(failing.storage)
      await through.check()
      failing.arm(at, kind, 1_000)
      await through.startAnew(world.id).catch(() => undefined)
      const fired = failing.begun.length >= at
      failing.arm(0, kind)
      for (let times = 0; (await through.progressOf(world.id).catch(() => null)) === null; times += 1) {
        expect(times).toBeLessThan(2)
        await through.startAnew(world.id)
      }
      expect(await contentOf(through, world.id)).toMatchObject({
        checkpoint: null,
        names: [],
        due: [],
        alerts: { length: 3 },
      })
      if (!fired) return
    }
  })

  test('that another run has begun anew meanwhile is left to that one', async () => {
    const { id, through } = await damaged('Progress', () => ({}))
    await Promise.all([through.startAnew(id), store.startAnew(id)])
    if ((await store.progressOf(id).catch(() => null)) === null) await store.startAnew(id)
    expect(await contentOf(store, id)).toMatchObject({ checkpoint: null, names: [], alerts: { length: 3 } })
  })
})

const entryWays = [...jsonWays('Text', '["secret"]'), ...columnWays('DueAt', -1), ...columnWays('DueAt', 1.5).slice(-1)]

test.each(entryWays)('a state entry of which %s is skipped alone, and can be written anew', async (_, change) => {
  const { id, through, notedKeys, expected } = await damaged('Entry=b', change)
  expect([...(await through.entriesNamed(id, names)).keys()]).toEqual(['a', 'c'])
  expect(notedKeys()).toEqual(expected)
  expect((await through.dueEntries(id, 100, 10)).map(({ name }) => name)).toEqual(['a', 'c'])
  // Its time was deleted.
  expect(await through.dueEntries(id, 11, 1)).toMatchObject([{ name: 'a' }])
  await committed(
    through,
    id,
    step('6', { entries: [{ name: 'a', before: { text: 'text of a', dueAt: 10 }, after: undefined }] }),
  )
  expect(await through.nextDueAt(id)).toBe(12)
  await committed(through, id, step('7', { entries: [newEntry('b', 20)] }))
  expect((await through.dueEntries(id, 100, 10)).map(({ name, dueAt }) => [name, dueAt])).toEqual([
    ['c', 12],
    ['b', 20],
  ])
})

test('texts that are due are found behind as many damaged ones as are asked for', async () => {
  const world = await written()
  for (const name of ['a', 'b']) await world.damage(alertTableName, world.partitionKey, `Entry=${name}`, () => ({}))
  expect(await world.through.dueEntries(world.id, 100, 2)).toMatchObject([{ name: 'c' }])
  expect(await world.through.dueEntries(world.id, 100, 0)).toEqual([])
  expect(await world.through.nextDueAt(world.id)).toBe(12)
})

test.each([
  'Due=000000000000001',
  'Due=000000000000001__a b',
  'Due=000000000000001__Ä',
  'Due=00000000000000x__a',
  'Due=',
])('a time with the key %j is passed over', async (rowKey) => {
  const { id, through, table, partitionKey, notedKeys } = await written()
  await table.createEntity({ partitionKey, rowKey })
  expect(await through.nextDueAt(id)).toBe(10)
  expect((await through.dueEntries(id, 10, 1)).map(({ name }) => name)).toEqual(['a'])
  const met = rowKey < 'Due=000000000000010__~'
  expect(notedKeys()).toEqual(met ? [[alertTableName, partitionKey, rowKey]] : [])
  expect(await repair.finds({ partitionKey, rowKey, etag: 'e' })).toBe(true)
})

test('a time that is gone stops no step that moves its text', async () => {
  const { id, through, table, partitionKey } = await written()
  await table.deleteEntity(partitionKey, 'Due=000000000000011__b')
  const moved = { name: 'b', before: { text: 'text of b', dueAt: 11 }, after: { text: 'moved', dueAt: 30 } }
  await committed(through, id, step('6', { entries: [moved] }))
  expect((await through.dueEntries(id, 100, 10)).map(({ name }) => name)).toEqual(['a', 'c', 'b'])
})

test.each(['Entry=a b', 'Entry=a,b', `Entry=${'x'.repeat(401)}`])(
  'a text with the key %j is passed over',
  async (rowKey) => {
    const { id, through, table, partitionKey, notedKeys } = await written()
    await table.createEntity({ partitionKey, rowKey, DueAt: 1, TextParts: 1, Text0: '"t"' })
    expect((await through.entryNames(id, '')).map(({ name }) => name)).toEqual(names)
    expect(notedKeys()).toEqual([[alertTableName, partitionKey, rowKey]])
  },
)

test.each(columnWays('DueAt'))('a text of which %s is no name that is listed', async (_, change) => {
  const { id, through, notedKeys, expected } = await damaged('Entry=b', change)
  expect((await through.entryNames(id, '')).map(({ name }) => name)).toEqual(['a', 'c'])
  expect(notedKeys()).toEqual(expected)
})

const recordWays = [
  ...jsonWays('Record'),
  ['it is another alert', (row: object) => ({ ...row, RecordParts: 1, Record0: JSON.stringify(alert(9)) })] as const,
]

describe.each(recordWays)('an alert of which %s', (_, change) => {
  test('is skipped in lists, page by page, and is an outage when asked for alone', async () => {
    const { id, through, notedKeys, expected } = await damaged(alertRow(2), change)
    for (const limit of [1, 2, 1_000]) expect(await idsIn(through, id, limit)).toEqual([3, 1].map((ms) => alert(ms).id))
    expect(notedKeys()).toEqual(expected)
    await expect(through.find(id, alert(2).id)).rejects.toThrow(Damaged)
    await expect(through.acknowledge(id, alert(2).id, by)).rejects.toThrow(Damaged)
    expect((await through.find(id, alert(1).id))?.record).toEqual(alert(1))
  })

  test('is whole again when evaluation writes it, with its acknowledgement', async () => {
    const { id, through } = await damaged(alertRow(2), change)
    await committed(through, id, step('6', { alerts: [alert(2, { count: 99 })] }))
    expect(await idsIn(through, id)).toEqual([3, 2, 1].map((ms) => alert(ms).id))
    expect(await through.find(id, alert(2).id)).toEqual({ record: alert(2, { count: 99 }), acknowledged: by })
  })
})

test('a list with filters goes on behind damaged alerts, however few it looks at', async () => {
  const world = await written()
  for (const ms of [2, 3]) await world.damage(alertTableName, world.partitionKey, alertRow(ms), () => ({}))
  const few = tableAlertStore(world.storage, 1)
  const query: AlertQuery = { from: instant('1601-01-01'), to: instant('9999-12-31'), state: 'open' }
  const pages: string[][] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<AlertStore['list']>> = await few.list(world.id, query, by.at, 10, after)
    pages.push((page?.alerts ?? []).map(({ record }) => record.id))
    after = page?.next ?? null
  } while (after !== null)
  expect(pages.flat()).toEqual([alert(1).id])
})

test.each(['x', '__x'])('an alert with a key that ends in %j is skipped, and is no cursor of a list', async (end) => {
  const { id, through, table, partitionKey, notedKeys } = await written()
  const rowKey = `${alertRow(2)}${end}`
  await table.createEntity({ partitionKey, rowKey, RecordParts: 1, Record0: JSON.stringify(alert(2)) })
  for (const limit of [1, 2]) expect(await idsIn(through, id, limit)).toEqual([3, 2, 1].map((ms) => alert(ms).id))
  expect(notedKeys()).toEqual([[alertTableName, partitionKey, rowKey]])
})

test.each([...columnWays('AcknowledgedBy', 'no id'), ...columnWays('AcknowledgedAt', 'secret')])(
  'an alert of which %s is open, and can be acknowledged again',
  async (_, change) => {
    const { id, through, notedKeys, expected } = await damaged(alertRow(2), change)
    const found = await through.find(id, alert(2).id)
    expect(found && stateOf(found, [])).toBe('open')
    expect(await idsIn(through, id)).toHaveLength(3)
    expect(notedKeys()).toEqual(expected)
    const again = { by: guid(2, 'b'), at: instant('2026-11-21') }
    await through.acknowledge(id, alert(2).id, again)
    expect(await store.find(id, alert(2).id)).toEqual({ record: alert(2), acknowledged: again })
  },
)

test.each(columnWays('Key', alertRow(3)))(
  'the row that says where an alert is, of which %s, is mended',
  async (_, change) => {
    const { id, through, notedKeys, table, partitionKey } = await damaged(alertIdRow, change)
    expect(await through.find(id, alert(2).id)).toEqual({ record: alert(2), acknowledged: by })
    expect(await rowAt(table, partitionKey, alertIdRow)).toMatchObject({ Key: alertRow(2) })
    expect(notedKeys()).toEqual([])
  },
)

test('the row that says where an alert is, and is damaged, is noted when there is no such alert', async () => {
  const { id, through, notedKeys, expected, table, partitionKey } = await damaged(alertIdRow, () => ({}))
  await table.deleteEntity(partitionKey, alertRow(2))
  expect(await through.find(id, alert(2).id)).toBeUndefined()
  expect(notedKeys()).toEqual(expected)
})

test('an alert that begins earlier now stays where it is, although the row that says where is damaged', async () => {
  const { id, through } = await damaged(alertIdRow, () => ({}))
  const earlier = alert(2, { from: alert(0).from })
  await committed(through, id, step('6', { alerts: [earlier] }))
  expect(await idsIn(through, id)).toEqual([3, 2, 1].map((ms) => alert(ms).id))
  expect((await through.find(id, alert(2).id))?.record).toEqual(earlier)
})

const incidentWays = [
  ...jsonWays('Record'),
  ['it is another one', (row: object) => ({ ...row, RecordParts: 1, Record0: JSON.stringify(incident(9)) })] as const,
]

const commentWays = [
  ...jsonWays('Comment'),
  [
    'it is another one',
    (row: object) => ({ ...row, CommentParts: 1, Comment0: JSON.stringify({ id: guid(1), ...by, text: 'x' }) }),
  ] as const,
]

test.each(incidentWays)(
  'an incident of which %s is skipped in lists, is an outage when asked for alone, and is whole again once written',
  async (_, change) => {
    const { id, through, notedKeys, expected } = await damaged(incidentRow, change)
    const listed = async (limit: number) => (await incidentsOf(through, id, undefined, limit)).incidents
    for (const limit of [1, 2, 1_000]) expect(await listed(limit)).toEqual([3, 1].map((ms) => incident(ms)))
    expect(notedKeys()).toEqual(expected)
    await expect(through.findIncident(id, incident(2).id)).rejects.toThrow(Damaged)
    await committed(through, id, step('6', { incidents: [incident(2, { alertCount: 9 })] }))
    expect(await through.findIncident(id, incident(2).id)).toEqual(incident(2, { alertCount: 9 }))
    expect(await listed(10)).toHaveLength(3)
  },
)

// Without any of it, nobody did anything.
const triageWays = jsonWays('Triage').slice(1)

test.each(triageWays)(
  'an incident of whose triage %s is one that nobody has done anything to, and can be triaged again',
  async (_, change) => {
    const { id, through, notedKeys, expected } = await damaged(incidentRow, change)
    const found = await through.findTriaged(id, incident(2).id)
    expect(found).toEqual({ record: incident(2), triage: untouched })
    expect(notedKeys()).toEqual(expected)
    const done = await through.changeTriage(id, incident(2).id, acknowledging)
    expect(done?.kind).toBe('changed')
    expect(await through.findTriaged(id, incident(2).id)).toMatchObject({ triage: { acknowledged: by } })
  },
)

test.each(commentWays)('a comment of which %s is skipped', async (_, change) => {
  const { id, through, notedKeys, expected } = await damaged(commentRow, change)
  expect(await through.commentsOf(id, incident(2))).toMatchObject([{ text: 'Another.' }])
  expect(notedKeys()).toEqual(expected)
})

test.each(columnWays('Key', incidentRow.replace(incident(2).id, incident(3).id)))(
  'the row that says where an incident is, of which %s, is mended',
  async (_, change) => {
    const { id, through, notedKeys, table, partitionKey } = await damaged(incidentIdRow, change)
    expect(await through.findIncident(id, incident(2).id)).toEqual(incident(2))
    expect(await rowAt(table, partitionKey, incidentIdRow)).toMatchObject({ Key: incidentRow })
    expect(notedKeys()).toEqual([])
  },
)

test.each([
  ['Progress', [...columnWays('Checkpoint'), ...jsonWays('Metadata')], 'evaluate'],
  ['Entry=b', entryWays, 'delete'],
  [alertRow(2), [...recordWays, ...columnWays('AcknowledgedBy', 'no id')], 'leave'],
  [alertIdRow, columnWays('Key', alertRow(3)), 'leave'],
  [incidentRow, [...incidentWays, ...triageWays], 'leave'],
  [commentRow, commentWays, 'delete'],
  [incidentIdRow, columnWays('Key', alertRow(3)), 'leave'],
  ['Due=000000000000011__b', [], 'delete'],
] as const)('the repair command finds a damaged %s, and no sound one', async (rowKey, ways, kind) => {
  const { table, partitionKey } = await written()
  expect(await repair.finds(await rowAt(table, partitionKey, rowKey))).toBe(false)
  for (const [, change] of ways) {
    const world = await damaged(rowKey, change)
    expect(await repair.finds(await rowAt(world.table, world.partitionKey, rowKey))).toBe(true)
  }
  expect(repair.kindOfRepair(rowKey)).toBe(kind)
})

test('the repair command finds rows of a kind that does not exist', () => {
  expect(() => repair.check({ rowKey: 'Other=1' })).toThrow(v.ValiError)
  expect(repair.kindOfRepair('Other=1')).toBe('leave')
})
