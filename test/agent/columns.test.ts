// The columns that docs/connect/vaultwarden-agent.md lists, those that it grants, and those that the agent reads are the same.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { tables } from '../../agent/database/columns.ts'
import { createStatements } from '../../local/vaultwarden/schema.ts'
import { directoryRows, insert } from '../../local/vaultwarden/trial.ts'
import { fakeKeytrail } from '../support/agent/fake-keytrail.ts'
import { eventRow } from '../support/agent/rows.ts'
import { memoryState, runOnce } from '../support/agent/steps.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/connect/vaultwarden-agent.md'), 'utf8')
const expected = Object.entries(tables)
  .flatMap(([table, { needed, wanted }]) => [...needed, ...wanted].map((column) => `${table}.${column}`))
  .toSorted()

/** Tables with their columns by commas, as `table.column` each. */
const listedBy = (pattern: RegExp, part = text) =>
  [...part.matchAll(pattern)]
    .flatMap(({ groups: { table = '', columns = '' } = {} }) => columns.split(', ').map((name) => `${table}.${name}`))
    .toSorted()

test('the table in the docs lists them', () => {
  expect(listedBy(/^\| `(?<table>\w+)` \| (?<columns>[\w, ]+) \|$/gm)).toEqual(expected)
})

test.each([
  ['PostgreSQL', /^GRANT SELECT \((?<columns>[\w, ]+)\) ON "?(?<table>\w+)"? TO keytrail_agent;$/gm],
  ['MySQL', /^GRANT SELECT \((?<columns>[\w, ]+)\) ON vaultwarden\.`?(?<table>\w+)`? TO 'keytrail_agent'@'%';$/gm],
])('the GRANTs for %s grant them, and nothing else is granted', (name, pattern) => {
  const [, part = ''] = text.split(`### A user for ${name}`)
  const [, statements = ''] = /```sql\n([\s\S]*?)```/.exec(part) ?? []
  expect(listedBy(pattern, statements)).toEqual(expected)
  expect(statements.match(/GRANT/g)).toHaveLength(Object.keys(tables).length)
})

test('SQLite sees the agent read each of them, and no other', async () => {
  const file = new DatabaseSync(':memory:')
  for (const statement of createStatements('sqlite')) file.exec(statement)
  for (const [table, row] of directoryRows()) insert(file, table, row)
  insert(file, 'event', eventRow(1))
  const read = new Set<string>()
  file.setAuthorizer((action, table, column) => {
    if (action === constants.SQLITE_READ && table !== null && column) read.add(`${table}.${column}`)
    return constants.SQLITE_OK
  })
  const open = async () => ({
    kind: 'sqlite' as const,
    select: async (sql: string, values: readonly (string | number)[] = []) => file.prepare(sql).all(...values),
    close: async () => {},
  })
  const run = { open, keytrail: fakeKeytrail(), store: memoryState() }
  await runOnce(run)
  // The second run looks for where the first one ended.
  await runOnce(run)
  const own = [...read].filter((each) => !/^(?:sqlite_master|pragma_table_info|event\.ROWID$)/.test(each))
  expect(own.toSorted()).toEqual(expected)
})
