// npm run keys for an emulator of one's own, and what it says when something is amiss. test/e2e/api-keys.test.ts has the rest.
import { QueueServiceClient } from '@azure/storage-queue'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Azurite, startAzurite } from '../../local/azurite.ts'
import { runKeys } from '../../scripts/keys.ts'
import { tableDirectory } from '../../src/adapters/azure/directory/directory.ts'
import { eventQueueName } from '../../src/adapters/azure/queues/storage-queue.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import { describe as describeEvent } from '../../src/domain/events/describe.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { freePorts } from '../local/start/started.ts'
import { began, eventsIn } from '../support/alerts/alerts.ts'
import { acme, globex, guid } from '../support/events.ts'

let azurite: Azurite
let port: number

beforeAll(async () => {
  port = (await freePorts()).storage
  azurite = await startAzurite({ port })
  const { connectionString } = azurite
  await tableDirectory(openStorage({ kind: 'connection-string', connectionString })).putOrganization(acme, {
    name: 'Acme',
    enabled: true,
    useEvents: true,
    usePhishingBlocker: false,
    providerId: null,
    members: [],
    groups: [],
    collections: [],
    policies: [],
  })
})
afterAll(() => azurite?.stop())

const run = (args: readonly string[], storagePort = port) =>
  runKeys(args, { KEYTRAIL_STORAGE_PORT: `${storagePort}` }, () => began)

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

describe('the organization’s log', () => {
  /** The events that are on their way, taken off the queue. */
  const reported = async () => {
    const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(eventQueueName)
    await queue.createIfNotExists()
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 })
    await Promise.all(receivedMessageItems.map((each) => queue.deleteMessage(each.messageId, each.popReceipt)))
    return eventsIn(receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString()))
  }

  test('says what was made, rotated and revoked, by no user, and once each', async () => {
    await reported()
    const { text } = await run(['create', '--local', '--org', acme, '--name', 'Elastic'])
    const [id = ''] = text.split(' ')
    await run(['rotate', '--local', '--org', acme, '--key', id])
    await run(['rotate', '--local', '--org', acme, '--key', id, '--overlap-hours', '0'])
    await run(['list', '--local', '--org', acme])
    await run(['revoke', '--local', '--org', acme, '--key', id])

    const events = await reported()
    const at = { organizationId: acme, objectId: id, objectName: 'Elastic', clientDate: '' }
    const common = { ...at, id: expect.any(String), date: instantAt(began) }
    expect(events.toSorted((one, other) => one.type - other.type)).toEqual(
      [9_020, 9_021, 9_021, 9_022].map((type) => ({ ...common, type })),
    )
    expect(new Set(events.map((event) => event.id)).size).toBe(4)
    expect(events.map((event) => describeEvent(event))).toContain('Created API key Elastic.')
  })

  test('says nothing about what is refused', async () => {
    await reported()
    for (const command of ['rotate', 'revoke']) {
      await expect(run([command, '--local', '--org', acme, '--key', guid(9)])).rejects.toThrow('no such key')
    }
    expect(await reported()).toEqual([])
  })

  test('comes first: while it is out of mapStorageErrors, no key is made', async () => {
    const { app: nothing } = await freePorts()
    const cut = azurite.connectionString.replace(/QueueEndpoint=[^;]+/, (endpoint) =>
      endpoint.replace(/:\d+\//, `:${nothing}/`),
    )
    const args = ['create', '--connection-string-from-env', 'CUT', '--org', guid(5, 'a'), '--name', 'Lost']
    await expect(runKeys(args, { CUT: cut }, () => began)).rejects.toThrow('event queue is unavailable')
    expect(await run(['list', '--local', '--org', guid(5, 'a')])).toEqual({ text: 'no keys' })
  })
})

describe('--server', () => {
  test('makes, lists, rotates and revokes a key for named organizations, or for all', async () => {
    const named = ['--organization', acme, '--organization', globex]
    const { text, warning } = await run(['create', '--local', '--server', '--name', 'Agent', ...named])
    const [id = ''] = text.split(' ')
    expect(text).toContain(`Agent, made 2026`)
    expect(text).toContain(`, for ${acme}, ${globex}\n`)
    expect(text).toMatch(new RegExp(`client_id {6}server\\.${id}\nclient_secret {2}[\\w-]{43}\n`))
    expect(warning).toBeUndefined()
    expect((await run(['list', '--local', '--server'])).text).toContain(`${id}  Agent`)
    expect((await run(['rotate', '--local', '--server', '--key', id])).text).toContain('client_secret')
    expect((await run(['revoke', '--local', '--server', '--key', id])).text).toBe(`revoked ${id} (Agent)`)
    await expect(run(['revoke', '--local', '--server', '--key', id])).rejects.toThrow('no such server key')
    expect((await run(['list', '--local', '--server'])).text).toBe('no keys')

    const { text: forAll } = await run(['create', '--local', '--server', '--name', 'Vault'])
    expect(forAll).toContain(', for all organizations')
  })

  test.each([
    [['create', '--server', '--name', 'x', '--organization', 'acme'], '--organization must be a GUID'],
    [['create', '--server', '--name', 'x', '--organization', ''], '--organization must be a GUID'],
    [['create', '--server', '--name', 'x', '--org', acme], '--org is for keys of the other kind'],
    [['create', '--org', acme, '--name', 'x', '--organization', acme], '--organization is for keys of the other kind'],
    [['create', '--server'], '--name must have'],
    [['rotate', '--server'], '--key must be a GUID'],
  ])('%j is refused, and makes no key for all', async (args, message) => {
    await expect(run([...args, '--local'])).rejects.toThrow(message)
  })
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
