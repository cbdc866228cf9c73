// The agent as people get it, a process of its own, between a Vaultwarden's database and the running app: all that happened is in the log
// once, however the agent ends, and under the names that the vault has.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { birchwood, memberId } from '../../local/vaultwarden/people.ts'
import type { VaultwardenRow } from '../../local/vaultwarden/schema.ts'
import { insert, makeTrialDatabase, sqliteDate } from '../../local/vaultwarden/trial.ts'
import { tableDirectory } from '../../src/adapters/azure/directory/directory.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import { guidOfContent } from '../../src/domain/guid.ts'
import { type Passing, passTo } from '../support/agent/passing.ts'
import { signingKey } from '../support/api-keys.ts'
import { userClaims } from '../support/calls.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const root = resolve(import.meta.dirname, '../..')
const [nora, ben] = [guidOfContent('user', 'Nora Owens'), guidOfContent('user', 'Ben Alvarez')]
const operations = guidOfContent('group', 'Operations')
const moreEvents = 150
/** All events of these tests, for lists. */
const range = `start=${new Date(Date.now() - 60 * 86_400_000).toISOString()}`

let app: RunningApp
let passing: Passing
let folder: string
let vault: DatabaseSync
let onEvents: (count: number, when: 'before' | 'after') => unknown = () => {}
let uploads = 0
let keyId = ''

beforeAll(async () => {
  ;[app, folder] = await Promise.all([
    startApp({ TOKEN_ISSUER: 'http://keytrail.test', TOKEN_SIGNING_KEY: signingKey('ES256') }),
    mkdtemp(join(tmpdir(), 'keytrail-vaultwarden-')),
  ])
  passing = await passTo(app.url, ({ path, when }) => {
    if (path !== '/events') return
    if (when === 'before') uploads += 1
    onEvents(uploads, when)
  })
  const now = Date.now()
  makeTrialDatabase(join(folder, 'db.sqlite3'), now)
  vault = new DatabaseSync(join(folder, 'db.sqlite3'))
  vault.exec('BEGIN')
  for (let index = 0; index < moreEvents; index++) insert(vault, 'event', rowAt(now - index * 1_000))
  vault.exec('COMMIT')
  keyId = await settings()
})
afterAll(async () => {
  vault?.close()
  await passing?.stop()
  await app?.stop()
  await rm(folder, { recursive: true })
})

const rowAt = (ms: number, more: VaultwardenRow = {}): VaultwardenRow => ({
  uuid: randomUUID(),
  event_type: 1400,
  org_uuid: birchwood,
  group_uuid: operations,
  act_user_uuid: nora,
  device_type: 9,
  ip_address: '203.0.113.7',
  event_date: sqliteDate(ms),
  ...more,
})

/** Runs the command line for server keys; gives what it prints. */
async function keys(...args: readonly string[]): Promise<string> {
  const given = [join(root, 'scripts/keys.ts'), ...args, '--server', '--connection-string-from-env', 'STORAGE']
  const env = { ...process.env, STORAGE: app.connectionString }
  return (await promisify(execFile)(process.execPath, given, { env })).stdout
}

/** Writes the agent's settings with a new server key; gives the key's id. */
async function settings(): Promise<string> {
  const printed = await keys('create', '--name', 'Vaultwarden')
  const [, id = ''] = /^client_id +(\S+)$/m.exec(printed) ?? []
  const [, secret] = /^client_secret +(\S+)$/m.exec(printed) ?? []
  const lines = [
    `KEYTRAIL_URL=${passing.url}`,
    `KEYTRAIL_CLIENT_ID=${id}`,
    `KEYTRAIL_CLIENT_SECRET=${secret}`,
    `DATABASE_URL=${folder}`,
    `STATE_FILE=${join(folder, 'state.json')}`,
    'INTERVAL_SECONDS=5',
  ]
  await writeFile(join(folder, 'agent.env'), lines.join('\n'))
  return id.replace('server.', '')
}

const start = (...args: readonly string[]): ChildProcess =>
  spawn(
    process.execPath,
    [join(root, 'dist/agent/keytrail-agent.mjs'), '--config', join(folder, 'agent.env'), ...args],
    { env: {}, stdio: ['pipe', 'pipe', 'pipe'] },
  )

/** How a process ended, and what it wrote. */
async function ended(child: ChildProcess, input = '') {
  const written = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (written.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (written.stderr += text))
  child.stdin?.end(input)
  const [code, signal]: (number | string | null)[] = await once(child, 'close')
  return { code, signal, ...written }
}
const run = (...args: readonly string[]) => ended(start(...args))

const List = v.object({
  data: v.array(v.looseObject({ id: v.string(), type: v.number() })),
  continuationToken: v.nullable(v.string()),
})
async function listAll(path: string, user: string) {
  const token = await app.issuer.sign(userClaims(user))
  const first = `${path}?pageSize=1000&${range}`
  const events: v.InferOutput<typeof List>['data'] = []
  for (let query = first; ; ) {
    const response = await app.send(`GET ${query}`, { token })
    if (response.status === 404) return []
    const { data, continuationToken } = v.parse(List, response.json)
    events.push(...data)
    if (continuationToken === null) return events
    query = `${first}&continuationToken=${continuationToken}`
  }
}
/** The organization's log, without what Keytrail writes itself (about the keys). */
const organizationLog = async () =>
  (await listAll(`/organizations/${birchwood}/events`, nora)).filter(({ type }) => type < 9_000)
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id).toSorted()
const source = (where: string) =>
  vault
    .prepare(`SELECT uuid FROM event WHERE ${where}`)
    .all()
    .map(({ uuid }) => String(uuid))
    .toSorted()
const ofBirchwood = () => source(`org_uuid = '${birchwood}'`)

/** Waits until as many events are in the log as in the vault, and gives those of the log. */
const arrived = () =>
  eventually('all events are in the log', async () => {
    const found = await organizationLog()
    return found.length >= ofBirchwood().length && found
  })

describe('before anything is sent', () => {
  test('--check says that both sides are as they should be', async () => {
    const { code, stderr } = await run('--check')
    expect(stderr).toContain(`Organizations: Birchwood (${birchwood})`)
    expect(stderr).toContain('the server key is valid')
    expect(code).toBe(0)
  })

  test('--dry-run says how many events there are, and neither sends nor writes anything', async () => {
    const before = await readdir(folder)
    const { code, stdout } = await run('--dry-run')
    expect(stdout).toContain(`Birchwood (${birchwood}): 985 events`)
    expect(stdout).toContain('7 members, 39 items without names')
    expect(code).toBe(0)
    expect(await readdir(folder)).toEqual(before)
    expect(uploads).toBe(0)
    expect(await organizationLog()).toEqual([])
  })
})

describe('the history', () => {
  test('is in the log once, though the agent was killed, and asked to end, while it sent', async () => {
    const killed = start()
    // Keytrail has the first thousand; the agent never learns.
    onEvents = (count, when) => count === 1 && when === 'after' && killed.kill('SIGKILL')
    expect(await ended(killed)).toMatchObject({ signal: 'SIGKILL' })

    uploads = 0
    const asked = start()
    onEvents = (count, when) => count === 1 && when === 'before' && asked.kill('SIGTERM')
    expect(await ended(asked)).toMatchObject({ code: 0, stderr: expect.stringContaining('Done: 1,000 events sent') })

    onEvents = () => {}
    expect(await run('--once')).toMatchObject({ code: 0, stderr: expect.stringContaining('Done: 75 events sent') })
    expect(idsOf(await arrived())).toEqual(ofBirchwood())
  })

  test('adds nothing in a second run', async () => {
    uploads = 0
    expect(await run('--once')).toMatchObject({ code: 0, stderr: expect.stringContaining('Done: 0 events sent') })
    expect(uploads).toBe(0)
    expect(await run('--dry-run')).toMatchObject({ code: 0, stdout: 'Nothing is new.\n' })
  })

  test('is not stored twice when the state is lost', async () => {
    await rm(join(folder, 'state.json'))
    expect(await run('--once')).toMatchObject({ code: 0, stderr: expect.stringContaining('1,075 events sent') })
    const last = rowAt(Date.now())
    insert(vault, 'event', last)
    await run('--once')
    await eventually('the last event is in the log', async () =>
      (await organizationLog()).some(({ id }) => id === last.uuid),
    )
    expect(idsOf(await organizationLog())).toEqual(ofBirchwood())
  })

  test('of a person alone is in the personal log, once', async () => {
    const own = source(`org_uuid IS NULL AND user_uuid = '${ben}'`)
    expect(own.length).toBeGreaterThan(10)
    const listed = await eventually('the events are in the personal log', async () => {
      const found = await listAll('/events', ben)
      return found.length >= own.length && found
    })
    expect(idsOf(listed)).toEqual(own)
  })
})

test('a running agent sends what is new, and ends in peace', async () => {
  const agent = start()
  const end = ended(agent)
  await eventually('the agent looked once', async () => (await readFile(join(folder, 'state.json'))).length > 0)
  const added = rowAt(Date.now() - 40 * 86_400_000)
  insert(vault, 'event', added)
  await eventually('the event is in the log', async () => (await organizationLog()).some(({ id }) => id === added.uuid))
  agent.kill('SIGTERM')
  expect(await end).toMatchObject({ code: 0, signal: null })
})

describe('names', () => {
  const key = () =>
    app.issuer.sign({ client_id: `organization.${birchwood}`, client_sub: birchwood, scope: 'api.organization' })
  const publicEvents = async (query: string) =>
    v.parse(List, (await app.send(`GET /public/events?${range}&${query}`, { token: await key() })).json).data

  test('of people and groups are beside the events', async () => {
    const [event] = await publicEvents(`groupId=${operations}`)
    expect(event).toMatchObject({ actingUserName: 'Nora Owens', actingUserEmail: 'nora@birchwood.test' })
    const token = await key()
    expect((await app.send(`GET /public/groups/${operations}`, { token })).json).toMatchObject({ name: 'Operations' })
    expect((await app.send(`GET /public/members/${memberId('Sam Reed')}`, { token })).json).toMatchObject({
      name: 'Sam Reed',
      email: 'sam@birchwood.test',
      status: -1,
    })
    const { json } = await app.send('GET /public/collections', { token })
    expect(v.parse(v.object({ data: v.array(v.unknown()) }), json).data).toHaveLength(3)
  })

  test('of the admin panel is beside what it did', async () => {
    expect(await publicEvents(`memberId=${memberId('Sam Reed')}`)).toMatchObject([
      { type: 1511, actingUserId: null, actingUserName: 'VaultwardenAdmin', device: 14 },
    ])
  })

  test('of items come with --item-names, and nothing else of them', async () => {
    const [item, other] = [guidOfContent('item', 0), guidOfContent('item', 1)]
    const listed = [item, other].map((id, index) => ({
      id,
      organizationId: birchwood,
      name: `Server ${index}`,
      login: { password: 'hush-hush' },
      collectionIds: [guidOfContent('collection', 'Servers')],
    }))
    const own = { id: randomUUID(), organizationId: null, name: 'hush-hush' }
    const { code, stderr } = await ended(start('--item-names', '-'), JSON.stringify([...listed, own]))
    expect(stderr).toContain(`2 items of ${birchwood} sent.`)
    expect(code).toBe(0)
    const { connectionString } = app
    const found = await tableDirectory(openStorage({ kind: 'connection-string', connectionString })).items([
      item,
      other,
    ])
    expect(found.map(({ name }) => name)).toEqual(['Server 0', 'Server 1'])
    expect(JSON.stringify(found)).not.toContain('hush-hush')
  })
})

test('a revoked key is said in words, and nothing is lost', async () => {
  const added = rowAt(Date.now())
  insert(vault, 'event', added)
  await keys('revoke', '--key', keyId)
  const { code, stderr } = await run('--once')
  expect(stderr).toContain('Keytrail refuses the server key')
  expect(stderr).not.toContain('    at ')
  expect(code).toBe(2)
  expect(await run('--check')).toMatchObject({ code: 2, stderr: expect.stringContaining('refuses the server key') })
  await settings()
  await run('--once')
  await eventually('the event is in the log', async () => (await organizationLog()).some(({ id }) => id === added.uuid))
  expect(idsOf(await organizationLog())).toEqual(ofBirchwood())
})
