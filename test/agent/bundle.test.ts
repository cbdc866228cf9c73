// The bundle of the agent runs alone, far from the repository, and the files beside it name files that are there.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTrialDatabase } from '../../local/vaultwarden/trial.ts'
import { buildAgent } from '../../scripts/build-agent.ts'

const root = resolve(import.meta.dirname, '../..')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-agent-bundle-'))
  await buildAgent(root, join(folder, 'agent'))
})
afterAll(() => rm(folder, { recursive: true }))

const agent = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  promisify(execFile)(process.execPath, [join(folder, 'agent/keytrail-agent.mjs'), ...args], { cwd: folder, env })

test('says what it would send of a database', async () => {
  makeTrialDatabase(join(folder, 'db.sqlite3'), Date.now())
  const key = { KEYTRAIL_CLIENT_ID: 'server.x', KEYTRAIL_CLIENT_SECRET: 'x' }
  const { stdout } = await agent(['--dry-run'], { KEYTRAIL_URL: 'https://keytrail.test', DATABASE_URL: folder, ...key })
  expect(stdout).toContain('Birchwood')
  expect(stdout).toContain('823 events')
  expect(await readdir(folder)).not.toContain('keytrail-agent-state.json')
})

test.each(['postgres://a:b@127.0.0.1:1/v', 'mysql://a:b@127.0.0.1:1/v'])('holds the driver of %s', async (url) => {
  const key = { KEYTRAIL_CLIENT_ID: 'server.x', KEYTRAIL_CLIENT_SECRET: 'x' }
  const failure = agent(['--check'], { KEYTRAIL_URL: 'http://127.0.0.1:1', DATABASE_URL: url, ...key })
  await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be reached now') })
})

test('ends with 2 and names what is missing in the settings', async () => {
  await expect(agent([], {})).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('KEYTRAIL_URL is missing'),
  })
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
