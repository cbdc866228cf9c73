// Damaged rows of rule configurations: a text costs its rule, a configuration what it holds; nothing is overwritten, and evaluation goes on.
import * as v from 'valibot'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  alertRuleTableName,
  tableRuleConfigurations,
} from '../../../../src/adapters/azure/alerts/rule-configurations.ts'
import { writeEvaluation } from '../../../../src/application/alerts/evaluation/evaluation-times.ts'
import { removeRule, replaceRule } from '../../../../src/domain/alerts/configuration/rule-configuration.ts'
import { ListName } from '../../../../src/domain/alerts/lists/value-list.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { evaluateOrganization } from '../../../../src/functions/alerts/evaluate-organization.ts'
import type { RuleConfigurations } from '../../../../src/ports/alerts/rule-configurations.ts'
import { Damaged } from '../../../../src/ports/errors.ts'
import { alertRuleRoutes, viewing } from '../../../support/alerts/alert-rules.ts'
import { evaluationWorld } from '../../../support/alerts/evaluation.ts'
import { contextWith } from '../../../support/calls.ts'
import { acme, alice, event, guid, instant } from '../../../support/events.ts'
import { damageable, jsonWays, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { newOrganization, putting } from '../../conformance/rule-configurations.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(alertRuleTableName)
const configurations = tableRuleConfigurations(account())
const partitionOf = (id: Guid) => `Organization=${id}`
const ruleId = (number: number) => guid(number, 'e')
const ruleKey = `Rule=${ruleId(2)}`
beforeAll(() => configurations.check())

/** A configuration of three rules that no process has read. */
async function written(id = newOrganization()) {
  for (const number of [1, 2, 3]) await configurations.change(id, putting(number, `rule ${number}`))
  const world = damageable(account)
  return { ...world, id, through: tableRuleConfigurations(world.storage) }
}
const textsOf = async (from: RuleConfigurations, id: Guid) =>
  (await from.configurationOf(id)).rules.map(({ text }) => text)
const auditEvent = event({ type: 9000 })

const textWays = [
  ...jsonWays('Text', '["secret"]'),
  ['it is another text', (row: object) => ({ ...row, Text0: '"another text"' })] as const,
]

describe.each(textWays)('a rule of which %s', (_way, change) => {
  test('is skipped alone, noted, and stays in the configuration through its changes', async () => {
    const { id, through, damage, notedKeys, table } = await written()
    const client = table(alertRuleTableName)
    const intact = await client.getEntity<Record<string, unknown>>(partitionOf(id), ruleKey)
    await damage(alertRuleTableName, partitionOf(id), ruleKey, change)
    expect(await textsOf(through, id)).toEqual(['rule 1', 'rule 3'])
    expect(notedKeys()).toEqual([[alertRuleTableName, partitionOf(id), ruleKey]])

    await through.change(id, putting(4, 'rule 4'))
    expect(await textsOf(through, id)).toEqual(['rule 1', 'rule 3', 'rule 4'])
    // Mended by hand, it is there again, in the process that found it as well.
    const { Text0, TextParts } = intact
    await client.upsertEntity({ partitionKey: partitionOf(id), rowKey: ruleKey, Text0, TextParts }, 'Replace')
    for (const from of [through, tableRuleConfigurations(damageable(account).storage)]) {
      expect((await textsOf(from, id)).sort()).toEqual(['rule 1', 'rule 2', 'rule 3', 'rule 4'])
    }
  })

  test('is written when the same text is put anew, although the process has it cached', async () => {
    const { id, through, damage } = await written()
    expect(await textsOf(through, id)).toEqual(['rule 1', 'rule 2', 'rule 3'])
    await damage(alertRuleTableName, partitionOf(id), ruleKey, change)
    const rule = { id: ruleId(2), text: 'rule 2', savedAt: instant('2026-11-20'), savedBy: alice }
    await through.change(id, (configuration) => replaceRule(configuration, rule, new Set(), auditEvent))
    const another = tableRuleConfigurations(damageable(account).storage)
    expect((await textsOf(another, id)).sort()).toEqual(['rule 1', 'rule 2', 'rule 3'])
  })

  test('can be written anew, and taken away', async () => {
    for (const anew of [true, false]) {
      const { id, through, damage } = await written()
      await damage(alertRuleTableName, partitionOf(id), ruleKey, change)
      const rule = { id: ruleId(2), text: 'rule 2 anew', savedAt: instant('2026-11-20'), savedBy: alice }
      await through.change(id, (configuration) =>
        anew
          ? replaceRule(configuration, rule, new Set(), auditEvent)
          : removeRule(configuration, rule.id, new Set(), auditEvent),
      )
      expect(await textsOf(through, id)).toEqual(['rule 1', 'rule 3', ...(anew ? ['rule 2 anew'] : [])])
      expect((await through.configurationOf(id)).unreadable ?? []).toEqual([])
    }
  })
})

test('a rule whose row is gone is skipped, and can be removed', async () => {
  const { id, through, notedKeys, table } = await written()
  await table(alertRuleTableName).deleteEntity(partitionOf(id), ruleKey)
  expect(await textsOf(through, id)).toEqual(['rule 1', 'rule 3'])
  expect(notedKeys()).toEqual([[alertRuleTableName, partitionOf(id), ruleKey]])
  await through.change(id, (configuration) => removeRule(configuration, ruleId(2), new Set(), auditEvent))
  expect((await through.configurationOf(id)).unreadable ?? []).toEqual([])
  expect(await textsOf(through, id)).toEqual(['rule 1', 'rule 3'])
})

const configurationWays = [
  ...jsonWays('Data'),
  [
    'Data has a wrong member',
    (row: object) => ({ ...row, Data0: '{"rules":[],"settings":[5],"mutes":[],"unreported":[]}' }),
  ] as const,
]

test.each(configurationWays)(
  'a configuration of which %s is neither returned nor overwritten',
  async (_way, change) => {
    const { id, through, damage, notedKeys, table } = await written()
    const other = await written()
    await damage(alertRuleTableName, partitionOf(id), 'Configuration', change)
    const before = await rowAt(table(alertRuleTableName), partitionOf(id), 'Configuration')
    await expect(through.configurationOf(id)).rejects.toThrow(Damaged)
    await expect(through.change(id, putting(4, 'rule 4'))).rejects.toThrow(Damaged)
    expect(await rowAt(table(alertRuleTableName), partitionOf(id), 'Configuration')).toEqual(before)
    expect(notedKeys()).toEqual([[alertRuleTableName, partitionOf(id), 'Configuration']])
    expect(await textsOf(through, other.id)).toEqual(['rule 1', 'rule 2', 'rule 3'])
  },
)

/** A configuration with a list that no process has read. */
async function writtenWithList() {
  const made = await written()
  const list = { name: v.parse(ListName, 'a'), kind: 'text' as const, values: ['secret'] }
  const lists = [{ ...list, changedAt: instant('2026-11-20'), changedBy: alice }]
  await configurations.change(made.id, (before) => ({ kind: 'changed', configuration: { ...before, lists } }))
  return { ...made, lists }
}
const listsWays = [
  ...jsonWays('Data'),
  ['they are others', (row: object) => ({ ...row, Data0: '[]', DataParts: 1 })] as const,
]

test.each(listsWays)(
  'a configuration with lists of which %s is neither returned nor overwritten',
  async (_, change) => {
    const { id, through, damage, table } = await writtenWithList()
    await damage(alertRuleTableName, partitionOf(id), 'Lists', change)
    const before = await rowAt(table(alertRuleTableName), partitionOf(id), 'Lists')
    await expect(through.configurationOf(id)).rejects.toThrow(Damaged)
    await expect(through.change(id, putting(4, 'rule 4'))).rejects.toThrow(Damaged)
    expect(await rowAt(table(alertRuleTableName), partitionOf(id), 'Lists')).toEqual(before)
  },
)

test('the repair command finds damaged lists, and no sound ones', async () => {
  for (const [, change] of jsonWays('Data')) {
    const { id, damage, table } = await writtenWithList()
    const row = () => rowAt(table(alertRuleTableName), partitionOf(id), 'Lists')
    expect(await repair.finds(await row())).toBe(false)
    await damage(alertRuleTableName, partitionOf(id), 'Lists', change)
    expect(await repair.finds(await row())).toBe(true)
  }
  expect(repair.kindOfRepair('Lists')).toBe('leave')
})

test.each([
  ['Configuration', configurationWays],
  [ruleKey, jsonWays('Text', '["secret"]')],
] as const)('the repair command finds a damaged %s, and no sound one', async (rowKey, ways) => {
  for (const [, change] of ways) {
    const { id, damage, table } = await written()
    const row = () => rowAt(table(alertRuleTableName), partitionOf(id), rowKey)
    expect(await repair.finds(await row())).toBe(false)
    await damage(alertRuleTableName, partitionOf(id), rowKey, change)
    expect(await repair.finds(await row())).toBe(true)
  }
  expect(repair.kindOfRepair(rowKey)).toBe('leave')
})

test.each(['Rule=x', 'Other', ''])('the repair command finds the key %j', (rowKey) => {
  expect(() => repair.check({ rowKey, TextParts: 1, Text0: '""' })).toThrow(v.ValiError)
})

const startMs = Date.UTC(2026, 10, 22, 6)
const exported = `
title: Exported
id: ${guid(0x50, 'e')}
logsource: {product: keytrail}
detection: {sel: {type: 1602}, condition: sel}
`

test.each([
  ['a text', ruleKey, [exported, viewing(ruleId(3))]],
  ['the configuration', 'Configuration', [exported]],
] as const)('an evaluation goes on without what is damaged: %s', async (_what, rowKey, texts) => {
  const organizationId = newOrganization()
  const { through, damage } = await written(organizationId)
  for (const number of [1, 2, 3]) await configurations.change(organizationId, putting(number, viewing(ruleId(number))))
  await damage(alertRuleTableName, partitionOf(organizationId), rowKey, (row) => ({ ...row, Data0: '{', Text0: '{' }))
  const world = evaluationWorld([exported], startMs)
  const evaluate = evaluateOrganization({ ...world.ports, configurations: through })
  const date = new Date(startMs).toISOString()
  await world.ports.store.append([1107, 1602].map((type) => event({ organizationId, type, date })))
  await evaluate(writeEvaluation({ organizationId, at: 0, fallback: null }), contextWith([]))
  const raised = (await world.alerts(organizationId)).map(({ record }) => record.ruleId)
  const expected = texts.map((text) => /id: (\S+)/.exec(text)?.[1])
  expect(raised).toEqual(expect.arrayContaining(expected))
  expect(raised).not.toContain(ruleId(2))
})

test('routes respond 503 where a rule or the configuration cannot be read, and the others as ever', async () => {
  const { through, damage, table } = await written(acme)
  for (const number of [1, 2]) await configurations.change(acme, putting(number, viewing(ruleId(number))))
  const { list, read, replace, create } = await alertRuleRoutes({ configurations: through })
  const by = { token: 'alice' }
  await damage(alertRuleTableName, partitionOf(acme), ruleKey, (row) => ({ ...row, Text0: '{' }))
  expect((await list(by)).status).toBe(200)
  expect((await read(ruleId(1), by)).status).toBe(200)
  expect((await read(ruleId(2), by)).status).toBe(503)
  expect((await create(viewing(ruleId(2)), by)).status).toBe(409)
  expect((await replace(ruleId(2), viewing(ruleId(2)), by)).status).toBe(200)
  expect((await read(ruleId(2), by)).status).toBe(200)

  await damage(alertRuleTableName, partitionOf(acme), 'Configuration', (row) => ({ ...row, Data0: '{' }))
  expect((await list(by)).status).toBe(503)
  expect((await read(ruleId(1), by)).status).toBe(503)
  expect((await create(viewing(ruleId(7)), by)).status).toBe(503)
  expect(await rowAt(table(alertRuleTableName), partitionOf(acme), 'Configuration')).toMatchObject({ Data0: '{' })
})
