// RuleConfigurations on Azure Table storage: a row for the configuration, one for its lists and one for each text, changed together and only as they were read.
import * as v from 'valibot'
import { inParallel } from '../../../concurrency/parallel.ts'
import {
  CustomRule,
  emptyConfiguration,
  RuleConfiguration,
} from '../../../domain/alerts/configuration/rule-configuration.ts'
import { ValueList } from '../../../domain/alerts/lists/value-list.ts'
import { Guid, guidOfContent } from '../../../domain/guid.ts'
import type { RuleConfigurations } from '../../../ports/alerts/rule-configurations.ts'
import { Damaged } from '../../../ports/errors.ts'
import { deleting, writing } from '../batches.ts'
import { type FencedChange, overtaken, submitFenced, untilNotOvertaken } from '../compare-and-swap.ts'
import { checksByKind, readable } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import { partitionOf } from '../partitions.ts'
import type { Storage } from '../storage.ts'
import { openTable, type Table } from '../table.ts'
import { type CachedConfigurations, cachedConfigurations, type Known } from './cached-configurations.ts'

// PartitionKey          RowKey         holds
// Organization=<guid>   Configuration  all but the texts of the rules and the lists; instead of each, its content id
// Organization=<guid>   Lists          the lists of values
// Organization=<guid>   Rule=<guid>    the text of a rule

export const alertRuleTableName = 'alertrule'

const readsAtOnce = 20

/** The rule configurations in a storage account; the table is created at first use. */
export function tableRuleConfigurations(storage: Storage): RuleConfigurations {
  const table = openTable(storage, alertRuleTableName, 'rule store')
  const cached = cachedConfigurations()

  return {
    configurationOf: async (id) => (await read(table, id, cached)).configuration,
    change: (id, change) =>
      untilNotOvertaken(table, async () => {
        const known = await read(table, id, cached)
        const changed = change(known.configuration)
        if (changed.kind === 'refused') return changed
        const etag = await submitFenced(table, changeOf(partitionOf(id), known, changed.configuration))
        if (etag === undefined) return overtaken
        const written = { configuration: changed.configuration, etag }
        if (isWhole(written)) cached.add(id, written)
        return changed
      }),
    check: table.check,
  }
}

const StoredRule = v.object({ ...v.omit(CustomRule, ['text']).entries, content: Guid })
type StoredRule = v.InferOutput<typeof StoredRule>
const StoredConfiguration = v.object({
  ...RuleConfiguration.entries,
  rules: v.array(StoredRule),
  lists: v.optional(v.nullable(Guid), null),
})
const StoredLists = v.array(ValueList)
type Lists = RuleConfiguration['lists']

/** A rule whose text could not be read, and whether it has a row. */
type Unread = { readonly rule: StoredRule; readonly hasRow: boolean }
/** A configuration and its unreadable rules. Only a whole one is cached, since mending a text does not change the configuration's version. */
type Read = Known & { readonly unread?: readonly Unread[] }

const isWhole = ({ configuration }: Known) => (configuration.unreadable ?? []).length === 0

const configurationKey = 'Configuration'
const RuleKey = v.pipe(v.string(), v.regex(/^Rule=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))
const ruleKey = (id: Guid) => `Rule=${id}`

/** The content id of a rule's text; computed once for each rule object. */
function contentOf(rule: CustomRule): Guid {
  const content = contents.get(rule) ?? guidOfContent(rule.text)
  contents.set(rule, content)
  return content
}

const contents = new WeakMap<CustomRule, Guid>()

const listsKey = 'Lists'

/** The content id of an organization's lists; null if there are none. */
const contentOfLists = (lists: Lists): Guid | null =>
  lists.length === 0 ? null : guidOfContent('lists', JSON.stringify(lists))

/** The lists of this content: those that are cached, or of their row; undefined if it has others, or cannot be read. */
async function listsOf(table: Table, partitionKey: string, content: Guid | null, cached: Lists) {
  if (content === null) return []
  if (contentOfLists(cached) === content) return cached
  const keys = { partitionKey, rowKey: listsKey }
  const row = await table.row(keys)
  const lists = row && (await readable(table, keys, () => jsonIn(row, 'Data', StoredLists)))
  return lists && contentOfLists(lists) === content ? lists : undefined
}

/**
 * Reads a configuration, and of its texts and lists those that are not cached; again when a change comes in between. A text that is missing, or
 * has another content id, is damaged if the configuration has the same version before and after; so is the configuration, if its lists are.
 */
function read(table: Table, organizationId: Guid, cached: CachedConfigurations): Promise<Read> {
  const keys = { partitionKey: partitionOf(organizationId), rowKey: configurationKey }
  const texts = new Map<Guid, string>()
  return untilNotOvertaken<Read>(table, async () => {
    const row = await table.row(keys)
    if (!row) return { configuration: emptyConfiguration }
    const { etag } = row
    const last = cached.of(organizationId)
    if (last?.etag === etag) return last

    const stored = await readable(table, keys, () => jsonIn(row, 'Data', StoredConfiguration))
    if (!stored) throw new Damaged(table.store, new Error('the configuration cannot be read'))
    for (const rule of last?.configuration.rules ?? []) texts.set(contentOf(rule), rule.text)
    const missing = stored.rules.filter(({ content }) => !texts.has(content))
    const found = await inParallel(missing, readsAtOnce, async (rule) => ({
      rule,
      ...(await textOf(table, keys.partitionKey, rule.id)),
    }))
    for (const { text } of found) if (text !== undefined) texts.set(guidOfContent(text), text)
    const rules = stored.rules.flatMap(({ content, ...rule }) => {
      const text = texts.get(content)
      return text === undefined ? [] : [{ ...rule, text }]
    })
    const lists = await listsOf(table, keys.partitionKey, stored.lists, last?.configuration.lists ?? [])
    if (lists && rules.length === stored.rules.length) {
      return cached.add(organizationId, { configuration: { ...stored, rules, lists }, etag })
    }

    const again = await table.row(keys, [])
    if (again?.etag !== etag) return overtaken
    if (!lists) throw new Damaged(table.store, new Error('the lists cannot be read'))
    const unread = found.filter(({ rule }) => !texts.has(rule.content))
    for (const { rule, text, hasRow } of unread) {
      if (hasRow && text === undefined) continue
      const ruleKeys = { partitionKey: keys.partitionKey, rowKey: ruleKey(rule.id) }
      await table.noteDamage(ruleKeys, 'it is not the text that the configuration names')
    }
    return { configuration: { ...stored, rules, lists, unreadable: unread.map(({ rule }) => rule.id) }, etag, unread }
  })
}

/** The text of a rule; undefined when there is none that can be read. */
async function textOf(table: Table, partitionKey: string, id: Guid) {
  const keys = { partitionKey, rowKey: ruleKey(id) }
  const row = await table.row(keys)
  const text = row && (await readable(table, keys, () => jsonIn(row, 'Text', v.string())))
  return { hasRow: row !== undefined, text }
}

/** The change that writes a configuration over the known one, and of the texts those that differ; an unreadable one stays as it is. */
function changeOf(partitionKey: string, known: Read, changed: RuleConfiguration): FencedChange {
  const { unreadable = [], ...configuration } = changed
  const ids = new Set([...configuration.rules.map(({ id }) => id), ...unreadable])
  const rules = [
    ...configuration.rules.map((rule) => ({ ...rule, text: undefined, content: contentOf(rule) })),
    ...(known.unread ?? []).flatMap(({ rule }) => (unreadable.includes(rule.id) ? [rule] : [])),
  ]
  const withRow = [
    ...known.configuration.rules.map(({ id }) => id),
    ...(known.unread ?? []).flatMap(({ rule, hasRow }) => (hasRow ? [rule.id] : [])),
  ]
  // A rule that was put anew is another object: its text is written although it may be the same, since its row may be damaged.
  const written = configuration.rules.filter((rule) => !known.configuration.rules.includes(rule))
  const removed = withRow.filter((id) => !ids.has(id))
  const lists = contentOfLists(configuration.lists)
  const stored = { ...configuration, rules, lists }
  return {
    fence: { partitionKey, rowKey: configurationKey, ...jsonColumns('Data', stored) },
    etag: known.etag,
    others: [
      ...written.map(({ id, text }) => writing({ partitionKey, rowKey: ruleKey(id), ...jsonColumns('Text', text) })),
      ...removed.map((id) => deleting({ partitionKey, rowKey: ruleKey(id) })),
      ...changeOfLists(partitionKey, known.configuration.lists, configuration.lists),
    ],
  }
}

function changeOfLists(partitionKey: string, before: Lists, after: Lists): FencedChange['others'] {
  if (before === after) return []
  const keys = { partitionKey, rowKey: listsKey }
  if (after.length > 0) return [writing({ ...keys, ...jsonColumns('Data', after) })]
  return before.length > 0 ? [deleting(keys)] : []
}

/** How rows of this table are checked, and what to do about damaged ones. */
export const alertRuleRows = checksByKind({
  [configurationKey]: {
    check: (row) => jsonIn(row, 'Data', StoredConfiguration),
    repair: {
      kind: 'leave',
      advice:
        'It holds what the organization set for rules, its mutes and exceptions, and which rules it wrote: restore it from a backup. Deleted, all of that is lost.',
    },
  },
  [listsKey]: {
    check: (row) => jsonIn(row, 'Data', StoredLists),
    repair: {
      kind: 'leave',
      advice:
        'It holds the lists of values of the organization, without which its configuration is not read: restore it from a backup.',
    },
  },
  Rule: {
    check: (row) => [v.parse(v.object({ rowKey: RuleKey }), row), jsonIn(row, 'Text', v.string())],
    repair: {
      kind: 'leave',
      advice: 'An owner or admin of the organization saves the rule anew (PUT), or deletes it.',
    },
  },
})
