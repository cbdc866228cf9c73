// What the check of real responses lets pass and what it does not; and that openapi.yaml has the properties that schemas and views have.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  ItemEntry,
  OrganizationEntry,
  OrganizationReplacement,
  ProviderEntry,
} from '../src/domain/directory/directory.ts'
import { namesFrom } from '../src/domain/directory/names.ts'
import { publicCollection, publicGroup, publicMember, publicPolicy } from '../src/domain/directory/public-views.ts'
import { AcceptedEvent, SubmittedEvent } from '../src/domain/events/event.ts'
import { memberView, publicView } from '../src/domain/log/event-views.ts'
import { unauthorized } from '../src/functions/http/authenticate.ts'
import { failure, unavailable } from '../src/functions/http/responses.ts'
import { organization } from './support/directory.ts'
import { acme, alice, event, guid } from './support/events.ts'
import { type Exchange, expectDocumented, faultsOf, operationOf } from './support/openapi/check.ts'
import { childrenOf, cursorAt, misfits } from './support/openapi/document.ts'

const nobody = namesFrom({ organizations: new Map(), providers: new Map() })
const shown: Record<string, unknown> = memberView(event(), nobody)
const { date: _, ...undated } = shown
const page = (data: unknown, more: object = {}) =>
  JSON.stringify({ object: 'list', data, continuationToken: null, ...more })

/** A good response of a list, unless the test says otherwise. */
const exchange = (more: Partial<Exchange> = {}, headers: Record<string, string> = {}): Exchange => ({
  method: 'GET',
  path: `/organizations/${acme}/events?pageSize=1`,
  status: 200,
  text: page([shown]),
  headers: new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }),
  ...more,
})
const failed = JSON.stringify({ object: 'error', message: 'No.', errors: null })

describe('a response passes', () => {
  test.each([
    ['as it is documented', exchange()],
    ['on an alias below /api, with a slash at its end', exchange({ path: '/api/public/events/', text: page([]) })],
    ['of a list below /api', exchange({ path: `/api/organizations/${acme}/events`, text: page([shown]) })],
    ['with its challenge', exchange({ status: 401, text: failed }, { 'www-authenticate': 'Bearer realm="keytrail"' })],
    ['with its time to wait', exchange({ status: 503, text: failed }, { 'retry-after': '30' })],
    ['of the host, for a path that no route takes', exchange({ path: '/ciphers/1/events', status: 404, text: '' })],
    ['to OPTIONS', exchange({ method: 'OPTIONS', status: 204, text: '' })],
  ])('%s', (_, response) => {
    expect(faultsOf(response)).toEqual([])
  })
})

describe('the responses that routes share pass', () => {
  const reasons = ['token-missing', 'token-invalid', 'token-expired', 'claims-unusable'] as const
  test.each([
    unavailable('event store'),
    failure(500, 'Something went wrong on our side. It has been logged.'),
    ...reasons.map((reason) => unauthorized({ kind: 'refused', reason })),
    unauthorized({ kind: 'refused', reason: 'scope-missing', scope: 'api' }),
  ])('%j', ({ status = 200, headers, jsonBody }) => {
    const response = exchange(
      { status, text: JSON.stringify(jsonBody) },
      v.parse(v.record(v.string(), v.string()), headers),
    )
    expect(faultsOf(response)).toEqual([])
  })
})

describe('a response fails', () => {
  const line = (text: string) =>
    exchange(
      { path: `/organizations/${acme}/events/export?format=ndjson`, text },
      { 'content-type': 'application/x-ndjson', 'content-disposition': 'attachment; filename="events.ndjson"' },
    )
  test.each([
    ['with a status that is not documented', exchange({ status: 418 }), 'the status'],
    ['with a property more', exchange({ text: page([{ ...shown, secret: 1 }]) }), 'secret'],
    ['with a property less', exchange({ text: page([undated]) }), 'date'],
    ['with a list that has a property more', exchange({ text: page([], { total: 1 }) }), 'total'],
    [
      'with a date that has no fraction',
      exchange({ text: page([{ ...shown, date: '2026-11-20T10:00:00Z' }]) }),
      'date',
    ],
    ['with a token that is empty', exchange({ text: page([], { continuationToken: '' }) }), 'continuationToken'],
    [
      'with some names alone',
      exchange({ text: page([{ ...memberView(event()), groupName: null }]) }),
      'actingUserName',
    ],
    ['without its challenge', exchange({ status: 401, text: failed }), 'WWW-Authenticate'],
    ['with a time to wait in words', exchange({ status: 503, text: failed }, { 'retry-after': 'soon' }), 'Retry-After'],
    ['with a header that is not documented', exchange({}, { 'x-powered-by': 'x' }), 'x-powered-by'],
    ['that may be stored', exchange({}, { 'cache-control': 'public' }), 'Cache-Control'],
    ['of another media type', exchange({}, { 'content-type': 'text/html' }), 'text/html'],
    ['without a body', exchange({ text: '' }), 'no JSON'],
    ['of the host where a route is', exchange({ status: 404, text: '' }), 'no JSON'],
    [
      'with a body where there is no route',
      exchange({ path: '/no/such/route', status: 404, text: failed }),
      'the host',
    ],
    ['of a route that is not documented', exchange({ path: '/no/such/route' }), 'no such operation'],
    ['with a line that is no event', line(`${JSON.stringify(shown)}\n{}\n`), 'line 2'],
  ])('%s', (_, response, words) => {
    expect(faultsOf(response).join('\n')).toContain(words)
  })

  test('and says of which request, and why', () => {
    const check = () => expectDocumented(exchange({ status: 418 }))
    expect(check).toThrow(`openapi.yaml does not allow 418 to GET /organizations/${acme}/events?pageSize=1`)
    expect(check).toThrow('- the status is not documented for organizationEvents')
  })
})

test('a path goes to the operation that the host finds', () => {
  expect(operationOf('GET', '/PUBLIC/policies/3/')?.operationId).toBe('publicPolicy')
  expect(operationOf('GET', `/organizations/${acme}/events/feed`)?.operationId).toBe('organizationFeed')
  expect(operationOf('DELETE', '/collect')).toBeUndefined()
})

describe('the schemas', () => {
  const membersOf = (name: string) =>
    Object.keys(childrenOf(cursorAt('components', 'schemas', name, 'properties').value)).toSorted()
  const { members, groups, collections, policies } = OrganizationEntry.entries

  test.each([
    ['SubmittedEvent', SubmittedEvent.entries],
    ['OrganizationEntry', OrganizationReplacement.entries],
    ['MemberEntry', members.wrapped.item.entries],
    ['GroupEntry', groups.wrapped.item.entries],
    ['CollectionEntry', collections.wrapped.item.entries],
    ['PolicyEntry', policies.wrapped.item.entries],
    ['ItemEntry', ItemEntry.entries],
    ['ProviderEntry', ProviderEntry.entries],
  ])('%s has the properties that the code reads', (name, entries) => {
    expect(membersOf(name)).toEqual(Object.keys(entries).toSorted())
  })

  test('ServerEvent has the properties that the code reads, in PascalCase', () => {
    // Audit events alone have these, and no server reports them.
    const ofAuditEvents = ['objectId', 'objectName', 'actingUserName', 'actingUserEmail']
    const names = Object.keys(AcceptedEvent.entries).filter((name) => name !== 'id' && !ofAuditEvents.includes(name))
    names.push('idempotencyId')
    expect(membersOf('ServerEvent')).toEqual(
      names.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).toSorted(),
    )
  })

  const access = { id: guid(1), readOnly: true, hidePasswords: false, manage: false }
  const structure = organization(acme, {
    members: [{ id: guid(1), userId: alice, status: 2, type: 4, permissions: { accessEventLogs: true } }],
    groups: [{ id: guid(2), collections: [access] }],
    collections: [{ id: guid(3), groups: null }],
    policies: [{ id: guid(4), type: 3, data: { minLength: 12 } }],
  })
  test.each([
    ['MemberEvent', [shown]],
    ['PublicEvent', [publicView(event(), nobody, 'names')]],
    ['PublicMember', structure.members.map(publicMember)],
    ['PublicGroup', structure.groups.map(publicGroup)],
    ['PublicCollection', structure.collections.map(publicCollection)],
    ['PublicPolicy', structure.policies.map(publicPolicy)],
  ])('%s is what the view shows, and nothing that it does not', (name, [view]) => {
    expect(misfits(cursorAt('components', 'schemas', name), view)).toEqual([])
    expect(membersOf(name)).toEqual(Object.keys(childrenOf(view)).toSorted())
  })
})
