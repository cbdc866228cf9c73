// A start that fails: which error, and what it says. The order matters: a process loads an app once.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHost } from '../../../local/host/host.ts'
import { fakeLog } from './fakes.ts'
import { fixtureAppDir } from './fixture.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'host-start-'))
})
afterAll(() => rm(dir, { recursive: true }))

const { entries, log } = fakeLog()
const start = (appDir: string) => startHost({ appDir, port: 0, settings: { STARTED: 'yes' }, stateDir: dir, log })

test('names host.json when the folder has none', async () => {
  await expect(start(dir)).rejects.toMatchObject({ code: 'host-json-invalid' })
})

test('names package.json when it has no main', async () => {
  await writeFile(join(dir, 'host.json'), '{"version":"2.0"}')
  await writeFile(join(dir, 'package.json'), '{}')
  await expect(start(dir)).rejects.toMatchObject({
    code: 'package-json-invalid',
    message: expect.stringContaining(join(dir, 'package.json')),
  })
})

test('names the entry file when it is missing', async () => {
  await writeFile(join(dir, 'package.json'), '{"main":"dist/main.cjs"}')
  await expect(start(dir)).rejects.toMatchObject({
    code: 'entry-missing',
    message: expect.stringContaining(`${join(dir, 'dist/main.cjs')} does not exist`),
  })
})

test('logs and passes on the error of an entry file that throws', async () => {
  await expect(start(join(import.meta.dirname, 'fixture-failing'))).rejects.toMatchObject({
    code: 'entry-failed',
    message: expect.stringMatching(/fixture-failing\/entry\.cjs threw while it was loaded: bad settings: AUTH_ISSUER$/),
    cause: expect.objectContaining({ message: 'bad settings: AUTH_ISSUER' }),
  })
  expect(entries).toMatchObject([
    { level: 'error', category: 'Host.Startup', message: expect.stringContaining('bad settings: AUTH_ISSUER') },
  ])
  expect(process.env.STARTED).toBe('yes')
})

test('refuses a second app in the same process', async () => {
  await expect(start(fixtureAppDir)).rejects.toMatchObject({ code: 'already-started' })
})
