// What the tests of the agent need of a database server that holds Vaultwarden's schema.
import type { Dialect, VaultwardenRow } from '../../../local/vaultwarden/schema.ts'

export type VaultwardenDatabase = {
  readonly dialect: Dialect
  /** For the agent: a user that has only what docs/connect/vaultwarden-agent.md grants. */
  readonly url: string
  /** The same address with other parts, for what goes wrong. */
  readonly urlWith: (parts: {
    readonly password?: string
    readonly database?: string
    readonly port?: number
  }) => string
  /** Runs statements as the vault itself does. */
  readonly run: (
    sql: string,
    values?: readonly (string | number | null)[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly insert: (table: string, ...rows: readonly VaultwardenRow[]) => Promise<void>
  readonly stop: () => Promise<void>
}
