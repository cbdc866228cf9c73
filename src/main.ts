// The app: adapters wired to functions, and every trigger registered, from top to bottom.
import { app, type HttpFunctionOptions, type HttpHandler, type HttpMethod, trigger } from '@azure/functions'
import { openStorage } from './adapters/azure-storage.ts'
import { cachedDirectory } from './adapters/cached-directory.ts'
import { httpSender } from './adapters/http-sender.ts'
import { believingBoth, joseOwnTokens } from './adapters/jose-own-tokens.ts'
import { joseTokens } from './adapters/jose-tokens.ts'
import { memoryFailures } from './adapters/memory-failures.ts'
import { nodeSecrets } from './adapters/node-secrets.ts'
import { secretBox } from './adapters/secret-box.ts'
import { readTarget } from './adapters/sender-target.ts'
import {
  evaluationQueueName,
  eventQueueName,
  notificationQueueName,
  storageEvaluationQueue,
  storageNotificationQueue,
  storageQueue,
} from './adapters/storage-queue.ts'
import { tableAlertStore } from './adapters/table-alert-store.ts'
import { tableApiKeys } from './adapters/table-api-keys.ts'
import { tableDirectory } from './adapters/table-directory.ts'
import { feedHorizonMs, tableEventStore } from './adapters/table-event-store.ts'
import { tableIntegrations } from './adapters/table-integrations.ts'
import { tableOutbox } from './adapters/table-outbox.ts'
import { tableRuleBooks } from './adapters/table-rule-books.ts'
import { tableSummaries } from './adapters/table-summaries.ts'
import { tableWakes } from './adapters/table-wakes.ts'
import { signed } from './adapters/webhook-signing.ts'
import { readConfig } from './config.ts'
import { readPack } from './domain/alerts/rule-texts.ts'
import { createAlertMute, deleteAlertMute, listAlertMutes } from './functions/alert-mutes.ts'
import {
  createAlertRule,
  deleteAlertRule,
  listAlertRules,
  readAlertRule,
  replaceAlertRule,
  setAlertRule,
} from './functions/alert-rules.ts'
import { acknowledgeAlert, listAlerts, readAlert } from './functions/alerts.ts'
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from './functions/api-keys.ts'
import { authenticateWith } from './functions/authenticate.ts'
import { collect } from './functions/collect.ts'
import { deliverNotifications } from './functions/deliver-notifications.ts'
import { evaluateAlerts } from './functions/evaluate-alerts.ts'
import { evaluateOrganization } from './functions/evaluate-organization.ts'
import { exportEvents } from './functions/export-events.ts'
import { listDeliveries, listFailed, replayFailed, testIntegration } from './functions/integration-deliveries.ts'
import {
  createIntegration,
  deleteIntegration,
  listIntegrations,
  putIntegration,
  readIntegration,
  rotateIntegrationSecret,
} from './functions/integrations.ts'
import { issueTokens } from './functions/issue-tokens.ts'
import { noteActivity } from './functions/note-activity.ts'
import { listOrganizations } from './functions/organizations.ts'
import { previewAlertRule } from './functions/preview-alert-rule.ts'
import { processEvents } from './functions/process-events.ts'
import { issuerMetadata, publicKeys, switchedOff } from './functions/publish-keys.ts'
import {
  readItemEvents,
  readMemberEvents,
  readOrganizationEvents,
  readOwnEvents,
  readProjectEvents,
  readProviderEvents,
  readProviderUserEvents,
  readSecretEvents,
  readSendEvents,
  readServiceAccountEvents,
} from './functions/read-events.ts'
import { readFeed, readPublicFeed } from './functions/read-feed.ts'
import { readOpenapi } from './functions/read-openapi.ts'
import {
  listGroupIdsOfMember,
  listMemberIdsOfGroup,
  listPublicCollections,
  listPublicGroups,
  listPublicMembers,
  listPublicPolicies,
  readPublicCollection,
  readPublicGroup,
  readPublicMember,
  readPublicPolicy,
} from './functions/read-public-directory.ts'
import { readPublicEvents } from './functions/read-public-events.ts'
import { readSummary } from './functions/read-summary.ts'
import { serverEvents } from './functions/server-events.ts'
import { alive, health, readVersion } from './functions/status.ts'
import { webPage } from './functions/web-page.ts'
import {
  deleteItem,
  deleteMember,
  putItems,
  putMembers,
  putOrganization,
  putProvider,
} from './functions/write-directory.ts'
import { shippedRules } from './shipped-rules.ts'

const config = readConfig(process.env)
const { storage: storageSettings, tokens, ownTokens, origins, address, alertSchedule } = config
const { keyring, appUrl, allowLoopback, web } = config
const now = () => Date.now()
const storage = openStorage(storageSettings)
const store = tableEventStore(storage, { now })
const queue = storageQueue(storage)
const directory = cachedDirectory(tableDirectory(storage), now)
const issuer = ownTokens && joseOwnTokens(ownTokens, now)
const others = joseTokens(tokens, now)
const authenticate = authenticateWith(issuer ? believingBoth(issuer, others) : others)
const ports = { store, queue, directory, authenticate, origins, address, now }
const wakes = tableWakes(storage)
const evaluation = storageEvaluationQueue(storage)
const alerts = tableAlertStore(storage)
const books = tableRuleBooks(storage)
const summaries = tableSummaries(storage)
const alertPorts = {
  ...ports,
  ...{ alerts, books, wakes, evaluations: evaluation, summaries },
  ...{ pack: readPack(shippedRules), secrets: nodeSecrets() },
}
const keyPorts = issuer && {
  ...ports,
  ...{ issuer, keys: tableApiKeys(storage), secrets: nodeSecrets(), failures: memoryFailures() },
}
/** A route that is there only while the app issues tokens for API keys. */
const withKeys = (make: (ports: NonNullable<typeof keyPorts>) => HttpHandler) =>
  keyPorts ? make(keyPorts) : switchedOff()
const integrationPorts = keyring && {
  ...ports,
  ...{ integrations: tableIntegrations(storage), outbox: tableOutbox(storage), box: secretBox(keyring) },
  ...{ notifications: storageNotificationQueue(storage), wakes, secrets: nodeSecrets() },
  urlRules: { allowLoopback },
  maySendTo: (url: string) => readTarget(url, allowLoopback).kind === 'target',
}
/** A route that is there only while secrets of integrations can be kept. */
const withIntegrations = (make: (ports: NonNullable<typeof integrationPorts>) => HttpHandler) =>
  integrationPorts ? make(integrationPorts) : switchedOff()

type Route = readonly [name: string, methods: readonly HttpMethod[], route: string, handler: HttpHandler]

// The host tries routes in the order of the functions' names and takes the first that fits; no two of these overlap.
// OPTIONS is a browser's question before it calls from another origin. Every trigger checks the caller's token itself.
const routes: readonly Route[] = [
  ['alive', ['GET'], 'alive', alive(ports)],
  ['version', ['GET'], 'version', readVersion()],
  ['health', ['GET'], 'health', health({ queue, table: store, directory, evaluation, alerts, rules: books })],
  ['openapi', ['GET'], 'openapi.yaml', readOpenapi()],

  ['collect', ['POST', 'OPTIONS'], 'collect', collect(ports)],
  ['eventsCollect', ['POST', 'OPTIONS'], 'events/collect', collect(ports)],
  ['serverEvents', ['POST'], 'events', serverEvents(ports)],

  ['ownEvents', ['GET', 'OPTIONS'], 'events', readOwnEvents(ports)],
  ['organizationEvents', ['GET', 'OPTIONS'], 'organizations/{id:guid}/events', readOrganizationEvents(ports)],
  [
    'memberEvents',
    ['GET', 'OPTIONS'],
    'organizations/{orgId:guid}/users/{memberId:guid}/events',
    readMemberEvents(ports),
  ],
  ['itemEvents', ['GET', 'OPTIONS'], 'ciphers/{id:guid}/events', readItemEvents(ports)],
  ['sendEvents', ['GET', 'OPTIONS'], 'organizations/{orgId:guid}/sends/{id:guid}/events', readSendEvents(ports)],
  ['secretEvents', ['GET', 'OPTIONS'], 'organization/{orgId:guid}/secrets/{id:guid}/events', readSecretEvents(ports)],
  [
    'projectEvents',
    ['GET', 'OPTIONS'],
    'organization/{orgId:guid}/projects/{id:guid}/events',
    readProjectEvents(ports),
  ],
  [
    'serviceAccountEvents',
    ['GET', 'OPTIONS'],
    'organization/{orgId:guid}/service-account/{id:guid}/events',
    readServiceAccountEvents(ports),
  ],
  ['providerEvents', ['GET', 'OPTIONS'], 'providers/{id:guid}/events', readProviderEvents(ports)],
  [
    'providerUserEvents',
    ['GET', 'OPTIONS'],
    'providers/{id:guid}/users/{providerUserId:guid}/events',
    readProviderUserEvents(ports),
  ],
  ['listOrganizations', ['GET', 'OPTIONS'], 'organizations', listOrganizations(ports)],
  [
    'readSummary',
    ['GET', 'OPTIONS'],
    'organizations/{id:guid}/summary',
    readSummary({ ...ports, summaries, horizonMs: feedHorizonMs }),
  ],
  ['exportEvents', ['GET', 'OPTIONS'], 'organizations/{id:guid}/events/export', exportEvents(ports)],
  ['organizationFeed', ['GET', 'OPTIONS'], 'organizations/{id:guid}/events/feed', readFeed(ports)],

  ['publicEvents', ['GET'], 'public/events', readPublicEvents(ports)],
  ['publicFeed', ['GET'], 'public/events/feed', readPublicFeed(ports)],
  ['publicMembers', ['GET'], 'public/members', listPublicMembers(ports)],
  ['publicMember', ['GET'], 'public/members/{id:guid}', readPublicMember(ports)],
  ['publicGroupIds', ['GET'], 'public/members/{id:guid}/group-ids', listGroupIdsOfMember(ports)],
  ['publicGroups', ['GET'], 'public/groups', listPublicGroups(ports)],
  ['publicGroup', ['GET'], 'public/groups/{id:guid}', readPublicGroup(ports)],
  ['publicMemberIds', ['GET'], 'public/groups/{id:guid}/member-ids', listMemberIdsOfGroup(ports)],
  ['publicCollections', ['GET'], 'public/collections', listPublicCollections(ports)],
  ['publicCollection', ['GET'], 'public/collections/{id:guid}', readPublicCollection(ports)],
  ['publicPolicies', ['GET'], 'public/policies', listPublicPolicies(ports)],
  ['publicPolicy', ['GET'], 'public/policies/{id}', readPublicPolicy(ports)],

  ['issueToken', ['POST'], 'connect/token', withKeys(issueTokens)],
  ['issueIdentityToken', ['POST'], 'identity/connect/token', withKeys(issueTokens)],
  ['issuerMetadata', ['GET'], '.well-known/openid-configuration', withKeys(issuerMetadata)],
  ['publicKeys', ['GET'], '.well-known/jwks.json', withKeys(publicKeys)],
  ['listApiKeys', ['GET', 'OPTIONS'], 'organizations/{id:guid}/api-keys', withKeys(listApiKeys)],
  ['createApiKey', ['POST'], 'organizations/{id:guid}/api-keys', withKeys(createApiKey)],
  ['revokeApiKey', ['DELETE', 'OPTIONS'], 'organizations/{id:guid}/api-keys/{keyId:guid}', withKeys(revokeApiKey)],
  ['rotateApiKey', ['POST', 'OPTIONS'], 'organizations/{id:guid}/api-keys/{keyId:guid}/rotate', withKeys(rotateApiKey)],

  ['listAlerts', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alerts', listAlerts(alertPorts)],
  ['readAlert', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alerts/{alertId:guid}', readAlert(alertPorts)],
  [
    'acknowledgeAlert',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/alerts/{alertId:guid}/acknowledge',
    acknowledgeAlert(alertPorts),
  ],
  ['listAlertMutes', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alert-mutes', listAlertMutes(alertPorts)],
  ['createAlertMute', ['POST'], 'organizations/{id:guid}/alert-mutes', createAlertMute(alertPorts)],
  [
    'deleteAlertMute',
    ['DELETE', 'OPTIONS'],
    'organizations/{id:guid}/alert-mutes/{muteId:guid}',
    deleteAlertMute(alertPorts),
  ],

  ['listAlertRules', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alert-rules', listAlertRules(alertPorts)],
  ['createAlertRule', ['POST'], 'organizations/{id:guid}/alert-rules', createAlertRule(alertPorts)],
  [
    'previewAlertRule',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/alert-rules/preview',
    previewAlertRule(alertPorts),
  ],
  ['readAlertRule', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alert-rules/{ruleId:guid}', readAlertRule(alertPorts)],
  ['replaceAlertRule', ['PUT'], 'organizations/{id:guid}/alert-rules/{ruleId:guid}', replaceAlertRule(alertPorts)],
  ['deleteAlertRule', ['DELETE'], 'organizations/{id:guid}/alert-rules/{ruleId:guid}', deleteAlertRule(alertPorts)],
  [
    'setAlertRule',
    ['PUT', 'OPTIONS'],
    'organizations/{id:guid}/alert-rules/{ruleId:guid}/settings',
    setAlertRule(alertPorts),
  ],

  ['listIntegrations', ['GET', 'OPTIONS'], 'organizations/{id:guid}/integrations', withIntegrations(listIntegrations)],
  ['createIntegration', ['POST'], 'organizations/{id:guid}/integrations', withIntegrations(createIntegration)],
  [
    'readIntegration',
    ['GET', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}',
    withIntegrations(readIntegration),
  ],
  [
    'replaceIntegration',
    ['PUT'],
    'organizations/{id:guid}/integrations/{integrationId:guid}',
    withIntegrations(putIntegration),
  ],
  [
    'deleteIntegration',
    ['DELETE'],
    'organizations/{id:guid}/integrations/{integrationId:guid}',
    withIntegrations(deleteIntegration),
  ],
  [
    'rotateIntegrationSecret',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}/rotate-secret',
    withIntegrations(rotateIntegrationSecret),
  ],
  [
    'testIntegration',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}/test',
    withIntegrations(testIntegration),
  ],
  [
    'listDeliveries',
    ['GET', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}/deliveries',
    withIntegrations(listDeliveries),
  ],
  [
    'listFailed',
    ['GET', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}/failed',
    withIntegrations(listFailed),
  ],
  [
    'replayFailed',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}/failed/replay',
    withIntegrations(replayFailed),
  ],

  ['putOrganization', ['PUT'], 'directory/organizations/{id:guid}', putOrganization(ports)],
  ['putMembers', ['PUT'], 'directory/organizations/{id:guid}/members', putMembers(ports)],
  ['deleteMember', ['DELETE'], 'directory/organizations/{id:guid}/members/{memberId:guid}', deleteMember(ports)],
  ['putItems', ['PUT'], 'directory/organizations/{id:guid}/items', putItems(ports)],
  ['deleteItem', ['DELETE'], 'directory/organizations/{id:guid}/items/{itemId:guid}', deleteItem(ports)],
  ['putProvider', ['PUT'], 'directory/providers/{id:guid}', putProvider(ports)],
]
for (const [name, methods, route, handler] of routes) {
  const options: HttpFunctionOptions = { methods: [...methods], authLevel: 'anonymous', handler }
  app.http(name, { ...options, route })
  // Self-hosted reference servers have their public API below /api, and connectors of such a server ask there.
  if (route.startsWith('public/')) app.http(`${name}BelowApi`, { ...options, route: `api/${route}` })
}

// For the root the host needs a parameter that is never there: to it, an empty route is the function's name.
for (const [name, route] of [
  ['webPage', 'app/{*path}'],
  ['webRoot', '{root:maxlength(0)?}'],
] as const) {
  app.http(name, { methods: ['GET'], authLevel: 'anonymous', route, handler: web ? webPage(web) : switchedOff() })
}

// As bytes: parsed and written again, a message that must be set aside would not be what it was.
app.generic('processEvents', {
  trigger: trigger.generic({
    type: 'queueTrigger',
    name: 'message',
    queueName: eventQueueName,
    connection: 'EventsStorage',
    dataType: 'binary',
  }),
  handler: processEvents({ ...ports, noteActivity: noteActivity({ wakes, now, horizonMs: feedHorizonMs }) }),
})
app.timer('evaluateAlerts', { schedule: alertSchedule, handler: evaluateAlerts(alertPorts) })
app.storageQueue('evaluateOrganization', {
  queueName: evaluationQueueName,
  connection: 'EventsStorage',
  handler: evaluateOrganization({ ...alertPorts, producer: integrationPorts }),
})
if (integrationPorts) {
  const sender = httpSender({ allowLoopback })
  const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))
  app.storageQueue('deliverNotifications', {
    queueName: notificationQueueName,
    connection: 'EventsStorage',
    handler: deliverNotifications({ ...integrationPorts, sender, sign: signed, sleep, appUrl: appUrl ?? null }),
  })
}
