// A Vaultwarden database, as the agent reads it: single statements, each its own short read. Nothing is ever written.

/** A row: numbers or text, as the driver gives them. */
export type Row = Readonly<Record<string, unknown>>

export type Database = {
  readonly kind: 'sqlite' | 'postgres' | 'mysql'
  /** Runs a statement with `?` for each value, names in double quotes. Throws `Trouble`. */
  readonly select: (sql: string, values?: readonly (string | number)[]) => Promise<readonly Row[]>
  readonly close: () => Promise<void>
}

/** Opens a connection for a round of reads. Throws `Trouble`. */
export type OpenDatabase = () => Promise<Database>

/** Longest statement in ms: one that takes longer is given up, and the round is tried again. */
export const statementMsMax = 60_000

/** A name in double quotes. */
export const quoted = (name: string): string => `"${name}"`
