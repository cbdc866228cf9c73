// Every kind of caller on every kind of route: the directory decides where it knows the membership, and the token's claims only elsewhere.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memorySummaries } from '../../../src/adapters/memory/counts/summaries.ts'
import { memoryTallies } from '../../../src/adapters/memory/counts/tallies.ts'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { countTallies } from '../../../src/application/tallies/count-tallies.ts'
import { defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { memberStatus, memberType, providerUserType } from '../../../src/domain/directory/directory.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { createAlertException, listAlertExceptions } from '../../../src/functions/alerts/alert-exceptions.ts'
import { createAlertMute, listAlertMutes } from '../../../src/functions/alerts/alert-mutes.ts'
import { createAlertRule, listAlertRules, setAlertRule } from '../../../src/functions/alerts/alert-rules.ts'
import { readAlertingHours, setAlertingHours } from '../../../src/functions/alerts/alerting-hours.ts'
import { listAlerts } from '../../../src/functions/alerts/alerts.ts'
import { listIncidents, triageIncident } from '../../../src/functions/alerts/incidents.ts'
import { previewAlertRule } from '../../../src/functions/alerts/preview-alert-rule.ts'
import { listRuleVerdicts } from '../../../src/functions/alerts/rule-verdicts.ts'
import { listValueLists, putValueList } from '../../../src/functions/alerts/value-lists.ts'
import { readMe } from '../../../src/functions/directory/me.ts'
import { listOrganizations } from '../../../src/functions/directory/organizations.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { forOperators, forOperatorsWith } from '../../../src/functions/http/operators.ts'
import { countParameter } from '../../../src/functions/http/query.ts'
import { ok } from '../../../src/functions/http/responses.ts'
import { collect } from '../../../src/functions/ingest/collect.ts'
import { createApiKey, listApiKeys } from '../../../src/functions/keys/api-keys.ts'
import { exportEvents } from '../../../src/functions/log/export-events.ts'
import * as reading from '../../../src/functions/log/read-events.ts'
import { readFeed } from '../../../src/functions/log/read-feed.ts'
import { readSuggestions } from '../../../src/functions/log/suggest-names.ts'
import { createIntegration, listIntegrations } from '../../../src/functions/notifications/integrations.ts'
import * as people from '../../../src/functions/people/read-people.ts'
import { readSummary } from '../../../src/functions/summary/read-summary.ts'
import { alertRuleRoutes, viewing } from '../../support/alerts/alert-rules.ts'
import { exportRule } from '../../support/alerts/alerts.ts'
import { apiKeyRoutes } from '../../support/api-keys.ts'
import { call, personClaims, tokensOf, userClaims } from '../../support/calls.ts'
import { member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../support/events.ts'
import { bodyOf, integrationRoutes } from '../../support/notifications/integrations.ts'
import { everyRoute, sourceCalls, sourcePorts } from '../../support/sources/routes.ts'
import { adding, sourceOf } from '../../support/sources/sources.ts'

const [agency, unknownAgency, unknown] = [guid(1, '9'), guid(2, '9'), guid(9, 'a')]
const [cipher, collection, providerUserId] = [guid(1, 'd'), guid(1, '5'), guid(2, '7')]
const nowMs = Date.parse('2026-11-22T06:28:00Z')

type OrganizationEntry = Parameters<typeof organization>[1]
type ProviderEntry = Parameters<typeof provider>[1]
/** What a directory says of Alice's memberships; `before`: what it said of Acme earlier. */
type World = { readonly acme?: OrganizationEntry; readonly before?: OrganizationEntry; readonly agency?: ProviderEntry }

const owner = { type: memberType.owner }
const plain = { members: [member(alice)] }
const as = (more: Parameters<typeof member>[1]): World => ({ acme: { members: [member(alice, more)] } })
const asAgent = (agencyEntry: ProviderEntry, acmeEntry: OrganizationEntry = plain): World => ({
  acme: { providerId: agency, ...acmeEntry },
  agency: agencyEntry,
})
const service = { users: [providerUser(alice)] }
const agencyAdmin = providerUser(alice, { type: providerUserType.admin })
const { accepted, invited, revoked, staged } = memberStatus

const ownerClaims = userClaims(alice, { orgowner: [acme, unknown] })
const readerClaims = userClaims(alice, { orgcustom: acme, accesseventlogs: acme })
const agentClaims = userClaims(alice, { orguser: acme, providerprovideradmin: agency })

/** May read Acme's log, manage it, report for it as a member, report on an item of it that no collection opens; may operate Keytrail. */
const nothing = { reads: false, manages: false, reports: false, reaches: false, readsProvider: false, operates: false }
const everything = { ...nothing, reads: true, manages: true, reports: true, reaches: true }
const plainMember = { ...nothing, reports: true }
const agent = { ...nothing, reads: true, reaches: true }

const callers: readonly (readonly [string, Record<string, unknown>, World, typeof nothing])[] = [
  ['an owner whom only the directory knows', userClaims(alice), as(owner), everything],
  ['an admin whom only the directory knows', userClaims(alice), as({ type: memberType.admin }), everything],
  ['an owner whose token says user', userClaims(alice, { orguser: acme }), as(owner), everything],
  ['an owner by the token whom the directory never had', ownerClaims, { acme: {} }, nothing],
  ['an owner by the token whom the directory removed', ownerClaims, { before: as(owner).acme, acme: {} }, nothing],
  [
    'an owner whose name the directory keeps',
    ownerClaims,
    { before: as({ ...owner, name: 'Al' }).acme, acme: {} },
    nothing,
  ],
  ['an owner by the token who was made a user', ownerClaims, as({}), plainMember],
  ['an owner by the token who was made custom', ownerClaims, as({ type: memberType.custom }), plainMember],
  ['an owner by the token who is accepted', ownerClaims, as({ ...owner, status: accepted }), nothing],
  ['an owner by the token who is invited', ownerClaims, as({ ...owner, status: invited }), nothing],
  ['an owner by the token who is staged', ownerClaims, as({ ...owner, status: staged }), nothing],
  ['an owner by the token who is revoked', ownerClaims, as({ ...owner, status: revoked }), nothing],
  ['an owner by the token who is invited by e-mail', ownerClaims, as({ ...owner, userId: null }), nothing],
  ['an owner of a disabled organization', ownerClaims, { acme: { ...as(owner).acme, enabled: false } }, nothing],
  ['a custom member who lost the permission', readerClaims, as({ type: memberType.custom }), plainMember],
  ['a member with access to all items', userClaims(alice), as({ accessAll: true }), { ...plainMember, reaches: true }],
  [
    'a member of a group with access to all items',
    userClaims(alice),
    { acme: { members: [member(alice, { groups: [guid(1, '8')] })], groups: [{ id: guid(1, '8'), accessAll: true }] } },
    { ...plainMember, reaches: true },
  ],
  ['a manager of Vaultwarden', userClaims(alice), as({ type: 3 }), plainMember],
  ['an owner revoked as Vaultwarden stores it', userClaims(alice), as({ ...owner, status: -126 }), nothing],
  ['a custom reader whom the directory removed', readerClaims, { acme: {} }, nothing],

  ['a provider’s user', userClaims(alice), asAgent(service, {}), agent],
  ['a provider’s user, a plain member too', userClaims(alice), asAgent(service), { ...agent, reports: true }],
  ['a provider’s user, a member by the token too', userClaims(alice, { orguser: acme }), asAgent(service, {}), agent],
  ['a provider’s admin', userClaims(alice), asAgent({ users: [agencyAdmin] }, {}), { ...agent, readsProvider: true }],
  ['a provider’s admin by the token, service user by now', agentClaims, asAgent(service), { ...agent, reports: true }],
  ...(
    [
      ['whom the directory revoked', { users: [{ ...agencyAdmin, status: revoked }] }],
      ['whom the directory removed', { users: [] }],
      ['whom the directory has as invited', { users: [{ ...agencyAdmin, status: invited }] }],
      ['whom the directory has as accepted', { users: [{ ...agencyAdmin, status: accepted }] }],
      ['of a disabled provider', { users: [agencyAdmin], enabled: false }],
    ] as const
  ).flatMap(([what, entry]) => [
    [
      `a provider’s admin by the token ${what}`,
      agentClaims,
      asAgent({ ...entry, users: [...entry.users] }, {}),
      nothing,
    ] as const,
    [
      `a provider’s admin by the token ${what}, a plain member too`,
      agentClaims,
      asAgent({ ...entry, users: [...entry.users] }),
      plainMember,
    ] as const,
  ]),
  [
    'a user by the token of a provider that the directory does not know',
    userClaims(alice, { providerserviceuser: unknownAgency }),
    { acme: { providerId: unknownAgency } },
    agent,
  ],
]

const emailed = (email: string | null, more: Parameters<typeof member>[1] = owner) => as({ ...more, email })
const address = 'alice@acme.test'
const signedIn = (more: Record<string, unknown> = {}) => personClaims(alice, { email: address, ...more })
const stranger = guid(8, 'c')
const granted = (role: string, more = {}) => personClaims(stranger, { granted: { [acme]: role }, ...more })
const manager = { ...nothing, reads: true, manages: true }
const reader = { ...nothing, reads: true }
const operator = { ...nothing, operates: true }
const emailedAgent = (email: string) => asAgent({ users: [{ ...agencyAdmin, email }] }, {})

/** People who signed in with the identity provider. */
const persons: readonly (readonly [string, Record<string, unknown>, World, typeof nothing])[] = [
  ['an owner by e-mail', signedIn(), emailed(address), manager],
  [
    'an owner by e-mail in other letter cases',
    signedIn({ email: 'ALICE@acme.test' }),
    emailed('alice@Acme.Test'),
    manager,
  ],
  ['an owner with another e-mail in this organization', signedIn(), emailed('alice@globex.test'), nothing],
  ['an owner without an e-mail in this organization', signedIn(), emailed(null), nothing],
  ['an owner whose e-mail nobody vouches for', signedIn({ email: undefined }), emailed(address), nothing],
  ['an owner with a look-alike of the e-mail', signedIn({ email: 'alice@\u0430cme.test' }), emailed(address), nothing],
  [
    'an owner with a Kelvin sign in the e-mail',
    signedIn({ email: '\u212aim@acme.test' }),
    emailed('kim@acme.test'),
    nothing,
  ],
  [
    'a person with an owner’s e-mail and another account',
    personClaims(stranger, { email: address }),
    emailed(address),
    nothing,
  ],
  ['a plain member by e-mail', signedIn(), emailed(address, {}), nothing],
  ['an owner by e-mail who is invited', signedIn(), emailed(address, { ...owner, status: invited }), nothing],
  ['an owner by e-mail who is accepted', signedIn(), emailed(address, { ...owner, status: accepted }), nothing],
  ['an owner by e-mail who is revoked', signedIn(), emailed(address, { ...owner, status: revoked }), nothing],
  ['an owner by e-mail who was removed', signedIn(), { before: emailed(address).acme, acme: {} }, nothing],
  [
    'an owner by e-mail of a disabled organization',
    signedIn(),
    { acme: { ...emailed(address).acme, enabled: false } },
    nothing,
  ],
  ['an owner by claims of a vault in our own token', signedIn({ orgowner: acme }), { acme: {} }, nothing],
  [
    'an owner with the second of several accounts',
    personClaims(stranger, { other_user_ids: [alice], email: address }),
    emailed(address),
    manager,
  ],
  [
    'a person with several accounts of which one is revoked',
    personClaims(stranger, { other_user_ids: [alice], email: address }),
    {
      acme: {
        members: [member(alice, { ...owner, email: address }), member(stranger, { id: guid(6, '7'), status: revoked })],
      },
    },
    nothing,
  ],
  ['a provider’s admin by e-mail', signedIn(), emailedAgent(address), { ...reader, readsProvider: true }],
  ['a provider’s admin with another e-mail', signedIn(), emailedAgent('alice@agency.test'), nothing],

  ['a granted owner', granted('owner'), { acme: {} }, manager],
  ['a granted reader', granted('reader'), { acme: {} }, reader],
  ['a granted owner who is a plain member', signedIn({ granted: { [acme]: 'owner' } }), emailed(address, {}), manager],
  ['a granted reader who is an owner', signedIn({ granted: { [acme]: 'reader' } }), emailed(address), manager],
  [
    'a granted owner who is revoked',
    signedIn({ granted: { [acme]: 'owner' } }),
    emailed('other@acme.test', { status: revoked }),
    nothing,
  ],
  [
    'a granted reader who is revoked by e-mail',
    granted('reader', { email: address }),
    emailed(address, { status: revoked }),
    nothing,
  ],
  ['a granted owner of a disabled organization', granted('owner'), { acme: { enabled: false } }, nothing],
  [
    'a granted owner of another organization',
    personClaims(stranger, { granted: { [unknown]: 'owner' } }),
    { acme: {} },
    nothing,
  ],

  ['an operator', personClaims(stranger, { operator: true }), { acme: {} }, operator],
  ['an operator who is a plain member', signedIn({ operator: true }), emailed(address, {}), operator],
  ['an operator who is an owner', signedIn({ operator: true }), emailed(address), { ...manager, operates: true }],
  [
    'an operator and granted reader',
    granted('reader', { operator: true }),
    { acme: {} },
    { ...reader, operates: true },
  ],
  [
    'an operator by the token of a vault',
    userClaims(alice, { operator: true, granted: { [acme]: 'owner' } }),
    { acme: {} },
    nothing,
  ],
]

async function worldOf({ before, acme: acmeEntry, agency: agencyEntry }: World) {
  const directory = memoryDirectory()
  if (before) await directory.putOrganization(acme, organization(acme, before))
  const items = [{ id: cipher, collections: [collection] }]
  const others = [member(bob, { id: guid(5, '7'), ...owner })]
  const members = [...(acmeEntry?.members ?? []), ...others]
  await directory.putOrganization(acme, organization(acme, { ...acmeEntry, members }), items)
  if (agencyEntry) {
    const users = [...(agencyEntry.users ?? []), providerUser(bob, { id: providerUserId })]
    await directory.putProvider(agency, provider(agency, { ...agencyEntry, users }))
  }
  return directory
}

const [machine, secret] = [guid(3, '8'), guid(4, 'd')]

/** Tallies of each organization: of a person and an item, and of a machine account and a secret. */
async function counted() {
  const [store, tallies] = [memoryEventStore(), memoryTallies()]
  for (const organizationId of [acme, unknown]) {
    await store.append([
      event({ organizationId, actingUserId: bob, cipherId: cipher, ipAddress: '203.0.113.7' }),
      event({ organizationId, type: 2100, actingUserId: undefined, serviceAccountId: machine, secretId: secret }),
    ])
    await countTallies({ organizationId, store, tallies })
  }
  return tallies
}

/** The routes, for a caller with these claims in this world. */
async function routesFor(claims: Record<string, unknown>, world: World) {
  const [directory, authenticate] = [await worldOf(world), authenticateWith(tokensOf({ caller: claims }))]
  const here = { directory, authenticate, now: () => nowMs }
  const rules = { ...(await alertRuleRoutes()).ports, ...here }
  const [keys, integrations] = [
    { ...(await apiKeyRoutes()).ports, ...here },
    { ...(await integrationRoutes()).ports, ...here },
  ]
  const ofSources = { ...(await sourcePorts()), ...here }
  for (const organizationId of [acme, unknown]) {
    for (const number of [1, 2])
      await ofSources.sources.change(organizationId, adding(sourceOf({ id: guid(number, '5') })))
  }
  const sources = sourceCalls(ofSources)
  const ports = { ...rules, store: memoryEventStore(), queue: keys.queue }
  const peoplePorts = { ...ports, tallies: await counted() }
  const summaryPorts = { ...ports, summaries: memorySummaries(), horizonMs: 0 }
  const rule = viewing(guid(7, 'f'))
  const until = new Date(nowMs + 3_600_000).toISOString()
  const used = { personId: bob, machineAccountId: machine, itemId: cipher, secretId: secret, address: '203.0.113.7' }
  const ids = (id: Guid) => ({ id, orgId: id, memberId: guid(5, '7'), ruleId: exportRule, ...used })
  const get = (id: Guid, path = '/') => ({ path, params: ids(id), token: 'caller' })
  const send = (id: Guid, body: unknown, method = 'POST') => ({ method, body, params: ids(id), token: 'caller' })
  return {
    reads: (id: Guid) => ({
      list: call(reading.readOrganizationEvents(ports), get(id)),
      sends: call(reading.readSendEvents(ports), get(id)),
      secrets: call(reading.readSecretEvents(ports), get(id)),
      projects: call(reading.readProjectEvents(ports), get(id)),
      'service accounts': call(reading.readServiceAccountEvents(ports), get(id)),
      feed: call(readFeed(ports), get(id)),
      suggestions: call(readSuggestions(ports), get(id)),
      export: call(exportEvents(ports), get(id, '/?format=csv')),
      summary: call(readSummary(summaryPorts), get(id)),
      people: call(people.readPeople(peoplePorts), get(id)),
      person: call(people.readPerson(peoplePorts), get(id)),
      'a person’s items': call(people.readPersonItems(peoplePorts), get(id)),
      'a machine account': call(people.readMachineAccount(peoplePorts), get(id)),
      'a machine account’s items': call(people.readMachineAccountItems(peoplePorts), get(id)),
      item: call(people.readItemUse(peoplePorts), get(id)),
      secret: call(people.readSecretUse(peoplePorts), get(id)),
      address: call(people.readAddressUse(peoplePorts), get(id)),
    }),
    readsThings: () => ({
      'a member’s': call(reading.readMemberEvents(ports), get(acme)),
      'an item’s': call(reading.readItemEvents(ports), get(cipher)),
    }),
    manages: (id: Guid) => ({
      alerts: call(listAlerts(rules), get(id)),
      incidents: call(listIncidents(rules), get(id)),
      triage: call(
        triageIncident({ ...rules, queue: keys.queue }),
        send(id, { incidentIds: [guid(1)], action: { kind: 'acknowledge' } }),
      ),
      rules: call(listAlertRules(rules), get(id)),
      'new rule': call(createAlertRule(rules), send(id, rule)),
      'rule settings': call(setAlertRule(rules), send(id, { enabled: false }, 'PUT')),
      preview: call(previewAlertRule(rules), send(id, { text: rule })),
      verdicts: call(listRuleVerdicts({ ...rules, queue: keys.queue }), get(id)),
      mutes: call(listAlertMutes(rules), get(id)),
      'new mute': call(createAlertMute(rules), send(id, { ruleId: exportRule, until })),
      exceptions: call(listAlertExceptions(rules), get(id)),
      'new exception': call(
        createAlertException(rules),
        send(id, { ruleId: exportRule, conditions: { networks: ['203.0.113.7'] }, reason: 'known', until }),
      ),
      lists: call(listValueLists(rules), get(id)),
      'a list': call(putValueList(rules), {
        ...send(id, { kind: 'networks', values: [] }, 'PUT'),
        params: { ...ids(id), name: 'trusted_networks' },
      }),
      hours: call(readAlertingHours(rules), get(id)),
      'new hours': call(setAlertingHours(rules), send(id, defaultHours, 'PUT')),
      keys: call(listApiKeys(keys), get(id)),
      'new key': call(createApiKey(keys), send(id, { name: 'SIEM' })),
      integrations: call(listIntegrations(integrations), get(id)),
      'new integration': call(createIntegration(integrations), send(id, bodyOf())),
    }),
    managesSources: (id: Guid) => everyRoute(sources, { stays: guid(1, '5'), goes: guid(2, '5') }, 'caller', id),
    operates: () => ({
      operations: call(forOperators<typeof ports>(async () => ok({}))(ports), get(acme)),
      'with a query': call(
        forOperatorsWith<typeof ports, typeof Query>(Query, async () => ok({}))(ports),
        get(acme, '/?limit=1'),
      ),
    }),
    own: () => ({
      'personal log': call(reading.readPersonalEvents(ports), { token: 'caller' }),
      upload: call(collect(ports), { method: 'POST', token: 'caller', body: [] }),
    }),
    me: () => call(readMe(ports), { token: 'caller' }),
    readsProvider: () => ({
      list: call(reading.readProviderEvents(ports), get(agency)),
      'a user’s': call(reading.readProviderUserEvents(ports), {
        ...get(agency),
        params: { id: agency, providerUserId },
      }),
    }),
    upload: async (...events: readonly object[]) => {
      const date = new Date(nowMs).toISOString()
      const body = events.map((each) => ({ date, ...each }))
      return (await call(collect(ports), { method: 'POST', token: 'caller', body })).json
    },
    queued: () => ports.queue.messages.flatMap((message): unknown[] => JSON.parse(message)),
    organizations: async () => v.parse(Listed, (await call(listOrganizations(ports), { token: 'caller' })).json).data,
  }
}

const Query = v.strictObject({ limit: countParameter(10, 10) })
const Listed = v.object({ data: v.array(v.object({ id: v.string(), mayManage: v.boolean() })) })

/** Which of these allow the caller (2xx), and which refuse (404); anything else is a fault. */
async function allowedOf(responses: Record<string, ReturnType<typeof call>>): Promise<Record<string, boolean>> {
  const entries = Object.entries(responses).map(async ([name, response]) => {
    const { status, text } = await response
    if (status !== 404 && status >= 300) throw new Error(`${name}: ${status} ${text}`)
    return [name, status < 300] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
const all = (allowed: boolean, responses: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(responses).map((name) => [name, allowed]))

describe('an organization that the directory knows', () => {
  test.each([...callers, ...persons])(
    'is read and managed by %s as the rules say',
    async (_, claims, world, expected) => {
      const { reads, readsThings, manages, managesSources, operates, readsProvider, organizations } = await routesFor(
        claims,
        world,
      )
      const reading = { ...reads(acme), ...readsThings() }
      const [managing, sources, operating] = [manages(acme), managesSources(acme), operates()]
      const ofProvider = readsProvider()

      expect(await allowedOf(reading)).toEqual(all(expected.reads, reading))
      expect(await allowedOf(managing)).toEqual(all(expected.manages, managing))
      expect(await allowedOf(sources)).toEqual(all(expected.manages || expected.operates, sources))
      expect(await allowedOf(operating)).toEqual(all(expected.operates, operating))
      expect(await allowedOf(ofProvider)).toEqual(all(expected.readsProvider, ofProvider))
      expect((await organizations()).filter(({ id }) => id === acme)).toEqual(
        expected.reads ? [{ id: acme, mayManage: expected.manages }] : [],
      )
    },
  )

  test.each(callers)('is reported for by %s as the directory says', async (_, claims, world, expected) => {
    const { upload, queued } = await routesFor(claims, world)
    const response = await upload({ type: 1602, organizationId: acme }, { type: 1107, cipherId: cipher })

    expect(response).toEqual({
      accepted: Number(expected.reports) + Number(expected.reaches),
      dropped: [
        ...(expected.reports ? [] : [{ index: 0, reason: 'not-a-member' }]),
        ...(expected.reaches ? [] : [{ index: 1, reason: 'item-unreachable' }]),
      ],
    })
    expect(queued()).toHaveLength(Number(expected.reports) + Number(expected.reaches))
  })

  test.each(callers)(
    'has the own vault’s export of %s where the directory has the person',
    async (_, claims, world, expected) => {
      const { upload, queued } = await routesFor(claims, world)
      await upload({ type: 1007 })

      const copies = queued().filter((event) => Object(event).OrganizationId === acme)
      expect(copies).toHaveLength(Number(expected.reports))
      const ofProvider = queued().filter((event) => Object(event).ProviderId === agency)
      expect(ofProvider).toHaveLength(Number(expected.reaches && world.agency !== undefined))
    },
  )
})

describe('an organization that the directory does not know', () => {
  test.each(['orgowner', 'orgadmin'])(
    'is read by its %s by the token, who manages and reports nothing',
    async (claim) => {
      const claims = userClaims(alice, { [claim]: unknown })
      const { reads, manages, upload, organizations } = await routesFor(claims, {})
      const [reading, managing] = [reads(unknown), manages(unknown)]

      expect(await allowedOf(reading)).toEqual(all(true, reading))
      expect(await allowedOf(managing)).toEqual(all(false, managing))
      expect(await organizations()).toEqual([{ id: unknown, mayManage: false }])
      expect(await upload({ type: 1602, organizationId: unknown })).toMatchObject({
        dropped: [{ index: 0, reason: 'organization-unknown' }],
      })
    },
  )

  test('is read by a custom member with the permission by the token, and by no plain member', async () => {
    const reader = await routesFor(userClaims(alice, { orgcustom: unknown, accesseventlogs: unknown }), {})
    const user = await routesFor(userClaims(alice, { orguser: unknown, accesseventlogs: unknown }), {})
    const [byReader, byUser] = [reader.reads(unknown), user.reads(unknown)]

    expect(await allowedOf(byReader)).toEqual(all(true, byReader))
    expect(await allowedOf(byUser)).toEqual(all(false, byUser))
  })
})

describe('an organization that the directory does not know, for people who signed in with the identity provider', () => {
  test.each([
    ['a granted owner reads and does not manage', { granted: { [unknown]: 'owner' } }, true],
    ['a granted reader reads and does not manage', { granted: { [unknown]: 'reader' } }, true],
    ['an operator does neither', { operator: true }, false],
    ['an owner by claims of a vault in our own token does neither', { orgowner: unknown }, false],
  ])('%s', async (_, more, expected) => {
    const { reads, manages, managesSources, organizations } = await routesFor(personClaims(stranger, more), {})
    const [reading, managing, sources] = [reads(unknown), manages(unknown), managesSources(unknown)]

    expect(await allowedOf(reading)).toEqual(all(expected, reading))
    expect(await allowedOf(managing)).toEqual(all(false, managing))
    expect(await allowedOf(sources)).toEqual(all(false, sources))
    expect(await organizations()).toEqual(expected ? [{ id: unknown, mayManage: false }] : [])
  })
})

describe('what belongs to an account', () => {
  test('is open to the vault’s own token', async () => {
    const { own } = await routesFor(userClaims(alice), {})
    expect(await allowedOf(own())).toEqual(all(true, own()))
  })

  test.each(persons.filter(([, claims]) => 'auth_time' in claims))(
    'is closed to %s, who signed in with the identity provider',
    async (_, claims, world) => {
      const { own } = await routesFor(claims, world)
      expect(await allowedOf(own())).toEqual(all(false, own()))
    },
  )
})

test.each([
  ['nobody', {}],
  ['a server', { scope: 'api.events.write', client_id: 'server' }],
  ['a server key of named organizations', { scope: 'api.events.write', client_id: 'server', organizations: [acme] }],
  ['an API key', { scope: 'api.organization', client_id: `organization.${acme}` }],
])('no route for people is open to %s', async (_, claims) => {
  const routes = await routesFor(claims, as(owner))
  const responses = await Promise.all(
    Object.values({
      ...routes.reads(acme),
      ...routes.readsThings(),
      ...routes.manages(acme),
      ...routes.managesSources(acme),
      ...routes.operates(),
      ...routes.readsProvider(),
      ...routes.own(),
      me: routes.me(),
    }),
  )
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([401]))
})

describe('GET /me', () => {
  test('names an operator', async () => {
    const { me } = await routesFor(
      personClaims(stranger, { operator: true, name: 'Olga', email: 'olga@keytrail.test' }),
      {},
    )
    expect((await me()).json).toEqual({
      object: 'caller',
      userId: stranger,
      name: 'Olga',
      email: 'olga@keytrail.test',
      isOperator: true,
    })
  })

  test('has no names that the token does not have', async () => {
    const { me } = await routesFor(userClaims(alice, { operator: true }), {})
    expect((await me()).json).toEqual({ object: 'caller', userId: alice, name: null, email: null, isOperator: false })
  })
})

test.each([
  ['the account of this organization', personClaims(stranger, { other_user_ids: [alice], email: address }), alice],
  ['the account of the token for a granted owner', granted('owner'), stranger],
])('a change by a person with several accounts names %s', async (_, claims, expected) => {
  const { manages, queued } = await routesFor(claims, emailed(address))
  await Promise.all(Object.values(manages(acme)))
  const authors = new Set(queued().map((event) => Object(event).ActingUserId))
  expect(authors).toEqual(new Set([expected]))
})

test('a provider that the directory does not know is read by its admin by the token', async () => {
  const { readsProvider } = await routesFor(userClaims(alice, { providerprovideradmin: agency }), { acme: {} })
  expect(await allowedOf(readsProvider())).toMatchObject({ list: true })
})

test('who loses the right is refused at once where things are managed', async () => {
  const routes = await apiKeyRoutes()
  expect((await routes.create('alice')).status).toBe(201)
  await routes.ports.directory.putOrganization(acme, organization(acme))
  expect((await routes.create('alice')).status).toBe(404)
})
