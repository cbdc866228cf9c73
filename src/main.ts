// The app: adapters wired to functions, and every trigger registered, from top to bottom.
import { app, trigger } from '@azure/functions'
import { openStorage } from './adapters/azure-storage.ts'
import { cachedDirectory } from './adapters/cached-directory.ts'
import { joseTokens } from './adapters/jose-tokens.ts'
import { eventQueueName, storageQueue } from './adapters/storage-queue.ts'
import { tableDirectory } from './adapters/table-directory.ts'
import { tableEventStore } from './adapters/table-event-store.ts'
import { readConfig } from './config.ts'
import { authenticateWith } from './functions/authenticate.ts'
import { collect } from './functions/collect.ts'
import { processEvents } from './functions/process-events.ts'
import {
  readItemEvents,
  readMemberEvents,
  readOrganizationEvents,
  readOwnEvents,
  readProviderEvents,
} from './functions/read-events.ts'
import { readPublicEvents } from './functions/read-public-events.ts'
import { serverEvents } from './functions/server-events.ts'
import { alive, health, readVersion } from './functions/status.ts'
import { deleteItem, putItems, putOrganization, putProvider } from './functions/write-directory.ts'

/** How far behind now the feed ends: two writers' clocks apart, and a transaction under way. */
const feedHorizonMs = 15_000

const { storage: storageSettings, tokens, origins, address } = readConfig(process.env)
const now = () => Date.now()
const storage = openStorage(storageSettings)
const store = tableEventStore(storage, { now, feedHorizonMs })
const queue = storageQueue(storage)
const directory = cachedDirectory(tableDirectory(storage), now)
const authenticate = authenticateWith(joseTokens(tokens, now))
const ports = { store, queue, directory, authenticate, origins, address, now }

// The host tries routes in the order of the functions' names and takes the first that fits; no two of these overlap.
// OPTIONS is a browser's question before it calls from another origin.
const open = { authLevel: 'anonymous' } as const

app.http('alive', { ...open, methods: ['GET'], route: 'alive', handler: alive(ports) })
app.http('version', { ...open, methods: ['GET'], route: 'version', handler: readVersion() })
app.http('health', { ...open, methods: ['GET'], route: 'health', handler: health({ queue, table: store }) })

app.http('collect', { ...open, methods: ['POST', 'OPTIONS'], route: 'collect', handler: collect(ports) })
app.http('eventsCollect', { ...open, methods: ['POST', 'OPTIONS'], route: 'events/collect', handler: collect(ports) })
app.http('serverEvents', { ...open, methods: ['POST'], route: 'events', handler: serverEvents(ports) })

app.http('ownEvents', { ...open, methods: ['GET', 'OPTIONS'], route: 'events', handler: readOwnEvents(ports) })
app.http('organizationEvents', {
  ...open,
  methods: ['GET', 'OPTIONS'],
  route: 'organizations/{id:guid}/events',
  handler: readOrganizationEvents(ports),
})
app.http('memberEvents', {
  ...open,
  methods: ['GET', 'OPTIONS'],
  route: 'organizations/{orgId:guid}/users/{memberId:guid}/events',
  handler: readMemberEvents(ports),
})
app.http('itemEvents', {
  ...open,
  methods: ['GET', 'OPTIONS'],
  route: 'ciphers/{id:guid}/events',
  handler: readItemEvents(ports),
})
app.http('providerEvents', {
  ...open,
  methods: ['GET', 'OPTIONS'],
  route: 'providers/{id:guid}/events',
  handler: readProviderEvents(ports),
})
app.http('publicEvents', { ...open, methods: ['GET'], route: 'public/events', handler: readPublicEvents(ports) })

app.http('putOrganization', {
  ...open,
  methods: ['PUT'],
  route: 'directory/organizations/{id:guid}',
  handler: putOrganization(ports),
})
app.http('putItems', {
  ...open,
  methods: ['PUT'],
  route: 'directory/organizations/{id:guid}/items',
  handler: putItems(ports),
})
app.http('deleteItem', {
  ...open,
  methods: ['DELETE'],
  route: 'directory/organizations/{id:guid}/items/{itemId:guid}',
  handler: deleteItem(ports),
})
app.http('putProvider', {
  ...open,
  methods: ['PUT'],
  route: 'directory/providers/{id:guid}',
  handler: putProvider(ports),
})

// As bytes: parsed and written again, a message that must be set aside would not be what it was.
app.generic('processEvents', {
  trigger: trigger.generic({
    type: 'queueTrigger',
    name: 'message',
    queueName: eventQueueName,
    connection: 'EventsStorage',
    dataType: 'binary',
  }),
  handler: processEvents(ports),
})
