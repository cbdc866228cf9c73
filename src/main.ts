// The app: adapters wired to functions, and every trigger registered, from top to bottom.
import { app, type HttpFunctionOptions, type HttpHandler, type HttpMethod, trigger } from '@azure/functions'
import core from '@azure/functions-core'
import { tableAlertStore } from './adapters/azure/alerts/alert-store.ts'
import { tableRuleConfigurations } from './adapters/azure/alerts/rule-configurations.ts'
import { tableSchedule } from './adapters/azure/alerts/schedule.ts'
import { tableDamage } from './adapters/azure/damage/damage-log.ts'
import { tableDirectory } from './adapters/azure/directory/directory.ts'
import { tableEventStore } from './adapters/azure/events/event-store.ts'
import { tableIntegrations } from './adapters/azure/integrations/integrations.ts'
import { tableApiKeys } from './adapters/azure/keys/api-keys.ts'
import { tableOutbox } from './adapters/azure/outbox/outbox.ts'
import { spareQueueMetadata } from './adapters/azure/queues/queue-metadata.ts'
import {
  evaluationQueueName,
  eventQueueName,
  notificationQueueName,
  storageEvaluationQueue,
  storageNotificationQueue,
  storageQueue,
} from './adapters/azure/queues/storage-queue.ts'
import { openStorage } from './adapters/azure/storage.ts'
import { tableSummaries } from './adapters/azure/summary/summaries.ts'
import { secretBox } from './adapters/crypto/secret-box.ts'
import { nodeSecrets } from './adapters/crypto/secrets.ts'
import { signed } from './adapters/crypto/webhook-signing.ts'
import { readTarget } from './adapters/http/endpoint.ts'
import { httpSender } from './adapters/http/sender.ts'
import { cachedDirectory } from './adapters/in-process/cached-directory.ts'
import { memoryFailures } from './adapters/in-process/failures.ts'
import { memoryRateLimits } from './adapters/in-process/rate-limits.ts'
import { anyVerifier, joseIssuedTokens } from './adapters/jose/issued-tokens.ts'
import { joseTokens } from './adapters/jose/tokens.ts'
import { noteActivity } from './application/alerts/schedule-evaluation.ts'
import { builtInRuleTexts } from './bundled/built-in-rules.ts'
import { readConfig } from './config.ts'
import { readBuiltInRules } from './domain/alerts/rule-documents.ts'
import { createAlertMute, deleteAlertMute, listAlertMutes } from './functions/alerts/alert-mutes.ts'
import {
  createAlertRule,
  deleteAlertRule,
  listAlertRules,
  readAlertRule,
  replaceAlertRule,
  setAlertRule,
} from './functions/alerts/alert-rules.ts'
import { acknowledgeAlert, listAlerts, readAlert } from './functions/alerts/alerts.ts'
import { evaluateAlerts } from './functions/alerts/evaluate-alerts.ts'
import { evaluateOrganization } from './functions/alerts/evaluate-organization.ts'
import { previewAlertRule } from './functions/alerts/preview-alert-rule.ts'
import { listOrganizations } from './functions/directory/organizations.ts'
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
} from './functions/directory/read-public-directory.ts'
import {
  deleteItem,
  deleteMember,
  putItems,
  putMembers,
  putOrganization,
  putProvider,
} from './functions/directory/write-directory.ts'
import { type Authenticate, authenticateWith, limitedTo } from './functions/http/authenticate.ts'
import { collect } from './functions/ingest/collect.ts'
import { processEvents } from './functions/ingest/process-events.ts'
import { serverEvents } from './functions/ingest/server-events.ts'
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from './functions/keys/api-keys.ts'
import { issueTokens } from './functions/keys/issue-tokens.ts'
import { issuerMetadata, publicKeys, switchedOff } from './functions/keys/publish-keys.ts'
import { exportEvents } from './functions/log/export-events.ts'
import {
  readItemEvents,
  readMemberEvents,
  readOrganizationEvents,
  readPersonalEvents,
  readProjectEvents,
  readProviderEvents,
  readProviderUserEvents,
  readSecretEvents,
  readSendEvents,
  readServiceAccountEvents,
} from './functions/log/read-events.ts'
import { readFeed, readPublicFeed } from './functions/log/read-feed.ts'
import { readPublicEvents } from './functions/log/read-public-events.ts'
import { deliverNotifications } from './functions/notifications/deliver-notifications.ts'
import {
  listDeliveries,
  listFailed,
  replayFailed,
  testIntegration,
} from './functions/notifications/integration-deliveries.ts'
import {
  createIntegration,
  deleteIntegration,
  listIntegrations,
  putIntegration,
  readIntegration,
  rotateIntegrationSecret,
} from './functions/notifications/integrations.ts'
import { readOpenapi } from './functions/site/read-openapi.ts'
import { alive, health, readVersion } from './functions/site/status.ts'
import { webPage } from './functions/site/web-page.ts'
import { readSummary } from './functions/summary/read-summary.ts'
import type { RateKind } from './ports/rate-limits.ts'

const config = readConfig(process.env)
const { storage: storageSettings, tokens, issuedTokens, origins, address, alertSchedule } = config
const { keyring, appUrl, allowLoopback, web } = config
const now = () => Date.now()
const plainStorage = openStorage(storageSettings)
const damage = tableDamage(plainStorage, { now, warn: console.error })
const storage = { ...plainStorage, noteDamage: damage.note }
const store = tableEventStore(storage, { now })
const queue = storageQueue(storage)
const directory = cachedDirectory(tableDirectory(storage), now)
const issuer = issuedTokens && joseIssuedTokens(issuedTokens, now)
const others = joseTokens(tokens, now)
const authenticate = authenticateWith(issuer ? anyVerifier(issuer, others) : others)
const limiter = memoryRateLimits(config.rateLimits)
/** The ports of a route whose callers are counted with this kind of request. */
const counted = <P extends { readonly authenticate: Authenticate }>(kind: RateKind, ports: P): P => ({
  ...ports,
  authenticate: limitedTo(kind, ports.authenticate, { limiter, address }),
})
const ports = { store, queue, directory, authenticate, origins, address, now }
const schedule = tableSchedule(storage)
const evaluation = storageEvaluationQueue(storage)
const alerts = tableAlertStore(storage)
const configurations = tableRuleConfigurations(storage)
const summaries = tableSummaries(storage)
const alertPorts = {
  ...ports,
  alerts,
  configurations,
  schedule,
  evaluations: evaluation,
  summaries,
  builtInRules: readBuiltInRules(builtInRuleTexts),
  secrets: nodeSecrets(),
}
const keyPorts = issuer && {
  ...ports,
  issuer,
  keys: tableApiKeys(storage),
  secrets: nodeSecrets(),
  failures: memoryFailures(),
}
/** A route that is there only while the app issues tokens for API keys. */
const withKeys = (make: (ports: NonNullable<typeof keyPorts>) => HttpHandler, kind: RateKind = 'read') =>
  keyPorts ? make(counted(kind, keyPorts)) : switchedOff()
const integrationPorts = keyring && {
  ...ports,
  integrations: tableIntegrations(storage),
  outbox: tableOutbox(storage),
  box: secretBox(keyring),
  notifications: storageNotificationQueue(storage),
  schedule,
  secrets: nodeSecrets(),
  urlRules: { allowLoopback },
  maySendTo: (url: string) => readTarget(url, allowLoopback).kind === 'target',
}
/** A route that is there only while secrets of integrations can be kept. */
const withIntegrations = (
  make: (ports: NonNullable<typeof integrationPorts>) => HttpHandler,
  kind: RateKind = 'read',
) => (integrationPorts ? make(counted(kind, integrationPorts)) : switchedOff())

const reading = counted('read', ports)
const exporting = counted('export', ports)
const collecting = counted('collect', ports)
const serving = counted('server', ports)
const [readingAlerts, changingAlerts] = [counted('read', alertPorts), counted('write', alertPorts)]

type Route = readonly [name: string, methods: readonly HttpMethod[], route: string, handler: HttpHandler]

// The host tries routes in the order of the functions' names and takes the first that fits; no two of these overlap.
// OPTIONS is a browser's question before it calls from another origin. HEAD is answered as GET, and the server leaves the body out. Every trigger checks the caller's token itself.
const routes: readonly Route[] = [
  ['alive', ['GET', 'HEAD'], 'alive', alive(ports)],
  ['version', ['GET', 'HEAD'], 'version', readVersion()],
  [
    'health',
    ['GET', 'HEAD'],
    'health',
    health({ parts: { queue, table: store, directory, evaluation, alerts, rules: configurations }, queue, damage }),
  ],
  ['openapi', ['GET', 'HEAD'], 'openapi.yaml', readOpenapi()],

  ['collect', ['POST', 'OPTIONS'], 'collect', collect(collecting)],
  ['eventsCollect', ['POST', 'OPTIONS'], 'events/collect', collect(collecting)],
  ['serverEvents', ['POST'], 'events', serverEvents(serving)],

  ['personalEvents', ['GET', 'OPTIONS'], 'events', readPersonalEvents(reading)],
  ['organizationEvents', ['GET', 'OPTIONS'], 'organizations/{id:guid}/events', readOrganizationEvents(reading)],
  [
    'memberEvents',
    ['GET', 'OPTIONS'],
    'organizations/{orgId:guid}/users/{memberId:guid}/events',
    readMemberEvents(reading),
  ],
  ['itemEvents', ['GET', 'OPTIONS'], 'ciphers/{id:guid}/events', readItemEvents(reading)],
  ['sendEvents', ['GET', 'OPTIONS'], 'organizations/{orgId:guid}/sends/{id:guid}/events', readSendEvents(reading)],
  ['secretEvents', ['GET', 'OPTIONS'], 'organization/{orgId:guid}/secrets/{id:guid}/events', readSecretEvents(reading)],
  [
    'projectEvents',
    ['GET', 'OPTIONS'],
    'organization/{orgId:guid}/projects/{id:guid}/events',
    readProjectEvents(reading),
  ],
  [
    'serviceAccountEvents',
    ['GET', 'OPTIONS'],
    'organization/{orgId:guid}/service-account/{id:guid}/events',
    readServiceAccountEvents(reading),
  ],
  ['providerEvents', ['GET', 'OPTIONS'], 'providers/{id:guid}/events', readProviderEvents(reading)],
  [
    'providerUserEvents',
    ['GET', 'OPTIONS'],
    'providers/{id:guid}/users/{providerUserId:guid}/events',
    readProviderUserEvents(reading),
  ],
  ['listOrganizations', ['GET', 'OPTIONS'], 'organizations', listOrganizations(reading)],
  ['readSummary', ['GET', 'OPTIONS'], 'organizations/{id:guid}/summary', readSummary({ ...reading, summaries })],
  ['exportEvents', ['GET', 'OPTIONS'], 'organizations/{id:guid}/events/export', exportEvents(exporting)],
  ['organizationFeed', ['GET', 'OPTIONS'], 'organizations/{id:guid}/events/feed', readFeed(reading)],

  ['publicEvents', ['GET'], 'public/events', readPublicEvents(reading)],
  ['publicFeed', ['GET'], 'public/events/feed', readPublicFeed(reading)],
  ['publicMembers', ['GET'], 'public/members', listPublicMembers(reading)],
  ['publicMember', ['GET'], 'public/members/{id:guid}', readPublicMember(reading)],
  ['publicGroupIds', ['GET'], 'public/members/{id:guid}/group-ids', listGroupIdsOfMember(reading)],
  ['publicGroups', ['GET'], 'public/groups', listPublicGroups(reading)],
  ['publicGroup', ['GET'], 'public/groups/{id:guid}', readPublicGroup(reading)],
  ['publicMemberIds', ['GET'], 'public/groups/{id:guid}/member-ids', listMemberIdsOfGroup(reading)],
  ['publicCollections', ['GET'], 'public/collections', listPublicCollections(reading)],
  ['publicCollection', ['GET'], 'public/collections/{id:guid}', readPublicCollection(reading)],
  ['publicPolicies', ['GET'], 'public/policies', listPublicPolicies(reading)],
  ['publicPolicy', ['GET'], 'public/policies/{id}', readPublicPolicy(reading)],

  ['issueToken', ['POST'], 'connect/token', withKeys(issueTokens)],
  ['issueIdentityToken', ['POST'], 'identity/connect/token', withKeys(issueTokens)],
  ['issuerMetadata', ['GET'], '.well-known/openid-configuration', withKeys(issuerMetadata)],
  ['publicKeys', ['GET'], '.well-known/jwks.json', withKeys(publicKeys)],
  ['listApiKeys', ['GET', 'OPTIONS'], 'organizations/{id:guid}/api-keys', withKeys(listApiKeys)],
  ['createApiKey', ['POST'], 'organizations/{id:guid}/api-keys', withKeys(createApiKey, 'write')],
  [
    'revokeApiKey',
    ['DELETE', 'OPTIONS'],
    'organizations/{id:guid}/api-keys/{keyId:guid}',
    withKeys(revokeApiKey, 'write'),
  ],
  [
    'rotateApiKey',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/api-keys/{keyId:guid}/rotate',
    withKeys(rotateApiKey, 'write'),
  ],

  ['listAlerts', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alerts', listAlerts(readingAlerts)],
  ['readAlert', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alerts/{alertId:guid}', readAlert(readingAlerts)],
  [
    'acknowledgeAlert',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/alerts/{alertId:guid}/acknowledge',
    acknowledgeAlert(changingAlerts),
  ],
  ['listAlertMutes', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alert-mutes', listAlertMutes(readingAlerts)],
  ['createAlertMute', ['POST'], 'organizations/{id:guid}/alert-mutes', createAlertMute(changingAlerts)],
  [
    'deleteAlertMute',
    ['DELETE', 'OPTIONS'],
    'organizations/{id:guid}/alert-mutes/{muteId:guid}',
    deleteAlertMute(changingAlerts),
  ],

  ['listAlertRules', ['GET', 'OPTIONS'], 'organizations/{id:guid}/alert-rules', listAlertRules(readingAlerts)],
  ['createAlertRule', ['POST'], 'organizations/{id:guid}/alert-rules', createAlertRule(changingAlerts)],
  [
    'previewAlertRule',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/alert-rules/preview',
    previewAlertRule(counted('preview', alertPorts)),
  ],
  [
    'readAlertRule',
    ['GET', 'OPTIONS'],
    'organizations/{id:guid}/alert-rules/{ruleId:guid}',
    readAlertRule(readingAlerts),
  ],
  ['replaceAlertRule', ['PUT'], 'organizations/{id:guid}/alert-rules/{ruleId:guid}', replaceAlertRule(changingAlerts)],
  ['deleteAlertRule', ['DELETE'], 'organizations/{id:guid}/alert-rules/{ruleId:guid}', deleteAlertRule(changingAlerts)],
  [
    'setAlertRule',
    ['PUT', 'OPTIONS'],
    'organizations/{id:guid}/alert-rules/{ruleId:guid}/settings',
    setAlertRule(changingAlerts),
  ],

  ['listIntegrations', ['GET', 'OPTIONS'], 'organizations/{id:guid}/integrations', withIntegrations(listIntegrations)],
  ['createIntegration', ['POST'], 'organizations/{id:guid}/integrations', withIntegrations(createIntegration, 'write')],
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
    withIntegrations(putIntegration, 'write'),
  ],
  [
    'deleteIntegration',
    ['DELETE'],
    'organizations/{id:guid}/integrations/{integrationId:guid}',
    withIntegrations(deleteIntegration, 'write'),
  ],
  [
    'rotateIntegrationSecret',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}/rotate-secret',
    withIntegrations(rotateIntegrationSecret, 'write'),
  ],
  [
    'testIntegration',
    ['POST', 'OPTIONS'],
    'organizations/{id:guid}/integrations/{integrationId:guid}/test',
    withIntegrations(testIntegration, 'write'),
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
    withIntegrations(replayFailed, 'write'),
  ],

  ['putOrganization', ['PUT'], 'directory/organizations/{id:guid}', putOrganization(serving)],
  ['putMembers', ['PUT'], 'directory/organizations/{id:guid}/members', putMembers(serving)],
  ['deleteMember', ['DELETE'], 'directory/organizations/{id:guid}/members/{memberId:guid}', deleteMember(serving)],
  ['putItems', ['PUT'], 'directory/organizations/{id:guid}/items', putItems(serving)],
  ['deleteItem', ['DELETE'], 'directory/organizations/{id:guid}/items/{itemId:guid}', deleteItem(serving)],
  ['putProvider', ['PUT'], 'directory/providers/{id:guid}', putProvider(serving)],
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
  app.http(name, {
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    route,
    handler: web ? webPage(web) : switchedOff(),
  })
}

// As bytes: parsed and written again, a message that must be dead-lettered would not be what it was.
app.generic('processEvents', {
  trigger: trigger.generic({
    type: 'queueTrigger',
    name: 'message',
    queueName: eventQueueName,
    connection: 'EventsStorage',
    dataType: 'binary',
  }),
  handler: processEvents({ ...ports, noteActivity: noteActivity({ schedule, evaluations: evaluation, now }) }),
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

// The library has set its model at the first registration.
const model = core.getProgrammingModel()
if (model) spareQueueMetadata(model)
