// What the agent does the same with every database server: a suite that each server's test runs.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { opening } from '../../../agent/database/open.ts'
import { birchwood, memberId } from '../../../local/vaultwarden/people.ts'
import { directoryRows } from '../../../local/vaultwarden/trial.ts'
import { fakeKeytrail } from '../../support/agent/fake-keytrail.ts'
import { eventRow, historyRows } from '../../support/agent/rows.ts'
import { killedAtEveryStep, memoryState, runOnce } from '../../support/agent/steps.ts'
import { acme } from '../../support/events.ts'
import { freePort } from './private-server.ts'
import type { VaultwardenDatabase } from './vaultwarden-database.ts'

/** Tests the agent with a server. */
export function followsADatabaseServer(start: () => Promise<VaultwardenDatabase>): void {
  let vault: VaultwardenDatabase
  beforeAll(async () => {
    vault = await start()
  })
  afterAll(() => vault.stop())
  beforeEach(() => vault.run('DELETE FROM event'))

  const write = (...rows: Parameters<VaultwardenDatabase['insert']>[1][]) => vault.insert('event', ...rows)
  const source = async () => new Set((await vault.run('SELECT uuid FROM event')).map(({ uuid }) => String(uuid)))
  const setUp = () => ({ keytrail: fakeKeytrail(), store: memoryState(), open: opening(vault.url) })

  describe('stored is the source', () => {
    test.each(['before', 'after'] as const)('with a writer at work, and killed %s any step', async (when) => {
      await write(...historyRows(3_000))
      const onStep = (step: number) => write(eventRow(step * 61), eventRow(0))
      const make = async () => ({ ...setUp(), onStep })
      const steps = await killedAtEveryStep(when, make, async ({ stored }) =>
        expect(new Set(stored.keys())).toEqual(await source()),
      )
      expect(steps).toBeGreaterThan(12)
    })

    test.each(['before', 'after'] as const)('with an outage %s each step, within one run', async (when) => {
      await write(...historyRows(2_500))
      const { steps } = await runOnce(setUp())
      for (let at = 0; at < steps; at++) {
        const run = setUp()
        await runOnce({ ...run, fault: { at, when, kind: 'outage' } })
        expect(new Set(run.keytrail.stored.keys())).toEqual(await source())
      }
    })
  })

  describe('following', () => {
    test('finds rows with any date, and sends no hour again in which nothing is new', async () => {
      await write(...historyRows(500))
      const run = setUp()
      await runOnce(run)
      expect(run.keytrail.sent()).toBe(500)
      await runOnce(run)
      expect(run.keytrail.sent()).toBe(500)
      for (const minutesAgo of [0, 1, 60 * 24 * 20, 60 * 24 * 900]) await write(eventRow(minutesAgo))
      await runOnce(run)
      expect(new Set(run.keytrail.stored.keys())).toEqual(await source())
      expect(run.keytrail.sent()).toBeLessThan(600)
    })

    test('goes on when old rows are deleted', async () => {
      await write(...historyRows(600))
      const run = setUp()
      await runOnce(run)
      await vault.run("DELETE FROM event WHERE event_date < '2026-11-27 20:30:00'")
      await write(eventRow(2))
      await runOnce(run)
      expect(run.keytrail.stored.size).toBe(601)
      const { sent } = run.keytrail
      const before = sent()
      await runOnce(run)
      expect(sent()).toBe(before)
    })

    test('pages through more events of one second than a read takes', async () => {
      await write(...Array.from({ length: 4_500 }, () => eventRow(60 * 24 * 50)))
      const run = setUp()
      await runOnce(run)
      expect(run.keytrail.sent()).toBe(4_500)
      expect(run.keytrail.stored.size).toBe(4_500)
    })

    test('sends a date as the vault wrote it, in UTC', async () => {
      const row = eventRow(0, { event_date: '2026-03-29 02:30:15' })
      await write(row)
      const { keytrail, ...run } = setUp()
      await runOnce({ keytrail, ...run })
      expect(keytrail.stored.get(String(row.uuid))).toMatchObject({
        date: '2026-03-29T02:30:15.0000000Z',
        type: 1107,
        deviceType: 9,
      })
    })

    test('sends only the organizations that are asked for', async () => {
      await write(eventRow(1), eventRow(1, { org_uuid: birchwood }), eventRow(1, { org_uuid: null }))
      const run = setUp()
      await runOnce({ ...run, organizations: [acme] })
      expect(run.keytrail.stored.size).toBe(1)
    })
  })

  test('a user with the documented grants alone is enough, and may write nothing', async () => {
    for (const [table, row] of directoryRows()) await vault.insert(table, row)
    const run = setUp()
    const { said } = await runOnce(run)
    expect(said.filter((line) => line.includes('has no'))).toEqual([])
    const organization = await run.keytrail.directory.organization(birchwood)
    expect(organization).toMatchObject({
      name: 'Birchwood',
      groups: [{ name: 'Operations' }],
      policies: [{ enabled: true }],
    })
    expect(organization?.members.find(({ id }) => id === memberId('Sam Reed'))).toMatchObject({ status: -1, type: 2 })
    expect(organization?.members.filter((each) => each.twoFactorEnabled)).toHaveLength(1)
    const database = await opening(vault.url)()
    await expect(database.select('SELECT password_hash FROM users')).rejects.toThrow('GRANT')
    await expect(database.select('DELETE FROM event')).rejects.toThrow()
    await database.close()
  })

  test.each([
    ['a wrong password', () => ({ password: 'wrong' }), 'refuses the user or password'],
    ['another database', () => ({ database: 'other' }), /no such database|refuses this database/],
    ['no server', async () => ({ port: await freePort() }), 'cannot be reached now'],
  ])('%s is said in words, without the password', async (_, parts, words) => {
    const failure = await opening(vault.urlWith(await parts()))().then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(String(failure)).toMatch(words)
    expect(String(failure)).not.toContain('wrong@')
  })
}
