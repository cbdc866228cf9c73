// Opens the database that DATABASE_URL names; loads only the driver that it needs.
import type { OpenDatabase } from './database.ts'

/** The kind of database that an address is of: the forms that Vaultwarden's own DATABASE_URL has, `mariadb:` and `sqlite:`. */
export function kindOf(url: string): 'sqlite' | 'postgres' | 'mysql' {
  if (/^postgres(?:ql)?:/i.test(url)) return 'postgres'
  return /^(?:mysql|mariadb):/i.test(url) ? 'mysql' : 'sqlite'
}

/** How to open the database at an address. */
export function opening(url: string): OpenDatabase {
  switch (kindOf(url)) {
    case 'postgres':
      return async () => (await import('./postgres.ts')).openPostgres(url)
    case 'mysql':
      return async () => (await import('./mysql.ts')).openMysql(url)
    case 'sqlite':
      return async () => (await import('./sqlite.ts')).openSqlite(sqlitePath(url))
  }
}

/** The path in `sqlite:path`, `sqlite://path`, `file:path` or a path alone. */
export const sqlitePath = (url: string): string => url.replace(/^(?:sqlite|file):(?:\/\/(?=\/|[^/]))?/i, '')
