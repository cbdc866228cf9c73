// A SQLite file that Vaultwarden is using: opened read only for a round, so that a replaced file is noticed and no lock stays.
import * as v from 'valibot'
import { messageOf, Trouble } from '../trouble.ts'
import type { Database } from './database.ts'

/** How long a statement waits for a writer in ms (of a database without WAL; with WAL it never has to). */
const busyTimeoutMs = 5_000

/** Opens the file. Throws `Trouble` in words if it is missing, locked, or no database yet. */
export async function openSqlite(path: string, busyMs: number = busyTimeoutMs): Promise<Database> {
  const { DatabaseSync } = await import('node:sqlite')
  const file = inWords(path, () => new DatabaseSync(path, { readOnly: true }))
  try {
    // A read-only connection is refused any write; this also refuses what a trigger or a view could do.
    inWords(path, () => file.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA query_only = 1; PRAGMA cache_size = -4096`))
  } catch (error) {
    file.close()
    throw error
  }
  return {
    kind: 'sqlite',
    select: async (sql, values = []) => inWords(path, () => file.prepare(sql).all(...values)),
    close: async () => file.close(),
  }
}

const SqliteError = v.object({ errcode: v.number(), message: v.string() })

function inWords<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const read = v.safeParse(SqliteError, error)
    if (!read.success) throw error
    throw troubleOf(path, read.output.errcode & 0xff, error)
  }
}

/** Primary result codes: https://www.sqlite.org/rescode.html */
function troubleOf(path: string, code: number, cause: unknown): Trouble {
  const why = messageOf(cause)
  switch (code) {
    case 5:
    case 6:
      return new Trouble('database-busy', `${path} is locked by another process (a backup?).`, { cause })
    case 11:
    case 26:
      return new Trouble(
        'database-unreadable',
        `${path} is no whole SQLite database now: it is being copied or restored, is damaged, or is another file.`,
        { cause },
      )
    case 14:
      return new Trouble(
        'database-unreachable',
        `${path} cannot be opened: it does not exist, or the agent's user may not read it (or db.sqlite3-wal and -shm beside it).`,
        { cause },
      )
    case 23:
    case 3:
      return new Trouble('database-refused', `${path} may not be read by the agent's user.`, { cause })
    default:
      return new Trouble('database-unreadable', `${path} cannot be read (${why}).`, { cause })
  }
}
