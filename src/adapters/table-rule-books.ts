// RuleBooks on Azure Table storage: a row for the book and one for each text, changed together and only as they were read.
import type { TableClient, TransactionAction } from '@azure/data-tables'
import * as v from 'valibot'
import { emptyBook, OwnRule, RuleBook } from '../domain/alerts/book.ts'
import { Guid, guidOfContent } from '../domain/guid.ts'
import { inParallel } from '../parallel.ts'
import { type RuleBooks, Unavailable } from '../ports.ts'
import { bounded, isConflict, isNotFound, isOutdated, openedTable, reach, type Storage } from './azure-storage.ts'
import { type Known, type RememberedBooks, rememberedBooks } from './remembered-books.ts'
import { jsonColumns, jsonIn, rowOf } from './table-json.ts'

// PartitionKey          RowKey       holds
// Organization=<guid>   Book         all but the texts of the rules; for each of these an id that stands for it
// Organization=<guid>   Rule=<guid>  the text of a rule

export const alertRuleTableName = 'alertrule'

/** How often a book is read again, or a change made again, because another change was faster. */
const triesMax = 10
const readsAtOnce = 20
const transactionRowsMax = 100
const what = 'rule store'

/** The rule books in a storage account; the table is created at first use. */
export function tableRuleBooks(storage: Storage): RuleBooks {
  const opened = openedTable(storage, alertRuleTableName)
  const using = <T>(work: (table: TableClient) => Promise<T>) => reach(what, async () => work(await opened()))
  const remembered = rememberedBooks()

  return {
    bookOf: (id) => using(async (table) => (await read(table, id, remembered)).book),
    change: (id, change) =>
      using(async (table) => {
        for (let tries = 0; tries < triesMax; tries += 1) {
          const known = await read(table, id, remembered)
          const changed = change(known.book)
          if (changed.kind === 'refused') return changed
          const written = await write(table, id, known, changed.book)
          if (!written) continue
          remembered.keep(id, written)
          return changed
        }
        throw new Unavailable(what, new Error(`another change was faster, ${triesMax} times`))
      }),
    check: () =>
      using(async (table) => {
        await rowOf(table, 'Organization=', bookKey)
      }),
  }
}

const StoredBook = v.object({
  ...RuleBook.entries,
  rules: v.array(v.object({ ...v.omit(OwnRule, ['text']).entries, content: Guid })),
})

const bookKey = 'Book'
const ruleKey = (id: Guid) => `Rule=${id}`
const partitionOf = (organizationId: Guid) => `Organization=${organizationId}`

/** The id that stands for a rule's text; made once for each rule as it is. */
function contentOf(rule: OwnRule): Guid {
  const content = contents.get(rule) ?? guidOfContent(rule.text)
  contents.set(rule, content)
  return content
}

const contents = new WeakMap<OwnRule, Guid>()

/** Reads a book, and of its texts those that are not remembered; again when a change comes in between. */
async function read(table: TableClient, organizationId: Guid, remembered: RememberedBooks): Promise<Known> {
  const partitionKey = partitionOf(organizationId)
  const texts = new Map<Guid, string>()
  for (let tries = 0; tries < triesMax; tries += 1) {
    const row = await rowOf(table, partitionKey, bookKey)
    if (!row) return { book: emptyBook }
    const etag = v.parse(v.string(), row.etag)
    const last = remembered.of(organizationId)
    if (last?.etag === etag) return last

    const stored = jsonIn(row, 'Data', StoredBook)
    for (const rule of last?.book.rules ?? []) texts.set(contentOf(rule), rule.text)
    const missing = stored.rules.filter(({ content }) => !texts.has(content))
    const found = await inParallel(missing, readsAtOnce, ({ id }) => rowOf(table, partitionKey, ruleKey(id)))
    for (const text of found.flatMap((each) => (each ? [jsonIn(each, 'Text', v.string())] : []))) {
      texts.set(guidOfContent(text), text)
    }
    const rules = stored.rules.flatMap(({ content, ...rule }) => {
      const text = texts.get(content)
      return text === undefined ? [] : [{ ...rule, text }]
    })
    const whole = rules.length === stored.rules.length
    if (whole) return remembered.keep(organizationId, { book: { ...stored, rules }, etag })
  }
  throw new Unavailable(what, new Error(`the book was changed while it was read, ${triesMax} times`))
}

/** Writes what a change made of a book; undefined when the book is no longer as it was known. */
async function write(
  table: TableClient,
  organizationId: Guid,
  known: Known,
  book: RuleBook,
): Promise<Known | undefined> {
  const actions = actionsOf(partitionOf(organizationId), known, book)
  if (actions.length > transactionRowsMax) throw new RangeError('a change of a book is too large')
  try {
    const { subResponses } = await table.submitTransaction(actions, bounded())
    return { book, etag: v.parse(v.string(), subResponses[0]?.etag) }
  } catch (error) {
    if (isConflict(error) || isOutdated(error) || isNotFound(error)) return undefined
    throw error
  }
}

/** Writes the row of a book over the one that is known, and of the texts those that differ. */
function actionsOf(partitionKey: string, known: Known, book: RuleBook): TransactionAction[] {
  const rules = book.rules.map((rule) => ({ ...rule, text: undefined, content: contentOf(rule) }))
  const row = { partitionKey, rowKey: bookKey, ...jsonColumns('Data', { ...book, rules }) }
  const knownTexts = new Map(known.book.rules.map(({ id, text }) => [id, text]))
  const ids = new Set(book.rules.map(({ id }) => id))
  return [
    known.etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag: known.etag }],
    ...book.rules.flatMap(({ id, text }): TransactionAction[] => {
      if (knownTexts.get(id) === text) return []
      return [['upsert', { partitionKey, rowKey: ruleKey(id), ...jsonColumns('Text', text) }, 'Replace']]
    }),
    ...known.book.rules.flatMap(({ id }): TransactionAction[] =>
      ids.has(id) ? [] : [['delete', { partitionKey, rowKey: ruleKey(id) }]],
    ),
  ]
}
