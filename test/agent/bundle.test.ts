// The bundle of the agent runs alone, far from the repository, and the files beside it name files that are there.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parseSync } from 'rolldown/utils'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeNeeded, tooOld } from '../../agent/node-needed.ts'
import { makeTrialDatabase } from '../../local/vaultwarden/trial.ts'
import { buildAgent } from '../../scripts/build-agent.ts'

const root = resolve(import.meta.dirname, '../..')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-agent-bundle-'))
  await buildAgent(root, join(folder, 'agent'))
})
afterAll(() => rm(folder, { recursive: true }))

const bundle = () => join(folder, 'agent/keytrail-agent.mjs')
const agent = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  promisify(execFile)(process.execPath, [bundle(), ...args], { cwd: folder, env })

test('says what it would send of a database', async () => {
  makeTrialDatabase(join(folder, 'db.sqlite3'), Date.now())
  const key = { KEYTRAIL_CLIENT_ID: 'server.x', KEYTRAIL_CLIENT_SECRET: 'x' }
  const { stdout } = await agent(['--dry-run'], { KEYTRAIL_URL: 'https://keytrail.test', DATABASE_URL: folder, ...key })
  expect(stdout).toContain('Birchwood')
  expect(stdout).toContain('835 events')
  expect(await readdir(folder)).not.toContain('keytrail-agent-state.json')
})

test.each(['postgres://a:b@127.0.0.1:1/v', 'mysql://a:b@127.0.0.1:1/v'])('holds the driver of %s', async (url) => {
  const key = { KEYTRAIL_CLIENT_ID: 'server.x', KEYTRAIL_CLIENT_SECRET: 'x' }
  const failure = agent(['--check'], { KEYTRAIL_URL: 'http://127.0.0.1:1', DATABASE_URL: url, ...key })
  await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be reached now') })
})

test('says in words what is wrong on both sides: a file that is no database, and a Keytrail that is not there', async () => {
  const path = join(folder, 'no-database')
  await writeFile(path, 'x'.repeat(9_000))
  const key = { KEYTRAIL_CLIENT_ID: 'server.x', KEYTRAIL_CLIENT_SECRET: 'hush-hush' }
  const run = await agent(['--check'], { KEYTRAIL_URL: 'http://127.0.0.1:1', DATABASE_URL: path, ...key }).catch(
    (error: unknown) => error,
  )
  expect(run).toMatchObject({ code: 1, stdout: '' })
  const { stderr } = v.parse(v.object({ stderr: v.string() }), run)
  expect(stderr).toContain(`Wrong: ${path} is no whole SQLite database now`)
  expect(stderr).toContain('Wrong: http://127.0.0.1:1 cannot be reached')
  expect(stderr).not.toMatch(/^ {4}at |hush-hush/m)
})

test('ends with 2 and names what is missing in the settings', async () => {
  await expect(agent([], {})).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('KEYTRAIL_URL is missing'),
  })
})

describe('an older Node', () => {
  test('ends with a line that says so', async () => {
    const older = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`
    const run = promisify(execFile)(process.execPath, ['--import', older, bundle()], { cwd: folder, env: {} })
    const words = `This is Node 20.20.2; keytrail-agent needs Node ${nodeNeeded} or later.\n`
    await expect(run).rejects.toMatchObject({ code: 2, stdout: '', stderr: words })
  })

  test('finds all that the bundle imports at its top', async () => {
    const { module } = parseSync('agent.mjs', await readFile(bundle(), 'utf8'))
    const imported = module.staticImports.flatMap(({ moduleRequest, entries }) =>
      entries.map(({ importName }) => `${moduleRequest.value} ${importName.name ?? 'default'}`),
    )
    // Node 18 has each of these.
    const known = [
      ...['node:crypto createHash', 'node:fs readFileSync', 'node:module createRequire', 'node:util default'],
      ...['open', 'readFile', 'rename', 'stat'].map((name) => `node:fs/promises ${name}`),
      ...['node:path resolve', 'node:timers/promises setTimeout', 'node:util parseArgs', 'node:v8 setFlagsFromString'],
    ]
    expect(imported.filter((each) => !known.includes(each))).toEqual([])
  })

  test.each([
    ['18.20.8', false],
    ['22.12.9', false],
    ['22.13.0', true],
    ['23.0.0', true],
    ['24.21.0', true],
  ])('%s: enough? %s', (version, enough) => expect(tooOld(version) === undefined).toBe(enough))
})

test('has beside it what its Containerfile copies, and a manifest that names it', async () => {
  const files = await readdir(join(folder, 'agent'))
  const text = await readFile(join(folder, 'agent/Containerfile'), 'utf8')
  const [, copied = ''] = /^COPY --chmod=0444 (.*) \/opt\/keytrail-agent\/$/m.exec(text) ?? []
  expect(copied.split(' ').filter((name) => !files.includes(name))).toEqual([])
  expect(text).toContain('\nUSER node\n')
  const { bin } = JSON.parse(await readFile(join(folder, 'agent/package.json'), 'utf8'))
  expect(files).toContain(bin['keytrail-agent'])
})
