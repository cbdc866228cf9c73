// A PostgreSQL database. Every value comes as text: a timestamp without zone must not pass through this machine's time zone.
import pg from 'pg'
import * as v from 'valibot'
import { messageOf, Trouble } from '../trouble.ts'
import { type Database, statementMsMax } from './database.ts'

const asText = { getTypeParser: () => (text: unknown) => text }
const rows = v.array(v.record(v.string(), v.unknown()))

/** Connects. The session is read only and ends statements that take too long. Throws `Trouble`. */
export async function openPostgres(url: string): Promise<Database> {
  const client = new pg.Client({
    connectionString: url,
    types: asText,
    application_name: 'keytrail-agent',
    connectionTimeoutMillis: 15_000,
    query_timeout: statementMsMax + 5_000,
  })
  // A connection that breaks between two statements; the next statement says so.
  client.on('error', () => {})
  const select: Database['select'] = async (sql, values = []) => {
    try {
      return v.parse(rows, (await client.query(numbered(sql), [...values])).rows)
    } catch (error) {
      throw troubleOf(error)
    }
  }
  try {
    await client.connect()
    await select(
      `SELECT set_config('default_transaction_read_only', 'on', false), set_config('datestyle', 'ISO, YMD', false),
       set_config('statement_timeout', '${statementMsMax}', false)`,
    )
  } catch (error) {
    await client.end().catch(() => {})
    throw error instanceof Trouble ? error : troubleOf(error)
  }
  return { kind: 'postgres', select, close: () => client.end().catch(() => {}) }
}

/** PostgreSQL numbers its parameters; no statement of the agent has another question mark. */
function numbered(sql: string): string {
  let count = 0
  return sql.replaceAll('?', () => `$${++count}`)
}

const PostgresError = v.object({ code: v.string(), message: v.string() })

/** SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function troubleOf(cause: unknown): Trouble {
  const read = v.safeParse(PostgresError, cause)
  const { code } = read.success ? read.output : { code: '' }
  const why = messageOf(cause)
  if (code.startsWith('28'))
    return new Trouble('database-refused', `PostgreSQL refuses the user or password (${why}).`, { cause })
  if (code === '3D000') return new Trouble('database-refused', `PostgreSQL has no such database (${why}).`, { cause })
  if (code === '42501') return new Trouble('database-refused', `A GRANT is missing: ${why}.`, { cause })
  if (code.startsWith('42'))
    return new Trouble('not-vaultwarden', `PostgreSQL does not have what was expected (${why}).`, { cause })
  if (code === '57014' || code === '55P03') {
    return new Trouble('database-busy', `PostgreSQL needed more than a minute for a statement (${why}).`, { cause })
  }
  return new Trouble('database-unreachable', `PostgreSQL cannot be reached now (${why}).`, { cause })
}
