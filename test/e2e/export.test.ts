// Exports from upload to file: every format through the running app, its refusals, and the command run for real.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvHeader } from '../../src/domain/log/export/csv.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, globex, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const root = resolve(import.meta.dirname, '../..')
const provider = guid(1, '7')
const [carol, erin, pat] = [guid(3, 'b'), guid(5, 'b'), guid(6, 'b')]
const member = (number: number, userId: string, type: number, more: object = {}) => ({
  id: guid(number, '6'),
  userId,
  status: 2,
  type,
  name: `Member ${number}`,
  email: `m${number}@acme.test`,
  ...more,
})
const path = `/organizations/${acme}/events/export`
const startMs = Date.now() - 3_600_000
const types = [1000, 1107, 1500, 1600, 1400, 2002, 4711]

let app: RunningApp
let folder: string
const tokens: Record<string, string> = {}

beforeAll(async () => {
  ;[app, folder] = await Promise.all([startApp(), mkdtemp(join(tmpdir(), 'keytrail-export-'))])
  const { sign, forge } = app.issuer
  Object.assign(tokens, {
    alice: await sign(userClaims(alice, { orgowner: acme })),
    bob: await sign(userClaims(bob, { orguser: acme })),
    carol: await sign(userClaims(carol, { orgcustom: acme, accesseventlogs: acme })),
    erin: await sign(userClaims(erin, { orgowner: globex })),
    pat: await sign(userClaims(pat, { providerserviceuser: provider })),
    key: await sign({ client_id: `organization.${acme}`, client_sub: acme, scope: ['api.organization'] }),
    server: await sign({ client_id: 'server', scope: ['api.events.write'] }),
    forged: await forge(userClaims(alice, { orgowner: acme })),
  })
  const server = { token: tokens.server ?? '' }
  const members = [
    member(1, alice, 0, { name: '=Alice, "owner"' }),
    member(2, bob, 2),
    member(3, carol, 4, { permissions: { accessEventLogs: true } }),
  ]
  const groups = [{ id: guid(1, '8'), name: 'Engineers' }]
  const items = [{ id: guid(1, 'd'), name: '-Root "cloud"', critical: true }]
  const body = { name: 'Acme', providerId: provider, members, groups, items }
  await app.send(`PUT /directory/organizations/${acme}`, { ...server, body })
  const users = [{ id: guid(1, '4'), userId: pat, type: 1, status: 2 }]
  await app.send(`PUT /directory/providers/${provider}`, { ...server, body: { name: 'Provider', users } })
  const events = types.map((type, index) => ({
    Type: type,
    OrganizationId: acme,
    ActingUserId: alice,
    DeviceType: 9,
    IpAddress: '203.0.113.7',
    Date: new Date(startMs + index * 1_000).toISOString(),
    CipherId: guid(1, 'd'),
    GroupId: guid(1, '8'),
  }))
  expect(await app.send('POST /events', { ...server, body: events })).toMatchObject({ status: 200 })
  await eventually('the events stored', async () => (await linesOf('ndjson')).length === types.length)
})
afterAll(async () => {
  await app?.stop()
  await rm(folder, { recursive: true })
})

const get = (query: string, token = 'alice') => app.send(`GET ${path}?${query}`, { token: tokens[token] ?? '' })

const Line = v.looseObject({ id: v.optional(v.string()), type: v.optional(v.number()) })

async function linesOf(format: string, token = 'alice', filter = '') {
  const { status, text } = await get(`format=${format}${filter}`, token)
  expect(status, text).toBe(200)
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => v.parse(v.pipe(v.string(), v.parseJson(), Line), line))
}

describe('an export', () => {
  test('is the organization’s list, as every reader of it sees it', async () => {
    const list = await app.send(`GET /organizations/${acme}/events`, { token: tokens.alice ?? '' })
    for (const token of ['alice', 'carol', 'pat']) {
      expect({ object: 'list', data: await linesOf('ndjson', token), continuationToken: null }).toEqual(list.json)
    }
    expect((await linesOf('ndjson')).map(({ type }) => type)).toEqual(types.toReversed())
  })

  test('as CSV has names that no spreadsheet runs', async () => {
    const { headers, text } = await get('format=csv&type=1107')
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(headers.get('content-disposition')).toBe('attachment; filename="events.csv"')
    const date = new Date(startMs + 1_000).toISOString()
    const [{ id = '' } = {}] = await linesOf('ndjson', 'alice', '&type=1107')
    expect(text.split('\r\n')).toEqual([
      csvHeader.trimEnd(),
      `Viewed item d0000000.,fa-globe,Web Vault - Chrome,${alice},"'=Alice, ""owner""",m1@acme.test,${date},203.0.113.7,Cipher_ClientViewed,,${id},1107,${guid(1, 'd')},"'-Root ""cloud""",yes,,,,Engineers,,,`,
      '',
    ])
  })

  test('as OCSF has a class for each event', async () => {
    const lines = await linesOf('ocsf')
    expect(lines.map(({ class_uid }) => class_uid)).toEqual([0, 3004, 3006, 3004, 3001, 6001, 3002])
    expect(lines[2]).toMatchObject({ group: { uid: guid(1, '8'), name: 'Engineers' }, actor: { user: { uid: alice } } })
  })
})

describe('refusals', () => {
  test.each([
    ['bob', 404],
    ['erin', 404],
    ['key', 401],
    ['server', 401],
    ['forged', 401],
    ['nobody', 401],
  ])('%s gets a %i', async (token, status) => {
    expect(await get('format=csv', token)).toMatchObject({ status, json: { object: 'error', errors: null } })
  })

  test.each([
    ['format=pdf', 'format'],
    ['', 'format'],
    ['format=csv&start=x', 'start'],
    ['format=csv&actor=x', 'actor'],
    ['format=csv&continuationToken=abc', 'continuationToken'],
  ])('%j is a 400 that names what is wrong', async (query, parameter) => {
    expect(await get(query)).toMatchObject({ status: 400, json: { errors: { [parameter]: [expect.any(String)] } } })
  })
})

describe('npm run export', () => {
  /** Runs the command; its exit code and what it wrote. */
  async function run(args: readonly string[], token: string | undefined) {
    const env = { ...process.env, ...(token !== undefined && { KEYTRAIL_TOKEN: token }) }
    const command = ['run', '--silent', 'export', '--', ...args]
    try {
      return { code: 0, ...(await promisify(execFile)('npm', command, { cwd: root, env })) }
    } catch (error) {
      return v.parse(v.object({ code: v.number(), stdout: v.string(), stderr: v.string() }), error)
    }
  }
  const from = new Date(startMs - 86_400_000).toISOString()
  const argsFor = (format: string, out: string) => [
    '--org',
    acme,
    '--from',
    from,
    '--format',
    format,
    '--out',
    join(folder, out),
    '--url',
    app.url,
  ]

  test.each(['csv', 'ndjson', 'ocsf'])('saves what the route returns as %s', async (format) => {
    const done = await run(argsFor(format, format), tokens.alice)
    expect(done).toMatchObject({ code: 0, stderr: '7 events\n' })
    expect(done.stdout).toContain(`${format}: 7 events`)
    expect(await readFile(join(folder, format), 'utf8')).toBe((await get(`format=${format}&start=${from}`)).text)
  })

  test.each([
    ['no token', undefined, 'KEYTRAIL_TOKEN is not set'],
    ['the token of a person who may not read the log', 'bob', 'The server responded with 404.'],
    ['a token that nobody issued', 'forged', 'The server responded with 401.'],
  ])('with %s ends with 1, says why, and leaves nothing', async (_, token, message) => {
    const { code, stdout, stderr } = await run(argsFor('csv', 'none'), token && tokens[token])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
    expect((await readdir(folder)).filter((name) => name.startsWith('none'))).toEqual([])
  })

  test('without a server ends with 1 and says so', async () => {
    const { code, stderr } = await run([...argsFor('csv', 'none'), '--url', 'http://127.0.0.1:9'], tokens.alice)
    expect(code).toBe(1)
    expect(stderr).toMatch(/The export failed\. fetch failed/)
  })
})
