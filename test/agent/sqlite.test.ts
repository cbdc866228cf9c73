// The agent follows a SQLite file that is in use: what is stored is what the source has, each event once, whenever it is killed.
import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tables } from '../../agent/database/columns.ts'
import { openSqlite } from '../../agent/database/sqlite.ts'
import { createStatements, type VaultwardenRow } from '../../local/vaultwarden/schema.ts'
import { insert } from '../../local/vaultwarden/trial.ts'
import { fakeKeytrail } from '../support/agent/fake-keytrail.ts'
import { eventRow, historyRows } from '../support/agent/rows.ts'
import { killedAtEveryStep, memoryState, runOnce } from '../support/agent/steps.ts'
import { acme } from '../support/events.ts'

let folder: string
let path: string
let writer: DatabaseSync

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-agent-'))
  path = join(folder, 'db.sqlite3')
  writer = new DatabaseSync(path)
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF')
  for (const statement of createStatements('sqlite')) writer.exec(statement)
})
afterEach(async () => {
  writer.close()
  await rm(folder, { recursive: true })
})

const write = (...rows: readonly VaultwardenRow[]) => {
  writer.exec('BEGIN')
  for (const row of rows) insert(writer, 'event', row)
  writer.exec('COMMIT')
}
const source = () =>
  new Set(
    writer
      .prepare('SELECT uuid FROM event')
      .all()
      .map(({ uuid }) => String(uuid)),
  )
const setUp = () => ({ keytrail: fakeKeytrail(), store: memoryState(), open: () => openSqlite(path) })

describe('stored is the source', () => {
  test.each(['before', 'after'] as const)('with a writer at work, and killed %s any step', async (when) => {
    write(...historyRows(1_300))
    // Late rows, and rows with equal dates.
    const onStep = (step: number) => write(eventRow(step * 61), eventRow(0))
    const make = async () => ({ ...setUp(), onStep })
    const steps = await killedAtEveryStep(when, make, ({ stored }) => expect(new Set(stored.keys())).toEqual(source()))
    expect(steps).toBeGreaterThan(10)
  })

  test.each(['before', 'after'] as const)('with an outage %s each step, within one run', async (when) => {
    write(...historyRows(1_200))
    const steps = (await runOnce(setUp())).steps
    for (let at = 0; at < steps; at++) {
      const run = setUp()
      const { killed } = await runOnce({ ...run, fault: { at, when, kind: 'outage' } })
      expect(killed).toBe(false)
      expect(new Set(run.keytrail.stored.keys())).toEqual(source())
    }
  })

  test('without the state: all is sent again, and nothing is stored twice', async () => {
    write(...historyRows(1_500))
    const { keytrail, open } = setUp()
    for (let lost = 0; lost < 2; lost++) await runOnce({ keytrail, open, store: memoryState() })
    expect(keytrail.sent()).toBe(3_000)
    expect(new Set(keytrail.stored.keys())).toEqual(source())
  })
})

describe('following', () => {
  test('sends each row once, and nothing when nothing is new', async () => {
    write(...historyRows(50))
    const run = setUp()
    for (const minutesAgo of [0, 0, 60 * 24 * 20, 60 * 24 * 900]) {
      await runOnce(run)
      write(eventRow(minutesAgo))
    }
    await runOnce(run)
    await runOnce(run)
    expect(run.keytrail.sent()).toBe(54)
    expect(new Set(run.keytrail.stored.keys())).toEqual(source())
  })

  test('finds rows that got the row ids of deleted ones', async () => {
    write(...historyRows(20))
    const run = setUp()
    await runOnce(run)
    const first = source()
    writer.exec('DELETE FROM event WHERE rowid > 15')
    write(...historyRows(5))
    await runOnce(run)
    expect(new Set(run.keytrail.stored.keys())).toEqual(new Set([...first, ...source()]))
  })

  test('finds new rows after retention emptied the table', async () => {
    write(...historyRows(20))
    const run = setUp()
    await runOnce(run)
    writer.exec('DELETE FROM event')
    write(eventRow(1))
    await runOnce(run)
    expect(run.keytrail.stored.size).toBe(21)
  })

  test.each([
    ['in the same order', 'rowid'],
    ['in another order', 'uuid'],
  ])('goes on after the table was built anew %s', async (_, order) => {
    write(...historyRows(2_200))
    const run = setUp()
    await runOnce(run)
    writer.exec(`DELETE FROM event WHERE rowid % 7 = 0; CREATE TABLE copy AS SELECT * FROM event ORDER BY ${order};
      DELETE FROM event; INSERT INTO event SELECT * FROM copy; DROP TABLE copy; VACUUM`)
    const added = eventRow(3)
    write(added)
    await runOnce(run)
    expect(run.keytrail.stored.has(String(added.uuid))).toBe(true)
    expect([...source()].filter((uuid) => !run.keytrail.stored.has(uuid))).toEqual([])
  })

  test('goes on after an older copy was put in the place of the file', async () => {
    const [old, run] = [join(folder, 'backup'), setUp()]
    write(...historyRows(1_100))
    writer.exec(`VACUUM INTO '${old}'`)
    write(...historyRows(30))
    await runOnce(run)
    writer.close()
    await rm(`${path}-wal`, { force: true })
    await rm(`${path}-shm`, { force: true })
    await copyFile(old, path)
    writer = new DatabaseSync(path)
    write(...historyRows(40))
    await runOnce(run)
    expect([...source()].filter((uuid) => !run.keytrail.stored.has(uuid))).toEqual([])
    expect(run.keytrail.stored.size).toBe(1_170)
  })

  test('sends only the events of the organizations that are asked for, in any case of their ids', async () => {
    write(eventRow(3), eventRow(2, { org_uuid: acme.toUpperCase() }), eventRow(1, { org_uuid: null }))
    const run = setUp()
    await runOnce({ ...run, organizations: [acme] })
    expect(run.keytrail.stored.size).toBe(2)
  })
})

describe('a file that is no whole database now', () => {
  test.each([
    ['is being copied', async () => truncate(path, 8_000), 'no whole SQLite database'],
    ['holds something else', async () => writeFile(path, 'x'.repeat(9_000)), 'no whole SQLite database'],
    ['is empty', async () => truncate(path, 0), 'has no table "event"'],
    ['is missing', async () => rm(path), 'cannot be opened'],
  ])('%s: the agent says so, waits, and goes on when it is whole', async (_, damage, words) => {
    write(...historyRows(30))
    const whole = join(folder, 'whole')
    writer.exec(`VACUUM INTO '${whole}'`)
    writer.close()
    await damage()
    const run = setUp()
    let opened = 0
    const open = async () => {
      if (opened++ === 2) await copyFile(whole, path)
      return openSqlite(path)
    }
    const { said } = await runOnce({ ...run, open })
    expect(said.filter((line) => line.includes(words))).toHaveLength(2)
    expect(run.keytrail.stored.size).toBe(30)
    writer = new DatabaseSync(path)
  })

  test('is locked: the agent says so, and reads it when it is not', async () => {
    writer.exec('PRAGMA journal_mode = DELETE')
    write(...historyRows(30))
    const run = setUp()
    const other = new DatabaseSync(path)
    other.exec('BEGIN EXCLUSIVE')
    const unlock = (step: number) => {
      if (step === 3) other.close()
    }
    const { said } = await runOnce({ ...run, open: () => openSqlite(path, 1), onStep: unlock })
    expect(said.some((line) => line.includes('is locked'))).toBe(true)
    expect(run.keytrail.stored.size).toBe(30)
  })
})

describe('a schema of another version', () => {
  const remake = (keep: (table: string, column: string) => boolean) => {
    for (const table of Object.keys(tables)) writer.exec(`DROP TABLE IF EXISTS "${table}"`)
    for (const statement of createStatements('sqlite', keep)) writer.exec(statement)
  }

  test('that lacks tables and columns which are only wanted is read, with words', async () => {
    remake(
      (table, column) =>
        table !== 'groups' && table !== 'org_policies' && column !== 'manage' && column !== 'access_all',
    )
    insert(writer, 'organizations', { uuid: acme, name: 'Acme' })
    write(eventRow(1))
    const run = setUp()
    const { said } = await runOnce(run)
    expect(said.join('\n')).toContain('no table "groups"')
    expect(said.join('\n')).toContain('"users_collections" has no column manage')
    expect(run.keytrail.stored.size).toBe(1)
  })

  test('that has nothing but the documented columns is enough', async () => {
    const listed = new Map(
      Object.entries(tables).map(([table, { needed, wanted }]) => [table, [...needed, ...wanted].map(String)]),
    )
    remake((table, column) => listed.get(table)?.includes(column) ?? false)
    insert(writer, 'organizations', { uuid: acme, name: 'Acme' })
    write(eventRow(1))
    const { said } = await runOnce(setUp())
    expect(said.filter((line) => line.includes('has no'))).toEqual([])
  })

  test('with more columns and tables is read as before', async () => {
    writer.exec('ALTER TABLE event ADD COLUMN new_uuid TEXT; CREATE TABLE newer (uuid TEXT)')
    write(eventRow(1), eventRow(1, { event_type: 4_711 }))
    const run = setUp()
    await runOnce(run)
    expect(run.keytrail.stored.size).toBe(2)
  })

  test('without what the agent needs is refused in words', async () => {
    remake((table, column) => table !== 'event' || column !== 'event_date')
    await expect(runOnce(setUp())).rejects.toThrow('The table "event" has no column event_date')
  })
})
