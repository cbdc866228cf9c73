// A MySQL or MariaDB database. Every value comes as text: a DATETIME must not pass through this machine's time zone.
import mysql from 'mysql2/promise'
import * as v from 'valibot'
import { messageOf, Trouble } from '../trouble.ts'
import { type Database, statementMsMax } from './database.ts'

const rows = v.array(v.record(v.string(), v.unknown()))

/** Connects. The session is read only, and double quotes mark names in it. Throws `Trouble`. */
export async function openMysql(url: string): Promise<Database> {
  const connection = await mysql.createConnection(optionsOf(url)).catch((error: unknown) => {
    throw troubleOf(error)
  })
  connection.on('error', () => {})
  const run = async (sql: string, values: readonly (string | number)[] = []) => {
    try {
      const [result] = await connection.query({ sql, values: [...values], timeout: statementMsMax })
      return result
    } catch (error) {
      throw troubleOf(error)
    }
  }
  const end = () => connection.end().catch(() => connection.destroy())
  try {
    await run(`SET SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+00:00'`)
    await run('SET SESSION TRANSACTION READ ONLY')
  } catch (error) {
    await end()
    throw error
  }
  return { kind: 'mysql', select: async (sql, values) => v.parse(rows, await run(sql, values)), close: end }
}

/** Vaultwarden's own form of the address: `ssl_mode` is what its client library knows. */
function optionsOf(url: string): mysql.ConnectionOptions {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const sslMode = (searchParams.get('ssl_mode') ?? searchParams.get('ssl-mode') ?? '').toUpperCase()
  const encrypted = ['REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'].includes(sslMode)
  return {
    host: decodeURIComponent(hostname) || 'localhost',
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    connectTimeout: 15_000,
    charset: 'utf8mb4',
    ...(encrypted && { ssl: { rejectUnauthorized: sslMode !== 'REQUIRED' } }),
    typeCast: (field) => field.string(),
  }
}

const MysqlError = v.object({ code: v.string(), message: v.string() })

const refusals: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: 'refuses the user or password',
  ER_DBACCESS_DENIED_ERROR: 'refuses this database to the user',
  ER_BAD_DB_ERROR: 'has no such database',
  ER_TABLEACCESS_DENIED_ERROR: 'misses a GRANT',
  ER_COLUMNACCESS_DENIED_ERROR: 'misses a GRANT',
}
const unknownThings = ['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR']

function troubleOf(cause: unknown): Trouble {
  const read = v.safeParse(MysqlError, cause)
  const code = read.success ? read.output.code : ''
  const why = messageOf(cause)
  const refusal = refusals[code]
  if (refusal !== undefined)
    return new Trouble('database-refused', `The database server ${refusal} (${why}).`, { cause })
  if (unknownThings.includes(code)) {
    return new Trouble('not-vaultwarden', `The database does not have what was expected (${why}).`, { cause })
  }
  if (code === 'PROTOCOL_SEQUENCE_TIMEOUT' || code === 'ER_LOCK_WAIT_TIMEOUT') {
    return new Trouble('database-busy', `The database server needed more than a minute for a statement (${why}).`, {
      cause,
    })
  }
  return new Trouble('database-unreachable', `The database server cannot be reached now (${why}).`, { cause })
}
