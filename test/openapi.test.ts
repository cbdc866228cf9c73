// openapi.yaml says what the code does: every route, parameter, status and member, no other; and its examples are true.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { organizationsPerPageMax } from '../src/application/operations/organization-health.ts'
import { summaryDaysMax } from '../src/application/summary/summary-of-days.ts'
import { alertStates } from '../src/domain/alerts/alert.ts'
import { mutesMax } from '../src/domain/alerts/configuration/rule-configuration.ts'
import { AlertingHoursInput, holidaysMax } from '../src/domain/alerts/hours/alerting-hours.ts'
import { alertsListedMax, entitiesListedMax } from '../src/domain/alerts/incidents/incident.ts'
import {
  recommendationsMax,
  sentenceCharactersMax,
  storyListedMax,
} from '../src/domain/alerts/incidents/story/story.ts'
import { exportsListedMax, itemsListedMax } from '../src/domain/alerts/incidents/story/taken.ts'
import { timelineMax } from '../src/domain/alerts/incidents/story/timeline.ts'
import { commentsMax, incidentStates, verdicts } from '../src/domain/alerts/incidents/triage/triage.ts'
import { GivenList } from '../src/domain/alerts/lists/value-list.ts'
import { GivenSettings } from '../src/domain/alerts/rule-views.ts'
import { levels } from '../src/domain/alerts/sigma/rules.ts'
import { exceptionsProposedMax } from '../src/domain/alerts/tuning/proposed-exceptions.ts'
import {
  ItemEntries,
  itemsPerRequestMax,
  MemberEntries,
  OrganizationReplacement,
  ProviderReplacement,
} from '../src/domain/directory/directory.ts'
import { deviceTypes } from '../src/domain/events/device-types.ts'
import { eventTypes } from '../src/domain/events/event-types.ts'
import { systemUsers } from '../src/domain/events/system-users.ts'
import { dropReasons } from '../src/domain/ingest/drop-reasons.ts'
import {
  apiKeysMax,
  nameCharsMax,
  overlapHoursDefault,
  overlapHoursMax,
  secretsPerKeyMax,
} from '../src/domain/keys/api-keys.ts'
import { organizationsPerKeyMax, serverKeysMax } from '../src/domain/keys/server-keys.ts'
import { attemptsStoredMax } from '../src/domain/notifications/attempts.ts'
import { filterDepthMax } from '../src/domain/notifications/filters.ts'
import { integrationInput, integrationNameCharsMax, integrationsMax } from '../src/domain/notifications/integration.ts'
import { templateCharsMax } from '../src/domain/notifications/messages/templates.ts'
import { subscribedRulesMax, subscribedTypesMax } from '../src/domain/notifications/subscriptions.ts'
import { datadogSites } from '../src/domain/notifications/targets/datadog/message.ts'
import { opsgenieSites } from '../src/domain/notifications/targets/opsgenie/message.ts'
import { pagerDutySites } from '../src/domain/notifications/targets/pagerduty/message.ts'
import { SourceProblem } from '../src/domain/sources/problems.ts'
import { Region, sourceNameCharsMax, sourcesMax } from '../src/domain/sources/source.ts'
import { clientSecretCharsMax, NewSource, SourceChange, sourceUrlCharsMax } from '../src/domain/sources/source-input.ts'
import { addressCharsMax, busiestMax, notSeenMax } from '../src/domain/summary/summary.ts'
import { NewException } from '../src/functions/alerts/alert-exceptions.ts'
import { NewMute } from '../src/functions/alerts/alert-mutes.ts'
import { AlertsQuery, alertsPerPageDefault, alertsPerPageMax } from '../src/functions/alerts/alerts.ts'
import {
  IncidentsQuery,
  incidentsPerPageDefault,
  incidentsPerPageMax,
  TriageRequest,
} from '../src/functions/alerts/incidents.ts'
import { PreviewRequest } from '../src/functions/alerts/preview-alert-rule.ts'
import { NoQuery, type QuerySchema } from '../src/functions/http/query.ts'
import { batchEventsMax } from '../src/functions/ingest/collect.ts'
import { NewKey, Rotation } from '../src/functions/keys/api-keys.ts'
import { NewServerKey } from '../src/functions/keys/server-keys.ts'
import {
  EventListQuery,
  ExportQuery,
  networksMax,
  PublicListQuery,
  pageSizeDefault,
  pageSizeMax,
  SearchedListQuery,
  typesMax,
} from '../src/functions/log/list-parameters.ts'
import { FeedQuery, feedEventsMax, PublicFeedQuery } from '../src/functions/log/read-feed.ts'
import { logRoutes } from '../src/functions/log/routes.ts'
import { SuggestionsQuery } from '../src/functions/log/suggest-names.ts'
import {
  FailedQuery,
  failedPerPageDefault,
  failedPerPageMax,
  Replay,
} from '../src/functions/notifications/integration-deliveries.ts'
import {
  NewOrganization,
  OrganizationsQuery,
  organizationNameCharsMax,
} from '../src/functions/operations/organizations.ts'
import { UsesQuery } from '../src/functions/people/read-people.ts'
import { readOpenapi } from '../src/functions/site/read-openapi.ts'
import { SummaryQuery } from '../src/functions/summary/read-summary.ts'
import { call } from './support/calls.ts'
import {
  below,
  childPlaces,
  childrenOf,
  cursorAt,
  document,
  has,
  isOwnRoute,
  misfits,
  openapiText,
  operations,
  type Place,
} from './support/openapi/document.ts'
import { OpenApiForm } from './support/openapi/form.ts'
import { differences } from './support/openapi/schemas.ts'
import { apiRoutes, documentedPath } from './support/routes.ts'

const read = (file: string) => readFileSync(resolve(import.meta.dirname, '..', file), 'utf8')
const components = (kind: string) => childPlaces(cursorAt('components', kind))
const nameOf = ({ path }: Place) => path.at(-1) ?? ''
const valueAt = (...path: string[]) => cursorAt(...path).value

/** Every method of every route. */
const routes = apiRoutes.flatMap(({ name, methods, route }) =>
  methods.filter((method) => method !== 'HEAD').map((method) => ({ name, method, route })),
)

/** Every place in the document, outermost first. */
function* everyPlace(place: Place = { path: [], value: document }): Generator<Place> {
  yield place
  for (const [name, value] of Object.entries(childrenOf(place.value))) {
    yield* everyPlace({ path: [...place.path, name], value })
  }
}
const places = [...everyPlace()]
const references = places.flatMap(({ value, path }) => (path.at(-1) === '$ref' ? [String(value)] : []))

describe('the document', () => {
  test('has the form of OpenAPI 3.1', () => {
    const read = v.safeParse(OpenApiForm, document)
    expect((read.issues ?? []).map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toEqual([])
  })

  test('refers only to what it has, and has nothing that is not referred to', () => {
    for (const reference of references) expect(() => cursorAt(...reference.slice(2).split('/'))).not.toThrow()
    const kinds = Object.keys(childrenOf(valueAt('components'))).filter((kind) => kind !== 'securitySchemes')
    const all = kinds.flatMap((kind) => components(kind).map((each) => `#/components/${kind}/${nameOf(each)}`))
    expect(all.filter((each) => !references.includes(each))).toEqual([])
  })

  test('is of the version of the package', () => {
    expect(valueAt('info', 'version')).toBe(JSON.parse(read('package.json')).version)
  })

  test.each(components('schemas').map((place) => [nameOf(place), place] as const))(
    'has a schema %s that is one, and that its examples fit',
    (_, place) => {
      expect(() => misfits(place, null)).not.toThrow()
      if (!has(place, 'examples')) return
      for (const example of childPlaces(below(place, 'examples'))) expect(misfits(place, example.value)).toEqual([])
    },
  )

  test('has only examples that fit their schemas', () => {
    const withExample = places.filter((place) => has(place, 'example') && has(place, 'schema'))
    expect(withExample.length).toBeGreaterThan(20)
    for (const { path, value } of withExample) {
      expect([path, misfits(cursorAt(...path, 'schema'), childrenOf(value).example)]).toEqual([path, []])
    }
  })
})

describe('the operations', () => {
  test('are the routes of the app, by the functions’ names', () => {
    const registered = routes.map(({ name, method, route }) => [name, method, documentedPath(route)])
    expect(registered.length).toBeGreaterThan(40)
    const documented = operations.map(({ operationId, method, route }) => [operationId, method, route])
    expect(documented.toSorted()).toEqual(registered.toSorted())
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  test.each(operations)('$operationId has the parameters of its path, and each once', ({ operationId, parameters }) => {
    const template = routes.find(({ name }) => name === operationId)?.route ?? ''
    const inPath = parameters
      .filter((each) => each.in === 'path')
      .map(({ name, place }) => [name, misfits(below(place, 'schema'), 'x').length > 0])
    const wanted = [...template.matchAll(/\{(\w+)(:guid)?\}/g)].map(([, name, guid]) => [name, guid !== undefined])
    expect(inPath).toEqual(wanted)
    expect(new Set(parameters.map((each) => `${each.in} ${each.name}`)).size).toBe(parameters.length)
  })

  test.each(operations)('$operationId has the responses that its token, body and storage call for', (operation) => {
    const statuses = new Set(Object.keys(operation.responses))
    const needsToken = operation.security.some((each) => Object.values(each).flat().length > 0)
    if (needsToken) for (const status of ['401', '429', '500', '503']) expect(statuses).toContain(status)
    const takesBody = has(operation.place, 'requestBody')
    const unread = operation.operationId === 'publicImport'
    const bodiless =
      unread || ['acknowledgeAlert', 'rotateIntegrationSecret', 'testIntegration'].includes(operation.operationId)
    expect(takesBody).toBe(!bodiless && (operation.method === 'POST' || operation.method === 'PUT'))
    expect(statuses.has('411') && statuses.has('413')).toBe(takesBody)
    const takesQuery = operation.parameters.some((each) => each.in === 'query')
    expect(statuses.has('400')).toBe(takesBody || takesQuery || unread || isOwnRoute(operation.route))
    const schemes = operation.security.flatMap((each) => Object.keys(each))
    for (const scheme of schemes) expect(has(cursorAt('components', 'securitySchemes'), scheme)).toBe(true)
    const tags = v.parse(v.array(v.object({ name: v.string() })), document.tags).map(({ name }) => name)
    for (const tag of childPlaces(below(operation.place, 'tags'))) expect(tags).toContain(tag.value)
  })

  test('that list events take every filter', () => {
    const lists = operations.filter(({ route, method }) => /\/events(\/export)?$/.test(route) && method === 'GET')
    expect(lists.length).toBe(12)
    for (const { parameters, operationId } of lists) {
      const searched = operationId === 'organizationEvents' ? SearchedListQuery : EventListQuery
      const wanted = Object.keys((operationId === 'exportEvents' ? ExportQuery : searched).entries)
      const names = parameters.filter((each) => each.in === 'query').map(({ name }) => name)
      expect(names.toSorted()).toEqual(wanted.toSorted())
    }
  })
})

describe('the schemas of requests', () => {
  const bodies: Record<string, v.GenericSchema> = {
    createApiKey: NewKey,
    rotateApiKey: Rotation,
    createServerKey: NewServerKey,
    rotateServerKey: Rotation,
    createOrganization: NewOrganization,
    createAlertMute: NewMute,
    triageIncidents: TriageRequest,
    createAlertException: NewException,
    putValueList: GivenList,
    setAlertRule: GivenSettings,
    setAlertingHours: AlertingHoursInput,
    previewAlertRule: PreviewRequest,
    createIntegration: integrationInput({ allowLoopback: false }),
    replaceIntegration: integrationInput({ allowLoopback: false }),
    replayFailed: Replay,
    createSource: NewSource,
    checkSource: NewSource,
    changeSource: SourceChange,
    putOrganization: OrganizationReplacement,
    putMembers: MemberEntries,
    putItems: ItemEntries,
    putProvider: ProviderReplacement,
  }
  /** Bodies that are no JSON, or of which each element is read by itself. */
  const others = ['collect', 'eventsCollect', 'serverEvents', 'issueToken', 'issueIdentityToken']
  const ruleDocuments = ['createAlertRule', 'replaceAlertRule']
  const withBody = operations.filter(({ place }) => has(place, 'requestBody')).map(({ operationId }) => operationId)

  test('are those of every body', () => {
    expect(withBody.toSorted()).toEqual([...Object.keys(bodies), ...others, ...ruleDocuments].toSorted())
  })

  test.each(Object.entries(bodies))('%s reads what is documented', (name, schema) => {
    const operation = operations.find(({ operationId }) => operationId === name)
    if (!operation) throw new Error(`no operation ${name}`)
    const place = below(operation.place, 'requestBody', 'content', 'application/json', 'schema')
    expect(differences(schema, place)).toEqual([])
  })

  const queries: Record<string, QuerySchema> = {
    organizationEvents: SearchedListQuery,
    exportEvents: ExportQuery,
    searchSuggestions: SuggestionsQuery,
    organizationFeed: FeedQuery,
    publicEvents: PublicListQuery,
    publicFeed: PublicFeedQuery,
    readSummary: SummaryQuery,
    readPersonItems: UsesQuery,
    readMachineAccountItems: UsesQuery,
    listAlerts: AlertsQuery,
    listIncidents: IncidentsQuery,
    listFailed: FailedQuery,
    listOrganizationHealth: OrganizationsQuery,
  }

  test.each(operations)('$operationId has the query parameters that are documented', ({ operationId, parameters }) => {
    const inQuery = parameters.filter((each) => each.in === 'query')
    const isList = logRoutes.some(({ name }) => name === operationId)
    const schema = queries[operationId] ?? (isList ? EventListQuery : NoQuery)
    const entries: v.ObjectEntries = schema.entries
    expect(inQuery.map(({ name }) => name).toSorted()).toEqual(Object.keys(entries).toSorted())
    for (const { name, place } of inQuery) {
      const [entry, required] = [entries[name], childrenOf(place.value).required === true]
      expect([name, entry && differences(entry, below(place, 'schema'))]).toEqual([name, []])
      expect([name, required]).toEqual([name, entry?.type !== 'optional'])
    }
  })
})

describe('the words', () => {
  const described = (name: string) =>
    String(valueAt('components', 'schemas', name, 'description')).replaceAll('\n', ' ')

  test('name every reason for which an event is dropped', () => {
    expect(Object.values(childrenOf(valueAt('components', 'schemas', 'DropReason', 'enum'))).toSorted()).toEqual(
      dropReasons.toSorted(),
    )
    for (const reason of dropReasons) expect(described('DropReason')).toContain(`\`${reason}\`: `)
  })

  test('name every category that a summary counts by', () => {
    const days = valueAt('components', 'schemas', 'Summary', 'properties', 'days', 'items', 'properties', 'byCategory')
    const categories = Object.keys(childrenOf(childrenOf(days).properties))
    expect(categories).toEqual([...new Set(eventTypes.map(({ category }) => category)), 'other'])
  })

  test('name every kind of device, system user and hundred of event types', () => {
    expect(described('DeviceType')).toContain(deviceTypes.map(({ code, name }) => `${code} ${name}`).join(', '))
    expect(described('SystemUser')).toContain(systemUsers.map(({ name, code }) => `${code} ${name}`).join(', '))
    const hundreds = new Set(eventTypes.map(({ code }) => `${Math.floor(code / 100)}00s`))
    expect(new Set(described('EventType').match(/\d{4}s/g))).toEqual(hundreds)
  })

  test('name the limits of the code', () => {
    const parameters = (name: string) => valueAt('components', 'parameters', name, 'schema')
    expect(parameters('PageSize')).toMatchObject({ maximum: pageSizeMax, default: pageSizeDefault })
    expect(parameters('Limit')).toMatchObject({ maximum: feedEventsMax, default: feedEventsMax })
    expect(parameters('TypeFilter')).toMatchObject({ maxItems: typesMax })
    expect(parameters('IpAddressFilter')).toMatchObject({ maxItems: networksMax })
    const body = (name: string) => {
      const operation = operations.find(({ operationId }) => operationId === name)
      return operation && below(operation.place, 'requestBody', 'content', 'application/json', 'schema').value
    }
    const batch = { maxItems: batchEventsMax }
    expect(body('collect')).toMatchObject({ oneOf: [batch, { properties: { events: batch } }] })
    expect(body('serverEvents')).toMatchObject({ oneOf: [{}, { maxItems: batchEventsMax }] })
    expect(body('putItems')).toMatchObject({ maxItems: itemsPerRequestMax })
    expect(body('createApiKey')).toMatchObject({ properties: { name: { maxLength: nameCharsMax } } })
    const overlapHours = { maximum: overlapHoursMax, default: overlapHoursDefault }
    expect(body('rotateApiKey')).toMatchObject({ properties: { overlapHours } })
    expect(valueAt('components', 'schemas', 'ApiKeyList', 'properties', 'data')).toMatchObject({ maxItems: apiKeysMax })
    const organizations = { anyOf: [{ maxItems: organizationsPerKeyMax }, {}] }
    expect(body('createServerKey')).toMatchObject({ properties: { name: { maxLength: nameCharsMax }, organizations } })
    const named = { name: { maxLength: organizationNameCharsMax } }
    expect(body('createOrganization')).toMatchObject({ properties: named })
    const data = (name: string) => valueAt('components', 'schemas', name, 'properties', 'data')
    expect(data('ServerKeyList')).toMatchObject({ maxItems: serverKeysMax })
    expect(data('OrganizationHealthList')).toMatchObject({ maxItems: organizationsPerPageMax })
    const alerts = operations.find(({ operationId }) => operationId === 'listAlerts')
    const limit = alerts?.parameters.find(({ name }) => name === 'limit')
    expect(limit && below(limit.place, 'schema').value).toMatchObject({
      maximum: alertsPerPageMax,
      default: alertsPerPageDefault,
    })
    expect(valueAt('components', 'schemas', 'AlertList', 'properties', 'data')).toMatchObject({
      maxItems: alertsPerPageMax,
    })
    const incidents = operations.find(({ operationId }) => operationId === 'listIncidents')
    const ofIncidents = incidents?.parameters.find(({ name }) => name === 'limit')
    expect(ofIncidents && below(ofIncidents.place, 'schema').value).toMatchObject({
      maximum: incidentsPerPageMax,
      default: incidentsPerPageDefault,
    })
    expect(data('IncidentList')).toMatchObject({ maxItems: incidentsPerPageMax })
    const ofIncident = valueAt('components', 'schemas', 'IncidentWithAlerts', 'properties')
    expect(ofIncident).toMatchObject({
      entities: { maxItems: entitiesListedMax },
      alerts: { maxItems: alertsListedMax },
      timeline: { maxItems: timelineMax },
      comments: { maxItems: commentsMax },
    })
    expect(valueAt('components', 'schemas', 'IncidentStory', 'properties')).toMatchObject({
      sentence: { maxLength: sentenceCharactersMax },
      who: { maxItems: storyListedMax },
      addresses: { maxItems: storyListedMax },
      taken: { properties: { items: { maxItems: itemsListedMax }, exports: { maxItems: exportsListedMax } } },
      whatToDo: { maxItems: recommendationsMax },
    })
    expect(valueAt('components', 'schemas', 'Incident', 'properties', 'entities')).toMatchObject({
      maxItems: entitiesListedMax,
    })
    expect(valueAt('components', 'schemas', 'AlertMuteList', 'properties', 'data')).toMatchObject({
      maxItems: mutesMax,
    })
    expect(valueAt('components', 'schemas', 'AlertingHours', 'properties', 'holidays')).toMatchObject({
      maxItems: holidaysMax,
    })
    expect(valueAt('components', 'schemas', 'IncidentState', 'enum')).toEqual(incidentStates)
    expect(valueAt('components', 'schemas', 'RuleVerdicts', 'properties', 'exceptions')).toMatchObject({
      maxItems: exceptionsProposedMax,
    })
    expect(valueAt('components', 'schemas', 'IncidentVerdict', 'enum')).toEqual(verdicts)
    expect(valueAt('components', 'schemas', 'AlertLevel', 'enum')).toEqual(levels)
    expect(valueAt('components', 'schemas', 'AlertState', 'enum')).toEqual(alertStates)
    const items = (name: string) => valueAt('components', 'schemas', name, 'properties', 'data')
    expect(items('IntegrationList')).toMatchObject({ maxItems: integrationsMax })
    expect(items('DeliveryList')).toMatchObject({ maxItems: attemptsStoredMax })
    expect(items('FailedNotificationList')).toMatchObject({ maxItems: failedPerPageMax })
    expect(valueAt('components', 'schemas', 'IntegrationEntry', 'properties')).toMatchObject({
      name: { maxLength: integrationNameCharsMax },
      template: { maxLength: templateCharsMax },
    })
    expect(valueAt('components', 'schemas', 'AlertSubscription', 'properties')).toMatchObject({
      levels: { maxItems: levels.length },
      rules: { maxItems: subscribedRulesMax },
    })
    expect(valueAt('components', 'schemas', 'EventSubscription', 'properties')).toMatchObject({
      types: { maxItems: subscribedTypesMax },
    })
    expect(valueAt('components', 'schemas', 'DatadogSite', 'enum')).toEqual(datadogSites)
    expect(valueAt('components', 'schemas', 'PagerDutySite', 'enum')).toEqual(pagerDutySites)
    expect(valueAt('components', 'schemas', 'OpsgenieSite', 'enum')).toEqual(opsgenieSites)
    expect(described('EventFilter')).toContain(`at most ${filterDepthMax} groups within groups`)
    expect(valueAt('components', 'schemas', 'SourceProblem', 'enum')).toEqual(SourceProblem.options)
    expect(valueAt('components', 'schemas', 'SourceRegion', 'enum')).toEqual(Region.options)
    expect(items('SourceList')).toMatchObject({ maxItems: sourcesMax })
    expect(valueAt('components', 'schemas', 'NewSource', 'properties')).toMatchObject({
      name: { maxLength: sourceNameCharsMax },
      url: { maxLength: sourceUrlCharsMax },
      clientSecret: { maxLength: clientSecretCharsMax },
    })
    const failed = operations.find(({ operationId }) => operationId === 'listFailed')
    const page = failed?.parameters.find(({ name }) => name === 'limit')
    expect(page && below(page.place, 'schema').value).toMatchObject({
      maximum: failedPerPageMax,
      default: failedPerPageDefault,
    })
    const ipAddress = { maxLength: addressCharsMax }
    expect(valueAt('components', 'schemas', 'Summary', 'properties')).toMatchObject({
      days: { maxItems: summaryDaysMax },
      users: { maxItems: busiestMax },
      membersNotSeen: { maxItems: notSeenMax },
      addresses: { maxItems: busiestMax, items: { properties: { ipAddress } } },
    })
    const secrets = valueAt('components', 'schemas', 'GoodSecrets')
    expect(secrets).toMatchObject({ maxItems: secretsPerKeyMax })
  })
})

describe('GET /openapi.yaml', () => {
  test('returns the document as it is', async () => {
    const response = await call(readOpenapi(openapiText))
    expect(response).toMatchObject({ status: 200, text: openapiText })
    expect(response.headers.get('content-type')).toBe('application/yaml')
  })

  test('is a 404 where there is none: in sources that no bundler has been through', async () => {
    expect((await call(readOpenapi())).status).toBe(404)
  })
})
