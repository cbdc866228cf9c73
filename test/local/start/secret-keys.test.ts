// The keys of a local app's secrets: made once, for its owner's eyes alone, and good for the app.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { secretKeysIn } from '../../../local/start/secret-keys.ts'
import { appSettings } from '../../../local/start/settings.ts'
import { readConfig } from '../../../src/config.ts'

const connectionString = 'UseDevelopmentStorage=true'
const issuer = 'http://127.0.0.1:7072'

test('keys are made at the first start, kept, and the app runs with them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-secret-keys-'))
  const file = join(folder, 'data', 'secret-keys.txt')

  const secretKeys = await secretKeysIn(file)
  expect(await secretKeysIn(file)).toBe(secretKeys)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'data'))).toEqual(['secret-keys.txt'])

  const appUrl = 'http://127.0.0.1:7071'
  const config = readConfig(appSettings({ connectionString, issuer, secretKeys, appUrl }, {}))
  expect(config).toMatchObject({ keyring: { current: { id: 'local' } }, appUrl, allowLoopback: true })
  await rm(folder, { recursive: true })
})

test('what the environment sets wins', () => {
  const env = { SECRET_KEYS: 'mine:x', APP_URL: 'https://keytrail.example' }
  const local = { connectionString, issuer, secretKeys: 'local:x', appUrl: 'http://127.0.0.1:7071' }
  expect(appSettings(local, env)).toMatchObject(env)
})
