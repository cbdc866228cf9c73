// An integration as it is typed, and as the API takes it.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { knownFields, vocabularies } from '../../../src/domain/alerts/sigma/fields.ts'
import { integrationInput } from '../../../src/domain/notifications/integration.ts'
import { templateNames as namesKnown } from '../../../src/domain/notifications/messages/template-values.ts'
import { datadogSites as sites } from '../../../src/domain/notifications/targets/datadog/message.ts'
import { opsgenieSites as hosts } from '../../../src/domain/notifications/targets/opsgenie/message.ts'
import { pagerDutySites as regions } from '../../../src/domain/notifications/targets/pagerduty/message.ts'
import { registry } from '../../../src/domain/notifications/targets/registry.ts'
import { lastAttempt } from '../../../web/integrations/deliveries/deliveries.ts'
import {
  bodyOf,
  type Draft,
  draftOf,
  errorsAt,
  missingIn,
  newDraft,
  withSecret,
} from '../../../web/integrations/form/draft.ts'
import { titleOf, typeChoices, withCategory } from '../../../web/integrations/form/event-choices.ts'
import {
  fieldVocabularies,
  filterFields,
  templateNames,
  unknownTemplateNames,
} from '../../../web/integrations/form/fields.ts'
import { readIntegration } from '../../../web/integrations/read-integration.ts'
import { datadogSites, opsgenieSites, pagerDutySites, targetKinds, targets } from '../../../web/integrations/targets.ts'

const url = 'https://hooks.example/x'
const mail = { host: 'smtp.acme.test', port: ' 587 ', user: 'keytrail', from: 'a@acme.test', to: 'b@acme.test\n' }
const filled: Draft = {
  ...newDraft,
  name: 'Channel',
  secrets: {
    url,
    token: 'tok',
    secret: '',
    apiKey: 'key',
    routingKey: 'k'.repeat(32),
    password: 'pass',
    accessKey: 'a'.repeat(32),
  },
  fields: {
    channel: 'C0123456789',
    index: 'main',
    source: ' ',
    service: 'vault',
    tags: 'env:prod\n\n team:a ',
    ...mail,
  },
  template: '#Summary#',
}

describe('what is known here of filters, templates and targets', () => {
  test('is what the app knows', () => {
    const kindHere = new Map([...knownFields].map(([name, kind]) => [name, kind === 'address' ? 'text' : kind]))
    expect(Object.fromEntries(filterFields)).toEqual(Object.fromEntries(kindHere))
    for (const [field, words] of vocabularies) expect(new Set(fieldVocabularies.get(field))).toEqual(new Set(words))
    expect(new Set([...templateNames.alert, ...templateNames.event])).toEqual(new Set(namesKnown))
    expect(datadogSites).toEqual([...sites])
    expect(pagerDutySites).toEqual([...regions])
    expect(opsgenieSites).toEqual([...hosts])
    const secretsOf = (kinds: typeof targets | typeof registry) =>
      Object.fromEntries(Object.entries(kinds).map(([kind, { secrets }]) => [kind, secrets]))
    expect(secretsOf(targets)).toEqual(secretsOf(registry))
  })
})

describe('the body of a request', () => {
  const urls: Readonly<Record<string, string>> = {
    'slack-webhook': 'https://hooks.slack.com/services/T0/B0/x',
    teams: 'https://prod.westeurope.logic.azure.com/workflows/x',
  }

  test.each(targetKinds)('is taken by the app: %s', (kind) => {
    const fields = { ...filled.fields, ...(kind === 'acs-email' && { host: 'acme.communication.azure.com' }) }
    const draft = { ...filled, kind, fields, secrets: { ...filled.secrets, url: urls[kind] ?? url } }
    const schema = integrationInput({ allowLoopback: false })
    expect(v.safeParse(schema, bodyOf(draft)).issues).toBeUndefined()
  })

  test('has the secrets of its kind alone, and none that is empty', () => {
    expect(bodyOf({ ...filled, kind: 'webhook' }).target).toEqual({ kind: 'webhook', url, batch: false })
    expect(bodyOf({ ...filled, kind: 'datadog' }).target).toEqual({
      kind: 'datadog',
      apiKey: 'key',
      site: 'datadoghq.com',
      service: 'vault',
      tags: ['env:prod', 'team:a'],
    })
    expect(bodyOf({ ...filled, kind: 'email' }).target).toEqual({
      kind: 'email',
      password: 'pass',
      ...mail,
      port: 587,
      to: ['b@acme.test'],
    })
    expect(bodyOf({ ...filled, kind: 'hec' }).target).toMatchObject({ index: 'main', source: null })
  })

  test('has the endpoint and the key of a pasted connection string', () => {
    const empty: Draft = { ...filled, kind: 'acs-email', fields: { from: 'a@acme.test', to: 'b@acme.test' } }
    const pasted = ` endpoint=https://acme.communication.azure.com/;accesskey=${'b'.repeat(30)}==\n`
    const draft = { ...empty, ...withSecret(empty, 'accessKey', pasted) }
    expect(missingIn(draft, true)).toEqual([])
    expect(bodyOf(draft).target).toEqual({
      kind: 'acs-email',
      accessKey: `${'b'.repeat(30)}==`,
      host: 'acme.communication.azure.com',
      from: 'a@acme.test',
      to: ['b@acme.test'],
    })
    expect(withSecret(empty, 'token', pasted)).toEqual({ secrets: { ...empty.secrets, token: pasted } })
    expect(withSecret(empty, 'accessKey', 'endpoint=').fields).toBeUndefined()
  })

  test('has the host of an endpoint that is typed as a URL', () => {
    const hostOf = (host: string) => bodyOf({ ...filled, kind: 'acs-email', fields: { ...mail, host } }).target
    expect(hostOf(' https://acme.communication.azure.com/ ')).toMatchObject({ host: 'acme.communication.azure.com' })
    expect(hostOf('https://acme.test/x')).toMatchObject({ host: 'https://acme.test/x' })
  })

  test('says null for all levels, rules and types, and for what is off', () => {
    const all = { ...filled, alerts: { ...filled.alerts, levels: [...draftOf(known).alerts.levels] } }
    expect(bodyOf(all).subscriptions).toEqual({
      alerts: { levels: null, rules: null, per: null, resolved: false },
      events: null,
    })
    const none = { ...filled, alerts: { ...filled.alerts, on: false }, events: { ...filled.events, on: true } }
    expect(bodyOf(none).subscriptions).toEqual({ alerts: null, events: { types: null, filter: null } })
    expect(bodyOf({ ...filled, template: ' \n' }).template).toBeNull()
  })
})

const response = {
  object: 'integration',
  id: 'i',
  name: 'Tickets',
  enabled: true,
  state: { kind: 'active' },
  target: {
    kind: 'webhook',
    host: 'hooks.example',
    batch: true,
    previousSecretUntil: null,
    url: { set: true },
    secret: { set: true },
  },
  subscriptions: {
    alerts: { levels: null, rules: ['r'], per: 'incident', resolved: true },
    events: { types: [1007], filter: { field: 'itemCritical', operator: 'equals', value: true } },
  },
  template: null,
  createdAt: '2026-11-20T09:30:00.123Z',
  createdBy: 'c',
  unreadableSecrets: [],
  health: { status: 'untried', failingSince: null, lastSuccessAt: null, reason: null },
}
const known = readIntegration(response)

test('an integration that is read and put again stays as it is, and no secret is in it', () => {
  expect(bodyOf(draftOf(known))).toEqual({
    name: 'Tickets',
    target: { kind: 'webhook', batch: true },
    subscriptions: response.subscriptions,
    template: null,
    enabled: true,
  })
})

describe('what is missing', () => {
  test('is named before the app is asked', () => {
    expect(missingIn(newDraft, true)).toEqual(['name', 'target.url'])
    expect(missingIn({ ...newDraft, kind: 'slack-bot' }, true)).toEqual(['name', 'target.token', 'target.channel'])
    expect(missingIn({ ...newDraft, kind: 'email' }, true)).toEqual([
      'name',
      ...['password', 'host', 'user', 'from', 'to'].map((name) => `target.${name}`),
    ])
    expect(missingIn({ ...filled, alerts: { ...filled.alerts, levels: [] } }, true)).toEqual([
      'subscriptions.alerts.levels',
    ])
  })

  test('is no secret that is stored, nor one that is generated', () => {
    expect(missingIn(draftOf(known), false)).toEqual([])
    expect(missingIn({ ...filled, kind: 'webhook' }, true)).toEqual([])
  })
})

test('errors belong to their field, with the path in it', () => {
  const errors = { 'target.url': ['must be https'], 'subscriptions.events.filter.and.0.value': ['is nothing'] }
  expect(errorsAt(errors, 'target.url')).toEqual(['must be https'])
  expect(errorsAt(errors, 'subscriptions.events.filter')).toEqual(['and.0.value is nothing'])
  expect(errorsAt(errors, 'target.u')).toEqual([])
})

test('unknown names of templates are found', () => {
  expect(unknownTemplateNames('#Summary# ## #Sumary# #Sumary#')).toEqual(['Sumary'])
})

describe('types of events', () => {
  test('are titled by their sentences without placeholders', () => {
    expect(titleOf('Viewed item {item}.')).toBe('Viewed item')
    expect(typeChoices.flatMap(({ types }) => types).length).toBeGreaterThan(100)
  })

  test('are chosen and left by category', () => {
    const [first] = typeChoices
    if (!first) throw new Error('no category')
    const all = withCategory([1107, 1000], first, true)
    expect(all[0]).toBe(1107)
    expect(all.length).toBe(first.types.length + 1)
    expect(withCategory(all, first, false)).toEqual([1107])
  })
})

test('the newest attempt of a notification is found', () => {
  const attempt = { at: '1', error: null, latencyMs: 1, notificationIds: ['a', 'b'] }
  const retried = { ...attempt, outcome: 'retry' } as const
  const arrived = { ...attempt, outcome: 'delivered', notificationIds: ['b'] } as const
  expect(lastAttempt([arrived, retried], 'b')).toBe(arrived)
  expect(lastAttempt([arrived, retried], 'a')).toBe(retried)
  expect(lastAttempt([arrived, retried], 'c')).toBeUndefined()
})
