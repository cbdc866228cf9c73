// The app: settings → adapters → capabilities → registered functions, from top to bottom.
import { app, trigger } from '@azure/functions'
import core from '@azure/functions-core'
import { tableAlertStore } from './adapters/azure/alerts/alert-store.ts'
import { tableRuleConfigurations } from './adapters/azure/alerts/rule-configurations.ts'
import { tableSchedule } from './adapters/azure/alerts/schedule.ts'
import { tableDamage } from './adapters/azure/damage/damage-log.ts'
import { tableDirectory } from './adapters/azure/directory/directory.ts'
import { tableEventStore } from './adapters/azure/events/event-store.ts'
import { tableIntegrations } from './adapters/azure/integrations/integrations.ts'
import { tableApiKeys } from './adapters/azure/keys/api-keys.ts'
import { tableServerKeys } from './adapters/azure/keys/server-keys.ts'
import { tableOutbox } from './adapters/azure/outbox/outbox.ts'
import { trimQueueMetadata } from './adapters/azure/queues/queue-metadata.ts'
import {
  evaluationQueueName,
  eventQueueName,
  notificationQueueName,
  pullQueueName,
  storageEvaluationQueue,
  storageNotificationQueue,
  storagePullQueue,
  storageQueue,
} from './adapters/azure/queues/storage-queue.ts'
import { tableUsedTokens } from './adapters/azure/sign-in/used-tokens.ts'
import { tableSources } from './adapters/azure/sources/sources.ts'
import { openStorage } from './adapters/azure/storage.ts'
import { tableSummaries } from './adapters/azure/summary/summaries.ts'
import { tableTallies } from './adapters/azure/tallies/tallies.ts'
import { signed } from './adapters/crypto/request-signing.ts'
import { secretBox } from './adapters/crypto/secret-box.ts'
import { nodeSecrets } from './adapters/crypto/secrets.ts'
import { readTarget } from './adapters/http/endpoint.ts'
import { httpSender } from './adapters/http/sender.ts'
import { addressProblemOf, httpVaultApi } from './adapters/http/vault-api.ts'
import { cachedDirectory } from './adapters/in-process/cached-directory.ts'
import { memoryFailures } from './adapters/in-process/failures.ts'
import { limitedVaultApi } from './adapters/in-process/limited-vault-api.ts'
import { memoryRateLimits } from './adapters/in-process/rate-limits.ts'
import { joseIdentityProvider } from './adapters/jose/identity-provider.ts'
import { joseIssuedTokens } from './adapters/jose/issued-tokens.ts'
import { verifierOf } from './adapters/jose/issuers.ts'
import { josePersonTokens } from './adapters/jose/person-tokens.ts'
import { joseTokens } from './adapters/jose/tokens.ts'
import { openPlaceFiles } from './adapters/mmdb/place-files.ts'
import { smtpMailer } from './adapters/smtp/mailer.ts'
import { evaluationScheduler } from './application/alerts/evaluation/schedule-evaluation.ts'
import { notifyTriage } from './application/notifications/producing/notify-triage.ts'
import { sourceHealth } from './application/sources/read-sources.ts'
import { builtInRuleDocuments } from './bundled/built-in-rules.ts'
import { readConfig } from './config.ts'
import { readBuiltInRules } from './domain/alerts/rule-documents.ts'
import type { Guid } from './domain/guid.ts'
import { evaluateAlerts } from './functions/alerts/evaluate-alerts.ts'
import { evaluateOrganization } from './functions/alerts/evaluate-organization.ts'
import { alertRoutes } from './functions/alerts/routes.ts'
import { directoryRoutes } from './functions/directory/routes.ts'
import { authenticateWith } from './functions/http/authenticate.ts'
import { bind, registrationsOf } from './functions/http/route.ts'
import { processEvents } from './functions/ingest/process-events.ts'
import { ingestRoutes } from './functions/ingest/routes.ts'
import { keyRoutes } from './functions/keys/routes.ts'
import { logRoutes } from './functions/log/routes.ts'
import { deliverNotifications } from './functions/notifications/deliver-notifications.ts'
import { integrationRoutes } from './functions/notifications/routes.ts'
import { operationsRoutes } from './functions/operations/routes.ts'
import { peopleRoutes } from './functions/people/routes.ts'
import { pageRoutes, siteRoutes } from './functions/site/routes.ts'
import type { WebSettings } from './functions/site/web-page.ts'
import { pullSource } from './functions/sources/pull-source.ts'
import { pullSources } from './functions/sources/pull-sources.ts'
import { sourceRoutes } from './functions/sources/routes.ts'
import { summaryRoutes } from './functions/summary/routes.ts'

const config = readConfig(process.env)
const now = () => Date.now()
const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

// Adapters
const plainStorage = openStorage(config.storage)
const damage = tableDamage(plainStorage, { now, warn: console.error })
const storage = { ...plainStorage, noteDamage: damage.note }
const store = tableEventStore(storage, { now })
const queue = storageQueue(storage)
const directory = cachedDirectory(tableDirectory(storage), now)
const schedule = tableSchedule(storage)
const evaluations = storageEvaluationQueue(storage)
const alerts = tableAlertStore(storage)
const configurations = tableRuleConfigurations(storage)
const summaries = tableSummaries(storage)
const tallies = tableTallies(storage)
const secrets = nodeSecrets()
const issuer = config.issuedTokens && joseIssuedTokens(config.issuedTokens, now)
const { vault, further } = config.issuers
const vaults = further.map((each) => ({ issuer: each.issuer, ...joseTokens(each, now) }))
const verifier = verifierOf([...(issuer ? [issuer] : []), ...vaults], vault && joseTokens(vault, now))
const authenticate = authenticateWith(verifier)

// Capabilities, by what each needs
const { address, keyring } = config
const edge = { origins: config.origins, address, limiter: memoryRateLimits(config.rateLimits) }
const ports = { store, queue, directory, authenticate, address, now }
const parts = { queue, table: store, directory, evaluation: evaluations, alerts, rules: configurations }
const builtInRules = readBuiltInRules(builtInRuleDocuments)
// A data file that cannot be used stops the start: rules that need it would else never fire.
const places = openPlaceFiles(config.placeFiles ?? [])
const counts = { summaries, tallies }
const alertPorts = { ...ports, ...counts, alerts, configurations, schedule, evaluations, builtInRules, secrets, places }
const failures = memoryFailures()
const usedTokens = tableUsedTokens(storage)
const signIn = config.signIn &&
  config.issuedTokens && {
    provider: joseIdentityProvider(config.signIn.provider, now),
    used: usedTokens,
    persons: josePersonTokens(config.issuedTokens, now),
    roles: config.signIn.roles,
    redeems: config.signIn.provider.clientSecret !== undefined,
    directory,
    failures,
    now,
  }
const web: WebSettings | undefined =
  signIn && config.signIn
    ? {
        kind: 'provider',
        provider: signIn.provider,
        clientId: config.signIn.provider.clientId,
        redeems: signIn.redeems,
      }
    : config.web
const keyPorts = issuer && {
  ...ports,
  issuer,
  keys: tableApiKeys(storage),
  serverKeys: tableServerKeys(storage),
  secrets,
  failures,
  signIn,
}
const integrationPorts = keyring && {
  ...ports,
  integrations: tableIntegrations(storage),
  outbox: tableOutbox(storage),
  box: secretBox(keyring),
  notifications: storageNotificationQueue(storage),
  schedule,
  configurations,
  secrets,
  urlRules: { allowLoopback: config.allowLoopback },
  maySendTo: (url: string) => readTarget(url, config.allowLoopback).kind === 'target',
}
const onTriage = integrationPorts && notifyTriage({ ...integrationPorts, configurations })

const sources = tableSources(storage)
const vaultApi = limitedVaultApi(httpVaultApi({ now, allowLoopback: config.allowLoopback }), { now, sleep })
const sourcePorts = keyring && {
  ...ports,
  sources,
  progresses: sources,
  pulls: storagePullQueue(storage),
  box: secretBox(keyring),
  api: vaultApi.pulls,
  checkApi: vaultApi.checks,
  addressProblem: (url: string) => addressProblemOf(url, config.allowLoopback),
  secrets,
}

const operationPorts = {
  ...ports,
  secrets,
  sourceHealthOf: async (organizationId: Guid) => (sourcePorts ? sourceHealth(sourcePorts, organizationId) : []),
}

// Routes. Every trigger checks the caller's token itself. The host tries them in the order of the functions' names and takes
// the first that fits; no two overlap. A HEAD is a GET whose body the server omits.
const routes = [
  ...bind(siteRoutes, { ...ports, parts, damage }, edge),
  ...bind(pageRoutes, web && { authenticate, web }, edge),
  ...bind(ingestRoutes, ports, edge),
  ...bind(logRoutes, ports, edge),
  ...bind(summaryRoutes, { ...ports, summaries }, edge),
  ...bind(peopleRoutes, { ...ports, tallies }, edge),
  ...bind(directoryRoutes, ports, edge),
  ...bind(keyRoutes, keyPorts, edge),
  ...bind(operationsRoutes, operationPorts, edge),
  ...bind(alertRoutes, { ...alertPorts, onTriage }, edge),
  ...bind(integrationRoutes, integrationPorts, edge),
  ...bind(sourceRoutes, sourcePorts, edge),
]
for (const { name, methods, route, handler } of registrationsOf(routes)) {
  app.http(name, { methods: [...methods], authLevel: 'anonymous', route, handler })
}

// Queues and timer
const connection = 'EventsStorage'
// As bytes: parsed and written again, a message that must be dead-lettered would not be what it was.
const events = { type: 'queueTrigger', name: 'message', queueName: eventQueueName, connection, dataType: 'binary' }
app.generic('processEvents', {
  trigger: trigger.generic(events),
  handler: processEvents({ ...ports, scheduleEvaluations: evaluationScheduler({ schedule, evaluations, now }) }),
})
app.timer('evaluateAlerts', { schedule: config.alertSchedule, handler: evaluateAlerts(alertPorts) })
app.storageQueue('evaluateOrganization', {
  queueName: evaluationQueueName,
  connection,
  handler: evaluateOrganization({ ...alertPorts, producer: integrationPorts }),
})
if (integrationPorts) {
  const { allowLoopback } = config
  const [sender, mailer] = [httpSender({ allowLoopback }), smtpMailer({ allowLoopback })]
  const appUrl = config.appUrl ?? null
  app.storageQueue('deliverNotifications', {
    queueName: notificationQueueName,
    connection,
    handler: deliverNotifications({ ...integrationPorts, sender, mailer, sign: signed, sleep, appUrl }),
  })
}

if (sourcePorts) {
  app.timer('pullSources', { schedule: '30 * * * * *', handler: pullSources(sourcePorts) })
  app.storageQueue('pullSource', {
    queueName: pullQueueName,
    connection,
    handler: pullSource({ ...sourcePorts, sleep, newId: secrets.newId }),
  })
}

// The library has set its model at the first registration.
const model = core.getProgrammingModel()
if (model) trimQueueMetadata(model)
