// The key of a local app: made once, for its owner's eyes alone, and good for the app.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appSettings } from '../../../local/start/settings.ts'
import { tokenKeyIn } from '../../../local/start/token-key.ts'
import { readConfig } from '../../../src/config.ts'

test('a key is made at the first start, kept, and the app runs with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-token-key-'))
  const file = join(folder, 'data', 'token-key.pem')

  const signingKey = await tokenKeyIn(file)
  expect(await tokenKeyIn(file)).toBe(signingKey)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'data'))).toEqual(['token-key.pem'])

  const issuedTokens = { issuer: 'http://127.0.0.1:7071', signingKey }
  const settings = appSettings(
    { connectionString: 'UseDevelopmentStorage=true', issuer: 'http://127.0.0.1:7072', issuedTokens },
    {},
  )
  expect(readConfig(settings).issuedTokens).toEqual({ ...issuedTokens, signingKey: signingKey.trim() })
  await rm(folder, { recursive: true })
})
