// Evaluating an organization with damaged rows in the alert table: it goes on, and counts nothing twice.
import { beforeAll, expect, test } from 'vitest'
import { alertTableName, tableAlertStore } from '../../../../src/adapters/azure/alerts/alert-store.ts'
import { groupKeysByCounting, readMetadata, scheduleUnknown } from '../../../../src/domain/alerts/state-entries.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { instantAt } from '../../../../src/domain/instant.ts'
import type { AlertStore } from '../../../../src/ports/alerts/alerts.ts'
import { evaluationWorld } from '../../../support/alerts/evaluation.ts'
import { alice, bob, event, guid, instant } from '../../../support/events.ts'
import { damageable } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { allOf, newOrganization } from '../../conformance/alert-store.ts'

type Columns = Readonly<Record<string, unknown>>

const startMs = Date.UTC(2026, 10, 22, 6)
const [minuteMs, hourMs] = [60_000, 3_600_000]
const account = memoryAccount()
const store = tableAlertStore(account())
const by = { by: guid(1, 'b'), at: instant('2026-11-20') }
beforeAll(() => store.check())

const builtInRules = [
  `
title: Failed login
name: failed_login
logsource: {product: keytrail}
detection: {sel: {type: 1005}, condition: sel}
---
title: Many failed logins
id: ${guid(1, 'e')}
level: high
correlation: {type: event_count, rules: [failed_login], group-by: [actingUserId], timespan: 15m, condition: {gte: 3}}
`,
  `
title: Backup
name: backup
logsource: {product: keytrail}
detection: {sel: {type: 1000}, condition: sel}
---
title: No login
id: ${guid(3, 'e')}
correlation: {type: x-absence, rules: [backup], group-by: [actingUserId], timespan: 2h}
`,
  `
title: New address
id: ${guid(4, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1000, isFirstSeenIp: true}, condition: sel}
`,
]

/** An organization in which Alice failed to log in four times and has logged in since: an alert that is acknowledged. */
async function evaluated() {
  const damages = damageable(account)
  const organizationId = newOrganization()
  const through = tableAlertStore(damages.storage)
  const world = evaluationWorld(builtInRules, startMs)
  world.restart({ alerts: through })
  const at = (ms: number, type: number, actingUserId: Guid = alice) =>
    event({ organizationId, actingUserId, type, date: new Date(startMs + ms).toISOString(), cipherId: undefined })
  const failures = (count: number, ms: number, who = alice) =>
    Array.from({ length: count }, (_, index) => at(ms + index * 1_000, 1005, who))
  await world.arrive([...failures(4, 0), at(5_000, 1000)])
  await world.runUntil(startMs + 2 * minuteMs)
  const [first] = (await allOf(store, organizationId)).alerts
  if (!first) throw new Error('no alert was raised')
  await store.acknowledge(organizationId, first.id, by)
  const partitionKey = `Organization=${organizationId}`
  const damage = (rowKey: string, change: (row: Columns) => Columns) =>
    damages.damage(alertTableName, partitionKey, rowKey, change)
  return { ...damages, damage, organizationId, partitionKey, through, world, at, failures, first }
}

const countsOf = async (from: AlertStore, id: Guid) =>
  (await allOf(from, id)).alerts.map(({ title, group, count }) => [title, group[0]?.value, count])

const damages: readonly (readonly [what: string, rowKey: string | RegExp, change: (row: Columns) => Columns])[] = [
  ['a progress without a checkpoint', 'Progress', (row) => ({ ...row, Checkpoint: undefined })],
  ['a progress whose checkpoint is a number', 'Progress', (row) => ({ ...row, Checkpoint: 7 })],
  ['a progress with a checkpoint beyond the feed', 'Progress', (row) => ({ ...row, Checkpoint: '999' })],
  ['a progress with a checkpoint of another form', 'Progress', (row) => ({ ...row, Checkpoint: 'elsewhere' })],
  ['a progress without anything', 'Progress', () => ({})],
  ['the metadata', 'Progress', (row) => ({ ...row, Metadata0: '{' })],
  ['metadata of another shape', 'Progress', (row) => ({ ...row, Metadata0: '"[]"' })],
  ['a group', /^Entry=State=/, (row) => ({ ...row, Text0: '{' })],
  ['when a group is due', /^Entry=State=/, (row) => ({ ...row, DueAt: 'soon' })],
  ['what was seen of a user', /^Entry=FirstSeen=/, (row) => ({ ...row, TextParts: '1' })],
  ['an alert', /^Alert=/, (row) => ({ ...row, Record0: '{' })],
  ['where an alert is', /^AlertId=/, () => ({})],
]

test.each(damages)('with a damaged row goes on: %s', async (_, which, change) => {
  const { organizationId, partitionKey, world, damage, failures, at, through, table } = await evaluated()
  const queryOptions = { filter: `PartitionKey eq '${partitionKey}'` }
  for await (const { rowKey = '' } of table(alertTableName).listEntities({ queryOptions })) {
    if (typeof which === 'string' ? rowKey === which : which.test(rowKey)) await damage(rowKey, change)
  }
  await world.arrive([...failures(5, 3 * minuteMs, bob), at(3 * minuteMs, 1000)])
  await world.runUntil(startMs + 6 * minuteMs)
  expect(world.dead).toEqual([])
  expect(await countsOf(through, organizationId)).toContainEqual(['Many failed logins', bob, 5])
  // Time goes on for it as well: Alice has not logged in for two hours.
  await world.runUntil(startMs + 3 * hourMs)
  expect((await countsOf(through, organizationId)).map(([title]) => title)).toContain('No login')
  expect(world.waiting).toEqual([])
})

test.each(damages.slice(0, 5))(
  'that begins anew raises the same alerts, counts them once and leaves what people did: %s',
  async (_, rowKey, change) => {
    const { organizationId, world, damage, failures, first, notedKeys, partitionKey } = await evaluated()
    const before = await allOf(store, organizationId)
    await damage(String(rowKey), change)
    // Three more that count with the four from before, once.
    await world.arrive(failures(3, minuteMs))
    await world.runUntil(startMs + 6 * minuteMs)
    expect(world.dead).toEqual([])
    expect((await allOf(store, organizationId)).alerts.map(({ id }) => id).sort()).toEqual(
      before.alerts.map(({ id }) => id).sort(),
    )
    expect(await store.find(organizationId, first.id)).toMatchObject({ record: { count: 7 }, acknowledged: by })
    const isNoted = !['999', 'elsewhere'].some((checkpoint) => JSON.stringify(change({})).includes(checkpoint))
    expect(notedKeys()).toEqual(isNoted ? [[alertTableName, partitionKey, 'Progress']] : [])
  },
)

test('of which the metadata is damaged counts its groups anew, and is scheduled for them', async () => {
  const { organizationId, world, damage, failures, through } = await evaluated()
  const before = readMetadata((await store.progressOf(organizationId)).metadata)
  await damage('Progress', (row) => ({ ...row, MetadataParts: 2 }))
  expect(readMetadata((await through.progressOf(organizationId)).metadata)).toMatchObject({
    evaluateAt: scheduleUnknown,
  })
  await world.arrive(failures(1, 3 * minuteMs, bob))
  await world.runUntil(startMs + 5 * minuteMs)
  const { evaluateAt, groupKeys } = readMetadata((await store.progressOf(organizationId)).metadata)
  const names = (await store.entryNames(organizationId, '')).map(({ name }) => name)
  expect(groupKeys).toMatchObject(groupKeysByCounting(names))
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)
  expect(sum(groupKeys)).toBe(sum(before.groupKeys) + 1)
  const due = await store.nextDueAt(organizationId)
  expect(due).toBeDefined()
  expect(evaluateAt).toBeGreaterThan(startMs)
  expect(
    (await world.schedule.due(evaluateAt ?? 0, 100)).some((entry) => entry.organizationId === organizationId),
  ).toBe(true)
  expect(instantAt(evaluateAt ?? 0) >= instantAt(due ?? 0)).toBe(true)
})
