// A MariaDB of a test's own, with Vaultwarden's tables and the agent's user.
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { createStatements, insertStatement } from '../../../local/vaultwarden/schema.ts'
import { eventually } from '../../support/waiting.ts'
import { documented } from './postgres.ts'
import { folderOf, freePort, programOf, runAs, startServer } from './private-server.ts'
import type { VaultwardenDatabase } from './vaultwarden-database.ts'

const user = 'mysql'
const password = 'agent password'

/** Starts it. Its time zone is not UTC: dates must not depend on it. */
export async function startMariadb(): Promise<VaultwardenDatabase> {
  const mariadbd = await programOf(['/usr/sbin/mariadbd', '/usr/bin/mariadbd'], 'mariadb-server')
  const install = await programOf(['/usr/bin/mariadb-install-db'], 'mariadb-server')
  const [folder, port] = [await folderOf(user), await freePort()]
  const data = join(folder, 'data')
  const socket = join(folder, 'socket')
  const auth = '--auth-root-authentication-method=normal'
  await runAs(user, [install, '--no-defaults', `--datadir=${data}`, auth, '--skip-test-db'])
  const options = [
    `--datadir=${data}`,
    `--port=${port}`,
    `--socket=${socket}`,
    '--bind-address=127.0.0.1',
    '--default-time-zone=-05:00',
  ]
  const server = startServer(
    user,
    [mariadbd, '--no-defaults', ...options, '--innodb-flush-log-at-trx-commit=0'],
    folder,
  )

  const connect = (more: mysql.ConnectionOptions) =>
    mysql.createConnection({ socketPath: socket, user: 'root', ...more })
  const admin = await eventually('MariaDB takes connections', () => connect({}).catch(() => undefined))
  await admin.query('CREATE DATABASE vaultwarden CHARACTER SET utf8mb4')
  await admin.query('USE vaultwarden')
  const run: VaultwardenDatabase['run'] = async (sql, values = []) => {
    const [rows] = await admin.query(sql, [...values])
    return Array.isArray(rows) ? rows.map((row) => Object.fromEntries(Object.entries(row))) : []
  }
  for (const statement of createStatements('mysql')) await run(statement)
  const grants = (await documented('MySQL and MariaDB')).replace('choose one', password)
  for (const statement of grants.split(';\n').filter((each) => each.trim() !== '')) await run(statement)
  const urlWith: VaultwardenDatabase['urlWith'] = ({
    password: secret = password,
    database = 'vaultwarden',
    port: at = port,
  }) => `mysql://keytrail_agent:${encodeURIComponent(secret)}@127.0.0.1:${at}/${database}`
  return {
    dialect: 'mysql',
    url: urlWith({}),
    urlWith,
    run,
    insert: async (table, ...rows) => {
      await admin.beginTransaction()
      for (const row of rows) await run(insertStatement('mysql', table, row), Object.values(row))
      await admin.commit()
    },
    stop: async () => {
      await admin.end()
      await server.stop()
    },
  }
}
