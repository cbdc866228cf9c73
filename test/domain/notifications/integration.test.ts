// Integrations: what a request may say, what is stored, what is shown, and that no secret gets out or goes elsewhere.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { levels } from '../../../src/domain/alerts/sigma/rules.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import {
  addIntegration,
  giveUp,
  Integration,
  type IntegrationInput,
  type IntegrationsChange,
  integrationCharsMax,
  integrationInput,
  integrationNameCharsMax,
  integrationsMax,
  newIntegration,
  removeIntegration,
  replaceIntegration,
  rotateSigning,
  type Sealed,
  secretOverlapHours,
  secretsMissing,
} from '../../../src/domain/notifications/integration.ts'
import { integrationView } from '../../../src/domain/notifications/integration-view.ts'
import { templateCharsMax } from '../../../src/domain/notifications/messages/templates.ts'
import { subscribedRulesMax, subscribedTypesMax } from '../../../src/domain/notifications/subscriptions.ts'
import { tagsMax } from '../../../src/domain/notifications/targets/datadog/datadog.ts'
import { urlCharsMax } from '../../../src/domain/notifications/targets/definition/endpoint-urls.ts'
import { labelCharsMax, tokenCharsMax } from '../../../src/domain/notifications/targets/definition/input.ts'
import { recipientsMax } from '../../../src/domain/notifications/targets/email/addresses.ts'
import { userCharsMax } from '../../../src/domain/notifications/targets/email/email.ts'
import { openTarget, secretsIn } from '../../../src/domain/notifications/targets/targets.ts'
import { signingKeyOf, signingSecretOf } from '../../../src/domain/notifications/targets/webhook/signing.ts'
import { alice, guid } from '../../support/events.ts'
import { now } from './samples.ts'
import { requestedTargets } from './targets/samples.ts'
import { signingSecret } from './targets/webhook/samples.ts'

const Input = integrationInput({ allowLoopback: false })
const later = instantAt(millisecondsOf(now) + 60_000)

/** Every kind of target with every secret it may bring; each secret but the one that signs has "s3cret" in it. */
const bodies = {
  ...requestedTargets,
  webhook: { ...requestedTargets.webhook, batch: true },
  hec: { ...requestedTargets.hec, index: 'vault' },
  datadog: { ...requestedTargets.datadog, service: 'vault', tags: ['env:prod'] },
} as const
const kinds = Object.keys(bodies).filter((kind): kind is keyof typeof bodies => kind in bodies)

const input = (target: object, more: object = {}): IntegrationInput =>
  v.parse(Input, { name: 'Security', target, ...more })

/** Sealed as an adapter would, but legible to a test alone. */
const seal = (given: IntegrationInput): Sealed =>
  Object.fromEntries(Object.entries(secretsIn(given.target)).map(([name, value]) => [name, `sealed(${value})`]))

function made(target: object, more: object = {}, id: Guid = guid(1, '6')): Integration {
  const given = input(target, more)
  return newIntegration(given, seal(given), { id, at: now, by: alice })
}

function replaced(before: Integration, target: object, more: object = {}): IntegrationsChange {
  const given = input(target, more)
  return replaceIntegration([before], before.id, given, seal(given), later)
}

function changed(change: IntegrationsChange): Integration {
  if (change.kind === 'refused') throw new Error(change.reason)
  return change.integration
}

describe('a request', () => {
  test.each(kinds)('describes a target of kind %s, and what is stored can be read back', (kind) => {
    const integration = made(bodies[kind])
    expect(v.parse(Integration, JSON.parse(JSON.stringify(integration)))).toEqual(integration)
    expect(integration).toMatchObject({ state: { kind: 'active' }, createdAt: now, createdBy: alice, template: null })
    expect(secretsMissing(input(bodies[kind]).target)).toEqual([])
  })

  test('that makes one must bring its secrets, but for the one that signs, which can be made', () => {
    const missing = (target: object) => secretsMissing(input(target).target)
    expect(missing({ kind: 'slack-webhook' })).toEqual(['url'])
    expect(missing({ kind: 'slack-bot', channel: 'C0123456789' })).toEqual(['token'])
    expect(missing({ kind: 'hec', url: bodies.hec.url })).toEqual(['token'])
    expect(missing({ kind: 'webhook' })).toEqual(['url'])
    expect(missing({ kind: 'datadog', site: 'datadoghq.com' })).toEqual(['apiKey'])
    expect(missing({ kind: 'pagerduty', site: 'events.pagerduty.com' })).toEqual(['routingKey'])
    const { password: _, ...bare } = bodies.email
    expect(missing(bare)).toEqual(['password'])
    const { accessKey: _key, ...keyless } = bodies['acs-email']
    expect(missing(keyless)).toEqual(['accessKey'])
  })

  test.each([
    ['a misspelt member', { ...bodies.webhook, bacth: true }, {}],
    ["another kind's member", { ...bodies.teams, token: 'x' }, {}],
    ['an unknown kind', { kind: 'pager' }, {}],
    ['a mail server that is a URL', { ...bodies.email, host: 'smtp.acme.test/x' }, {}],
    ['a mail server with a port', { ...bodies.email, host: 'smtp.acme.test:25' }, {}],
    ['this machine as the mail server', { ...bodies.email, host: '127.0.0.1' }, {}],
    ['a port of another service', { ...bodies.email, port: 22 }, {}],
    ['a port in words', { ...bodies.email, port: '587' }, {}],
    ['no recipient', { ...bodies.email, to: [] }, {}],
    ['a recipient with a name', { ...bodies.email, to: ['Alice <alice@acme.test>'] }, {}],
    ['two recipients in one', { ...bodies.email, to: ['a@acme.test,b@acme.test'] }, {}],
    ['a sender with a line end', { ...bodies.email, from: 'a@acme.test\r\nBcc: b@evil.test' }, {}],
    ['a user with a line end', { ...bodies.email, user: 'a\r\nQUIT' }, {}],
    ['an endpoint of another service', { ...bodies['acs-email'], host: 'acme.azure.com' }, {}],
    [
      'an endpoint that only begins as one',
      { ...bodies['acs-email'], host: 'a.communication.azure.com.evil.test' },
      {},
    ],
    ['an endpoint with a port', { ...bodies['acs-email'], host: 'acme.communication.azure.com:8443' }, {}],
    ['an endpoint with a path', { ...bodies['acs-email'], host: 'acme.communication.azure.com/x' }, {}],
    ['an endpoint on this machine', { ...bodies['acs-email'], host: '127.0.0.1:7072' }, {}],
    ['an access key that is a connection string', { ...bodies['acs-email'], accessKey: 'endpoint=https://a' }, {}],
    ['an access key with a line end', { ...bodies['acs-email'], accessKey: `${'a'.repeat(32)}\r\n` }, {}],
    ['a short integration key', { ...bodies.pagerduty, routingKey: 'short' }, {}],
    ['an unknown site', { ...bodies.datadog, site: 'evil.test' }, {}],
    ['a channel by name', { ...bodies['slack-bot'], channel: '#general' }, {}],
    ['a token with a line end', { ...bodies['slack-bot'], token: 'x\r\nhost: evil.test' }, {}],
    ['an empty token', { ...bodies['slack-bot'], token: '' }, {}],
    ['a tag with a comma', { ...bodies.datadog, tags: ['a,b'] }, {}],
    ['an empty index', { ...bodies.hec, index: '' }, {}],
    ['an empty name', bodies.teams, { name: ' ' }],
    ['a name with a line end', bodies.teams, { name: 'a\nb' }],
    ['an unknown name in the template', bodies.teams, { template: '#Nothing#' }],
    ['a member that is none', bodies.teams, { secret: 'x' }],
  ])('with %s is refused, and no problem holds a secret', (_, target, more) => {
    const read = v.safeParse(Input, { name: 'Security', target, ...more })
    expect(read.success).toBe(false)
    for (const { message, received } of read.issues ?? []) expect(message + received).not.toContain('s3cret')
  })

  test('is accepted at the limits, and refused one past them', () => {
    const of = (target: object, more: object = {}) => v.is(Input, { name: 'Security', target, ...more })
    const tags = (count: number) => Array.from({ length: count }, (_, index) => `t:${index}`)
    expect(of(bodies.teams, { name: 'x'.repeat(integrationNameCharsMax) })).toBe(true)
    expect(of(bodies.teams, { name: 'x'.repeat(integrationNameCharsMax + 1) })).toBe(false)
    expect(of({ ...bodies.hec, token: 'x'.repeat(tokenCharsMax) })).toBe(true)
    expect(of({ ...bodies.hec, token: 'x'.repeat(tokenCharsMax + 1) })).toBe(false)
    expect(of({ ...bodies.hec, source: 'x'.repeat(labelCharsMax) })).toBe(true)
    expect(of({ ...bodies.hec, source: 'x'.repeat(labelCharsMax + 1) })).toBe(false)
    expect(of({ ...bodies.datadog, tags: tags(tagsMax) })).toBe(true)
    expect(of({ ...bodies.datadog, tags: tags(tagsMax + 1) })).toBe(false)
    const recipients = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@acme.test`)
    expect(of({ ...bodies.email, to: recipients(recipientsMax) })).toBe(true)
    expect(of({ ...bodies.email, to: recipients(recipientsMax + 1) })).toBe(false)
    for (const port of [25, 465, 587, 1_024, 65_535]) expect(of({ ...bodies.email, port })).toBe(true)
    for (const port of [24, 1_023, 65_536, 587.5]) expect(of({ ...bodies.email, port })).toBe(false)
  })

  test.each([
    ['http://hooks.acme.test/s3cret', 'must be https'],
    ['https://s3cret@hooks.acme.test/', 'must not hold a user or password'],
  ])('with the address %s gets the reason', (url, message) => {
    const read = v.safeParse(Input, { name: 'Security', target: { kind: 'webhook', url } })
    expect(read.issues?.map((issue) => [v.getDotPath(issue), issue.message])).toEqual([['target.url', message]])
  })
})

describe('a signing secret', () => {
  const accepted = (secret: string) => v.is(Input, { name: 'Security', target: { ...bodies.webhook, secret } })
  const ofBytes = (count: number) => signingSecretOf(new Uint8Array(count).fill(1))

  test('is 24 to 64 bytes', () => {
    expect([24, 64].map((count) => accepted(ofBytes(count)))).toEqual([true, true])
    expect([23, 65, 0].map((count) => accepted(ofBytes(count)))).toEqual([false, false, false])
  })

  test('is base64 behind whsec_, as it stands', () => {
    const plain = ofBytes(24)
    for (const wrong of [plain.slice(6), plain.toUpperCase(), `${plain} `, `${plain}=`, plain.replace('AQ', '-_')]) {
      expect(accepted(wrong), wrong).toBe(false)
    }
    expect([...signingKeyOf(plain)]).toEqual(new Array(24).fill(1))
  })
})

describe('what is shown', () => {
  test.each(kinds)('of %s holds no secret, sealed or not', (kind) => {
    const shown = JSON.stringify(integrationView(made(bodies[kind])))
    for (const part of ['s3cret', 'sealed', signingSecret.slice(6)]) expect(shown).not.toContain(part)
    expect(JSON.stringify({ ...made(bodies[kind]), sealed: {} })).not.toContain('s3cret')
  })

  test('is that secrets are set, and the host', () => {
    expect(integrationView(made(bodies.hec))).toMatchObject({
      object: 'integration',
      id: guid(1, '6'),
      name: 'Security',
      enabled: true,
      state: { kind: 'active' },
      target: { kind: 'hec', host: 'splunk.acme.test:8088', url: { set: true }, token: { set: true }, index: 'vault' },
      createdAt: '2026-11-20T10:05:00.000Z',
    })
  })

  test('is why and since when one is disabled', () => {
    const off = made(bodies.teams, { enabled: false })
    expect(integrationView(off)).toMatchObject({
      enabled: false,
      state: { kind: 'disabled', reason: 'switched-off', at: '2026-11-20T10:05:00.000Z' },
    })
  })
})

describe('a change', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => made(bodies.teams, {}, guid(index + 1, '6')))

  test('adds as many as there may be, and no more', () => {
    const last = made(bodies.teams, {}, guid(99, '6'))
    expect(addIntegration(many(integrationsMax - 1), last)).toMatchObject({ integrations: { length: integrationsMax } })
    expect(addIntegration(many(integrationsMax), last)).toEqual({ kind: 'refused', reason: 'too-many-integrations' })
  })

  test('leaves the secrets that it does not bring, and their host', () => {
    const before = made(bodies.hec)
    const change = replaced(before, { kind: 'hec', index: null }, { name: 'Renamed' })
    expect(changed(change)).toMatchObject({
      id: before.id,
      name: 'Renamed',
      createdAt: now,
      sealed: before.sealed,
      target: { host: 'splunk.acme.test:8088', index: null },
    })
  })

  test('sends no stored password to another mail server', () => {
    const before = made(bodies.email)
    const { password: _, ...kept } = bodies.email
    expect(replaced(before, { ...kept, host: 'evil.test' })).toEqual({ kind: 'refused', reason: 'password-needed' })
    expect(changed(replaced(before, { ...kept, host: 'SMTP.acme.test', port: 465 })).sealed).toEqual(before.sealed)
    const moved = changed(replaced(before, { ...kept, host: 'smtp.other.test', password: 'new' }))
    expect(moved).toMatchObject({ target: { host: 'smtp.other.test' }, sealed: { password: 'sealed(new)' } })
  })

  test('sends no stored access key to another endpoint', () => {
    const before = made(bodies['acs-email'])
    const { accessKey: _, ...kept } = bodies['acs-email']
    const moved = { ...kept, host: 'other.communication.azure.com' }
    expect(replaced(before, moved)).toEqual({ kind: 'refused', reason: 'accessKey-needed' })
    expect(changed(replaced(before, { ...kept, host: 'ACME.communication.azure.com' })).sealed).toEqual(before.sealed)
    const given = changed(replaced(before, { ...moved, accessKey: 'a'.repeat(32) }))
    expect(given).toMatchObject({ target: { host: 'other.communication.azure.com' } })
  })

  test('sends no stored token to another host', () => {
    const before = made(bodies.hec)
    const moved = { kind: 'hec', url: 'https://evil.test/' }
    expect(replaced(before, moved)).toEqual({ kind: 'refused', reason: 'token-needed' })
    expect(replaced(before, { ...moved, url: 'https://splunk.acme.test:9999/' })).toMatchObject({
      reason: 'token-needed',
    })
    expect(changed(replaced(before, { ...moved, token: 'new' })).target).toMatchObject({ host: 'evil.test' })
    expect(changed(replaced(before, { ...moved, url: 'https://splunk.acme.test:8088/other' })).sealed.token).toBe(
      before.sealed.token,
    )
  })

  test('does not make one kind of another, nor anything of what is not there', () => {
    expect(replaced(made(bodies.hec), bodies.teams)).toEqual({ kind: 'refused', reason: 'kind-changed' })
    expect(replaceIntegration([], guid(1, '6'), input(bodies.teams), {}, later)).toMatchObject({
      reason: 'integration-unknown',
    })
    expect(removeIntegration([], guid(1, '6'))).toMatchObject({ reason: 'integration-unknown' })
    expect(giveUp([], guid(1, '6'), later)).toMatchObject({ reason: 'integration-unknown' })
    expect(rotateSigning([made(bodies.teams)], guid(1, '6'), 'x', later)).toMatchObject({
      reason: 'integration-unknown',
    })
  })

  test('touches no other integration', () => {
    const [first, second, third] = many(3)
    const known = [first, second, third].flatMap((each) => each ?? [])
    const change = giveUp(known, guid(2, '6'), later)
    expect(change).toMatchObject({ integrations: [first, { id: guid(2, '6') }, third] })
    expect(removeIntegration(known, guid(2, '6'))).toMatchObject({ integrations: [first, third], integration: second })
  })

  test('switches off and on; what its target gave up is active again when it is saved', () => {
    const off = changed(replaced(made(bodies.teams), bodies.teams, { enabled: false }))
    expect(off.state).toEqual({ kind: 'disabled', reason: 'switched-off', at: later })
    expect(changed(replaced(off, bodies.teams)).state).toEqual({ kind: 'active' })
    const gone = changed(giveUp([made(bodies.teams)], guid(1, '6'), now))
    expect(gone.state).toEqual({ kind: 'disabled', reason: 'gone', at: now })
    expect(changed(replaced(gone, bodies.teams, { enabled: false })).state).toEqual(gone.state)
    expect(changed(giveUp([gone], gone.id, later)).state).toEqual(gone.state)
    expect(changed(replaced(gone, bodies.teams)).state).toEqual({ kind: 'active' })
  })
})

describe('a new signing secret', () => {
  const before = made(bodies.webhook)
  const end = instantAt(millisecondsOf(later) + secretOverlapHours * 3_600_000)
  const justBefore = instantAt(millisecondsOf(end) - 1)
  const open = { url: 'https://hooks.acme.test/', secret: 'whsec_new', previousSecret: 'whsec_old' }

  test.each([
    ['given', () => replaced(before, { ...bodies.webhook, secret: signingSecretOf(new Uint8Array(24)) })],
    ['made', () => rotateSigning([before], before.id, 'sealed(new)', later)],
  ])('that is %s leaves the one before for a day', (_, change) => {
    const { target, sealed } = changed(change())
    expect(sealed.previousSecret).toBe(before.sealed.secret)
    expect(sealed.secret).not.toBe(before.sealed.secret)
    expect(target).toMatchObject({ previousSecretUntil: end })
    expect(openTarget(target, open, justBefore)).toMatchObject({ secrets: ['whsec_new', 'whsec_old'] })
    expect(openTarget(target, open, end)).toMatchObject({ secrets: ['whsec_new'] })
  })

  test('stays during other changes: the overlap goes on', () => {
    const rotated = changed(rotateSigning([before], before.id, 'sealed(new)', later))
    const renamed = changed(replaced(rotated, { kind: 'webhook' }, { name: 'Renamed' }))
    expect(renamed.target).toMatchObject({ previousSecretUntil: end, batch: false })
    expect(renamed.sealed).toEqual(rotated.sealed)
  })
})

test('the largest integration fits in a property of a table', () => {
  const filter = { field: 'objectName', operator: 'in', value: Array.from({ length: 26 }, () => '"'.repeat(145)) }
  const rules = Array.from({ length: subscribedRulesMax }, (_, index) => guid(index))
  const types = Array.from({ length: subscribedTypesMax }, (_, index) => 65_535 - index)
  const tags = Array.from({ length: tagsMax }, () => 't'.repeat(labelCharsMax))
  const service = '"'.repeat(labelCharsMax)
  const more = {
    name: '"'.repeat(integrationNameCharsMax),
    template: '"'.repeat(templateCharsMax),
    subscriptions: { alerts: { levels: [...levels], rules, resolved: true }, events: { types, filter } },
  }
  const start = 'https://hooks.acme.test/'
  const url = start + 'x'.repeat(urlCharsMax - start.length)
  for (const target of [
    { ...bodies.datadog, tags, service },
    { ...bodies.webhook, url },
    { ...bodies.hec, url },
    {
      ...bodies.email,
      host: `${'h'.repeat(60)}.`.repeat(4).slice(0, 240),
      user: '"'.repeat(userCharsMax),
      to: Array.from({ length: recipientsMax }, () => `${'x'.repeat(64)}@${'y'.repeat(60)}.${'z'.repeat(60)}.test`),
    },
  ]) {
    const integration = made(target, more)
    const sealed = Object.fromEntries(Object.entries(integration.sealed).map(([name, text]) => [name, text + text]))
    expect(JSON.stringify({ ...integration, sealed }).length).toBeLessThanOrEqual(integrationCharsMax)
  }
})

test('a target opens with the secrets that it needs, and not without', () => {
  for (const kind of kinds) {
    const { target } = made(bodies[kind])
    expect(openTarget(target, secretsIn(input(bodies[kind]).target), now)).toMatchObject({ kind })
    expect(openTarget(target, {}, now)).toBeUndefined()
  }
})
