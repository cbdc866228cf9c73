// A PostgreSQL of a test's own, with Vaultwarden's tables and the agent's user.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { createStatements, insertStatement } from '../../../local/vaultwarden/schema.ts'
import { eventually } from '../../support/waiting.ts'
import { folderOf, freePort, programOf, runAs, startServer } from './private-server.ts'
import type { VaultwardenDatabase } from './vaultwarden-database.ts'

const user = 'postgres'
const password = 'agent password'

/** Starts it. Its time zone is not UTC: dates must not depend on it. */
export async function startPostgres(): Promise<VaultwardenDatabase> {
  const initdb = await programOf(
    ['/usr/lib/postgresql/*/bin/initdb', '/usr/local/bin/initdb', '/usr/bin/initdb'],
    'postgresql',
  )
  const [folder, port] = [await folderOf(user), await freePort()]
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  await writeFile(secret, 'vault', { mode: 0o644 })
  await runAs(user, [
    initdb,
    '-D',
    data,
    '-U',
    'vault',
    '-A',
    'scram-sha-256',
    `--pwfile=${secret}`,
    '--no-sync',
    '-E',
    'UTF8',
  ])
  const options = [
    '-c',
    'fsync=off',
    '-c',
    'timezone=America/New_York',
    '-c',
    'datestyle=SQL,DMY',
    '-c',
    'listen_addresses=127.0.0.1',
  ]
  const server = startServer(
    user,
    [initdb.replace(/initdb$/, 'postgres'), '-D', data, '-p', `${port}`, '-k', folder, ...options],
    folder,
  )

  const address = (name: string, secretOf: string, database: string, at: number) =>
    `postgresql://${name}:${encodeURIComponent(secretOf)}@127.0.0.1:${at}/${database}`
  const admin = await eventually('PostgreSQL takes connections', async () => {
    const client = new pg.Client(address('vault', 'vault', 'postgres', port))
    client.on('error', () => {})
    return client.connect().then(
      () => client,
      () => undefined,
    )
  })
  const run: VaultwardenDatabase['run'] = async (sql, values = []) => {
    let count = 0
    return (
      await admin.query(
        sql.replaceAll('?', () => `$${++count}`),
        [...values],
      )
    ).rows
  }
  for (const statement of createStatements('postgres')) await run(statement)
  await run((await documented('PostgreSQL')).replace('choose one', password))
  const urlWith: VaultwardenDatabase['urlWith'] = ({
    password: secretOf = password,
    database = 'postgres',
    port: at = port,
  }) => address('keytrail_agent', secretOf, database, at)
  return {
    dialect: 'postgres',
    url: urlWith({}),
    urlWith,
    run,
    insert: async (table, ...rows) => {
      await run('BEGIN')
      for (const row of rows) {
        const flags = Object.entries(row).map(([name, value]) => (isFlag(name) ? String(value === 1) : value))
        await run(insertStatement('postgres', table, row), flags)
      }
      await run('COMMIT')
    },
    stop: async () => {
      await admin.end()
      await server.stop()
    },
  }
}

const isFlag = (name: string) => ['enabled', 'access_all', 'read_only', 'hide_passwords', 'manage'].includes(name)

/** The statements that docs/connect/vaultwarden-agent.md gives for a user of the agent. */
export async function documented(heading: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../../docs/connect/vaultwarden-agent.md'), 'utf8')
  const [, statements = ''] =
    new RegExp(`### A user for ${heading}[^#]*?\`\`\`sql\\n([\\s\\S]*?)\`\`\``).exec(text) ?? []
  return statements
}
