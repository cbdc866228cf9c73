// What of the expected tables and columns a database has: Vaultwarden's schema grows, and a user may lack a GRANT.
import * as v from 'valibot'
import { Trouble } from '../trouble.ts'
import { type TableName, tables } from './columns.ts'
import { type Database, quoted } from './database.ts'

export type Schema = {
  /** The tables that are there. */
  readonly has: (table: TableName) => boolean
  /** The expected columns of a table, each under its own name; a missing one is null. `alias` is the table's name in the statement. */
  readonly columnsOf: (table: TableName, alias: string) => string
  /** A column in a condition; null when it is missing. */
  readonly column: (table: TableName, alias: string, name: string) => string
  /** What is missing, in words. */
  readonly warnings: readonly string[]
}

const Columns = v.array(v.object({ table_name: v.string(), column_name: v.string() }))

/** Reads the schema. Throws `Trouble` when the agent cannot work with it. */
export async function readSchema(database: Database): Promise<Schema> {
  const names = Object.keys(tables)
  const found = v.parse(Columns, await database.select(statementFor(database.kind, names), names))
  const known = new Map<string, Set<string>>()
  for (const { table_name, column_name } of found) {
    known.set(table_name, (known.get(table_name) ?? new Set()).add(column_name))
  }
  const warnings = Object.entries(tables).flatMap(([table, { needed, wanted }]) =>
    missingIn(table, known.get(table), needed, wanted),
  )
  const column = (table: TableName, alias: string, name: string) =>
    known.get(table)?.has(name) ? `${alias}.${quoted(name)}` : 'NULL'
  return {
    has: (table) => known.has(table),
    columnsOf: (table, alias) =>
      [...tables[table].needed, ...tables[table].wanted]
        .map((name) => `${column(table, alias, name)} AS ${quoted(name)}`)
        .join(', '),
    column,
    warnings,
  }
}

/** What is missing of a table, in words; throws if the agent needs it. */
function missingIn(
  table: string,
  known: ReadonlySet<string> | undefined,
  needed: readonly string[],
  wanted: readonly string[],
): string[] {
  if (!known) {
    if (needed.length > 0) {
      const words = `The database has no table "${table}" that this user may read. Is it Vaultwarden's, has it been started once, and are the GRANTs complete?`
      throw new Trouble('not-vaultwarden', words)
    }
    return [`There is no table "${table}" that this user may read: Keytrail is sent nothing of it.`]
  }
  const lacking = needed.filter((name) => !known.has(name))
  if (lacking.length > 0) {
    const words = `The table "${table}" has no column ${lacking.join(', ')} that this user may read; this version of the agent needs it.`
    throw new Trouble('not-vaultwarden', words)
  }
  const absent = wanted.filter((name) => !known.has(name))
  return absent.length > 0
    ? [
        `The table "${table}" has no column ${absent.join(', ')} that this user may read: Keytrail is sent nothing of it.`,
      ]
    : []
}

function statementFor(kind: Database['kind'], names: readonly string[]): string {
  const list = names.map(() => '?').join(', ')
  switch (kind) {
    case 'sqlite':
      return `SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name IN (${list})`
    case 'postgres':
      return `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name IN (${list})`
    case 'mysql':
      return `SELECT table_name AS "table_name", column_name AS "column_name" FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name IN (${list})`
  }
}
