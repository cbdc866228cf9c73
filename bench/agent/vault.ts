// A Vaultwarden's SQLite file with many events, and the vault that goes on writing them.
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { birchwood } from '../../local/vaultwarden/people.ts'
import { insertStatement, type VaultwardenRow } from '../../local/vaultwarden/schema.ts'
import { makeTrialDatabase, sqliteDate } from '../../local/vaultwarden/trial.ts'
import { guidOfContent } from '../../src/domain/guid.ts'

const people = 50
const betweenWritesMs = 2

/** An event as Vaultwarden writes it, at a time in Unix ms. */
const rowAt = (ms: number, index: number): VaultwardenRow => ({
  uuid: randomUUID(),
  event_type: 1107,
  user_uuid: null,
  org_uuid: birchwood,
  cipher_uuid: guidOfContent('item', index % 2_000),
  act_user_uuid: guidOfContent('user', index % people),
  device_type: 9,
  ip_address: '203.0.113.7',
  event_date: sqliteDate(ms),
})

/** Makes the file, which must not exist, with so many events and those of the trial. */
export function makeVault(path: string, events: number): void {
  const now = Date.now()
  makeTrialDatabase(path, now)
  const file = new DatabaseSync(path)
  const statement = file.prepare(insertStatement('sqlite', 'event', rowAt(now, 0)))
  file.exec('PRAGMA synchronous = OFF; BEGIN')
  for (let index = 0; index < events; index++)
    statement.run(...Object.values(rowAt(now - (events - index) * 30_000, index)))
  file.exec('COMMIT')
  file.close()
}

/** Writes events one by one, each durable as Vaultwarden's are; gives how long each took, in ms. */
export async function writeEvents(path: string, events: number): Promise<number[]> {
  const file = new DatabaseSync(path)
  file.exec('PRAGMA busy_timeout = 30000; PRAGMA synchronous = NORMAL')
  const statement = file.prepare(insertStatement('sqlite', 'event', rowAt(0, 0)))
  const times: number[] = []
  for (let index = 0; index < events; index++) {
    const values = Object.values(rowAt(Date.now(), index))
    const began = performance.now()
    statement.run(...values)
    times.push(performance.now() - began)
    await pause(betweenWritesMs)
  }
  file.close()
  return times
}
