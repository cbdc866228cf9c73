// RuleConfigurations on Azure Table storage: a row for the configuration and one for each text, changed together and only as they were read.
import type { TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import { CustomRule, emptyConfiguration, RuleConfiguration } from '../../../domain/alerts/rule-configuration.ts'
import { Guid, guidOfContent } from '../../../domain/guid.ts'
import { Damaged, Unavailable } from '../../../ports/errors.ts'
import type { RuleConfigurations } from '../../../ports/rule-configurations.ts'
import { fenced, type WriteMark } from '../compare-and-swap.ts'
import { checkByKind, readable } from '../damaged-rows.ts'
import { jsonColumns, jsonIn, rowOf } from '../rows.ts'
import { bounded, mapStorageErrors, openedTable, type Storage, type Table } from '../storage.ts'
import { type CachedConfigurations, cachedConfigurations, type Known } from './cached-configurations.ts'

// PartitionKey          RowKey       holds
// Organization=<guid>   Configuration  all but the texts of the rules; for each of these an id that stands for it
// Organization=<guid>   Rule=<guid>  the text of a rule

export const alertRuleTableName = 'alertrule'

/** How often a configuration is read again, or a change made again, because another change was faster. */
const triesMax = 10
const readsAtOnce = 20
const transactionRowsMax = 100
const what = 'rule store'

/** The rule configurations in a storage account; the table is created at first use. */
export function tableRuleConfigurations(storage: Storage): RuleConfigurations {
  const opened = openedTable(storage, alertRuleTableName)
  const using = <T>(work: (table: Table) => Promise<T>) => mapStorageErrors(what, async () => work(await opened()))
  const cached = cachedConfigurations()

  return {
    configurationOf: (id) => using(async (table) => (await read(table, id, cached)).configuration),
    change: (id, change) =>
      using(async (table) => {
        for (let tries = 0; tries < triesMax; tries += 1) {
          const known = await read(table, id, cached)
          const changed = change(known.configuration)
          if (changed.kind === 'refused') return changed
          const written = await write(table, id, known, changed.configuration)
          if (!written) continue
          if (isWhole(written)) cached.add(id, written)
          return changed
        }
        throw new Unavailable(what, new Error(`another change was faster, ${triesMax} times`))
      }),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', configurationKey)
      }),
  }
}

const StoredRule = v.object({ ...v.omit(CustomRule, ['text']).entries, content: Guid })
type StoredRule = v.InferOutput<typeof StoredRule>
const StoredConfiguration = v.object({ ...RuleConfiguration.entries, rules: v.array(StoredRule) })

/** A rule whose text could not be read, and whether it has a row. */
type Unread = { readonly rule: StoredRule; readonly hasRow: boolean }
/** A configuration with what the table says of its unreadable rules. Only a whole one is cached: a text that is mended leaves the configuration as it is. */
type Read = Known & { readonly unread?: readonly Unread[] }

const isWhole = ({ configuration }: Known) => (configuration.unreadable ?? []).length === 0

const configurationKey = 'Configuration'
const RuleKey = v.pipe(v.string(), v.regex(/^Rule=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))
const ruleKey = (id: Guid) => `Rule=${id}`
const partitionOf = (organizationId: Guid) => `Organization=${organizationId}`

/** The id that stands for a rule's text; made once for each rule as it is. */
function contentOf(rule: CustomRule): Guid {
  const content = contents.get(rule) ?? guidOfContent(rule.text)
  contents.set(rule, content)
  return content
}

const contents = new WeakMap<CustomRule, Guid>()

/**
 * Reads a configuration, and of its texts those that are not cached; again when a change comes in between. A text that is not there, or
 * not the one that the configuration names, while the configuration is the same before and after, is damaged.
 */
async function read(table: Table, organizationId: Guid, cached: CachedConfigurations): Promise<Read> {
  const partitionKey = partitionOf(organizationId)
  const texts = new Map<Guid, string>()
  for (let tries = 0; tries < triesMax; tries += 1) {
    const row = await rowOf(table, partitionKey, configurationKey)
    if (!row) return { configuration: emptyConfiguration }
    const etag = v.parse(v.string(), row.etag)
    const last = cached.of(organizationId)
    if (last?.etag === etag) return last

    const stored = await readable(table, { partitionKey, rowKey: configurationKey }, () =>
      jsonIn(row, 'Data', StoredConfiguration),
    )
    if (!stored) throw new Damaged(what, new Error('the configuration cannot be read'))
    for (const rule of last?.configuration.rules ?? []) texts.set(contentOf(rule), rule.text)
    const missing = stored.rules.filter(({ content }) => !texts.has(content))
    const found = await inParallel(missing, readsAtOnce, async (rule) => ({
      rule,
      ...(await textOf(table, partitionKey, rule.id)),
    }))
    for (const { text } of found) if (text !== undefined) texts.set(guidOfContent(text), text)
    const rules = stored.rules.flatMap(({ content, ...rule }) => {
      const text = texts.get(content)
      return text === undefined ? [] : [{ ...rule, text }]
    })
    if (rules.length === stored.rules.length)
      return cached.add(organizationId, { configuration: { ...stored, rules }, etag })

    const again = await rowOf(table, partitionKey, configurationKey, ['RowKey'])
    if (again?.etag !== etag) continue
    const unread = found.filter(({ rule }) => !texts.has(rule.content))
    for (const { rule, text, hasRow } of unread) {
      if (hasRow && text === undefined) continue
      await table.noteDamage(
        { partitionKey, rowKey: ruleKey(rule.id) },
        'it is not the text that the configuration names',
      )
    }
    return { configuration: { ...stored, rules, unreadable: unread.map(({ rule }) => rule.id) }, etag, unread }
  }
  throw new Unavailable(what, new Error(`the configuration was changed while it was read, ${triesMax} times`))
}

/** The text of a rule; absent when there is none that can be read. */
async function textOf(table: Table, partitionKey: string, id: Guid) {
  const rowKey = ruleKey(id)
  const row = await rowOf(table, partitionKey, rowKey)
  const text = row && (await readable(table, { partitionKey, rowKey }, () => jsonIn(row, 'Text', v.string())))
  return { hasRow: row !== undefined, text }
}

/** Writes what a change made of a configuration; undefined when the configuration is no longer as it was known. */
async function write(
  table: Table,
  organizationId: Guid,
  known: Read,
  configuration: RuleConfiguration,
): Promise<Known | undefined> {
  const fence = { partitionKey: partitionOf(organizationId), rowKey: configurationKey, store: what }
  const etag = await fenced(table, fence, async (mark) => {
    const actions = actionsOf(fence.partitionKey, known, configuration, mark)
    if (actions.length > transactionRowsMax) throw new RangeError('a change of a configuration is too large')
    return (await table.submitTransaction(actions, bounded())).subResponses[0]?.etag
  })
  return etag === undefined ? undefined : { configuration, etag }
}

/** Writes the row of a configuration over the one that is known, and of the texts those that differ; what cannot be read stays as it is. */
function actionsOf(
  partitionKey: string,
  known: Read,
  changed: RuleConfiguration,
  mark: WriteMark,
): TransactionAction[] {
  const { unreadable = [], ...configuration } = changed
  const ids = new Set([...configuration.rules.map(({ id }) => id), ...unreadable])
  const rules = [
    ...configuration.rules.map((rule) => ({ ...rule, text: undefined, content: contentOf(rule) })),
    ...(known.unread ?? []).flatMap(({ rule }) => (unreadable.includes(rule.id) ? [rule] : [])),
  ]
  const row = { partitionKey, rowKey: configurationKey, ...jsonColumns('Data', { ...configuration, rules }), ...mark }
  const withRow = [
    ...known.configuration.rules.map(({ id }) => id),
    ...(known.unread ?? []).flatMap(({ rule, hasRow }) => (hasRow ? [rule.id] : [])),
  ]
  return [
    known.etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag: known.etag }],
    ...configuration.rules.flatMap((rule): TransactionAction[] => {
      // One that was put anew is written though its text is the same: the row of that may be damaged.
      if (known.configuration.rules.includes(rule)) return []
      const { id, text } = rule
      return [['upsert', { partitionKey, rowKey: ruleKey(id), ...jsonColumns('Text', text) }, 'Replace']]
    }),
    ...withRow.flatMap((id): TransactionAction[] =>
      ids.has(id) ? [] : [['delete', { partitionKey, rowKey: ruleKey(id) }]],
    ),
  ]
}

/** Throws for a row of this table that cannot be read. */
export const checkAlertRuleRow = checkByKind({
  [configurationKey]: (row) => {
    jsonIn(row, 'Data', StoredConfiguration)
  },
  Rule: (row) => {
    v.parse(v.object({ rowKey: RuleKey }), row)
    jsonIn(row, 'Text', v.string())
  },
})
