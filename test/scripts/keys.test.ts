// npm run keys for an emulator of one's own, and what it says when something is amiss. test/e2e/api-keys.test.ts has the rest.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Azurite, startAzurite } from '../../local/azurite.ts'
import { runKeys } from '../../scripts/keys.ts'
import { openStorage } from '../../src/adapters/azure-storage.ts'
import { tableDirectory } from '../../src/adapters/table-directory.ts'
import { freePorts } from '../local/start/started.ts'
import { acme, globex } from '../support/events.ts'

let azurite: Azurite
let port: number

beforeAll(async () => {
  port = (await freePorts()).storage
  azurite = await startAzurite({ port })
  const { connectionString } = azurite
  await tableDirectory(openStorage({ kind: 'connection-string', connectionString })).putOrganization(acme, {
    ...{ name: 'Acme', enabled: true, useEvents: true, usePhishingBlocker: false, providerId: null },
    ...{ members: [], groups: [], collections: [], policies: [] },
  })
})
afterAll(() => azurite?.stop())

const run = (args: readonly string[], storagePort = port) =>
  runKeys(args, { KEYTRAIL_STORAGE_PORT: `${storagePort}` }, Date.now)

test('a key for an organization that the directory knows is made without a word more', async () => {
  const { text, warning } = await run(['create', '--local', '--org', acme, '--name', 'Splunk'])

  expect(text).toContain(`client_id      organization.${acme}`)
  expect(warning).toBeUndefined()
})

test('a key for an organization that the directory does not know is made all the same, with a warning', async () => {
  const { text, warning } = await run(['create', '--local', '--org', globex, '--name', 'Splunk'])

  expect(text).toContain(`client_id      organization.${globex}`)
  expect(warning).toBe(
    'the directory does not know this organization yet: its log is empty until a server reports events',
  )
  expect(await run(['list', '--local', '--org', globex])).toEqual({ text: expect.stringContaining('Splunk') })
})

test('--local without an emulator says where it looked', async () => {
  const { storage } = await freePorts()

  await expect(run(['list', '--local', '--org', acme], storage)).rejects.toThrow(
    `no storage emulator at 127.0.0.1:${storage}: is npm start running, with the same KEYTRAIL_STORAGE_PORT?`,
  )
})

test.each([
  [['make', '--org', acme], 'there is no command make\n\nnpm run keys -- create'],
  [['toString', '--org', acme], 'there is no command toString\n\n'],
  [['list', 'all', '--org', acme], 'all is one argument too many\n\n'],
  [['list', '--all'], "Unknown option '--all'"],
  [[], 'npm run keys -- create'],
])('%j is refused with what is wrong and the usage', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message)
  await expect(run(args)).rejects.toThrow('npm run keys -- revoke')
})
