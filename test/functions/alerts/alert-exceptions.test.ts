// /organizations/{id}/alert-exceptions: what owners and admins except, for how long, and what everybody else gets.
import { describe, expect, test } from 'vitest'
import { exceptionsMax } from '../../../src/domain/alerts/configuration/change-exceptions.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import {
  createAlertException,
  deleteAlertException,
  listAlertExceptions,
} from '../../../src/functions/alerts/alert-exceptions.ts'
import { alertPorts, began, loginsRule } from '../../support/alerts/alerts.ts'
import { describeMadeAndEnded, idOf } from '../../support/alerts/made-and-ended.ts'
import { selecting } from '../../support/alerts/rules.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, guid, instant } from '../../support/events.ts'

const now = '2026-11-22T06:28:00.000Z'
const until = '2026-11-23T00:00:00.000Z'
const conditions = { actingUserIds: [alice], networks: ['203.0.113.0/24'] }
const given = { ruleId: loginsRule, conditions, reason: 'a monitor logs in', until }
const alwaysRule = guid(3, 'f')

async function exceptionRoutes() {
  const made = await alertPorts()
  const [always] = readBuiltInRules([`${selecting('{type: 9003}')}id: ${alwaysRule}\nkeytrail: {enabled: always}\n`])
  if (!always) throw new Error('no rule')
  const ports = { ...made.ports, builtInRules: [...made.ports.builtInRules, always] }
  const as = (token?: string) => (token === undefined ? {} : { token })
  return {
    ...made,
    ports,
    list: (token?: string, id = acme) => call(listAlertExceptions(ports), { params: { id }, ...as(token) }),
    except: (body: unknown, token?: string, id = acme) =>
      call(createAlertException(ports), { method: 'POST', params: { id }, body, ...as(token) }),
    end: (exceptionId: string, token?: string, id = acme) =>
      call(deleteAlertException(ports), { method: 'DELETE', params: { id, exceptionId }, ...as(token) }),
  }
}

describe('an owner or admin', () => {
  test.each(['alice', 'bob'])('%s excepts events from a rule, sees it, and ends it', async (who) => {
    const { except, list, end } = await exceptionRoutes()
    const excepted = await except(given, who)
    expect(excepted.status).toBe(201)
    expect(excepted.json).toEqual({
      object: 'alertException',
      id: idOf(excepted.json),
      ruleId: loginsRule,
      title: 'Many failed logins',
      conditions,
      reason: 'a monitor logs in',
      until,
      createdAt: now,
      createdBy: who === 'alice' ? alice : bob,
    })
    expect((await list(who)).json).toEqual({ object: 'list', data: [excepted.json], continuationToken: null })
    expect(await end(idOf(excepted.json), who)).toMatchObject({ status: 204, text: '' })
    expect((await list(who)).json).toMatchObject({ data: [] })
    expect((await end(idOf(excepted.json), who)).status).toBe(404)
  })

  test('excepts events from every rule, without an end', async () => {
    const { except } = await exceptionRoutes()
    expect(await except({ ...given, ruleId: null, until: null }, 'alice')).toMatchObject({
      status: 201,
      json: { ruleId: null, title: null, until: null },
    })
  })

  test('cannot except events from a rule that watches over alerting itself', async () => {
    const { except, reported } = await exceptionRoutes()
    expect(await except({ ...given, ruleId: alwaysRule }, 'alice')).toMatchObject({
      status: 409,
      json: { message: 'This rule watches over alerting itself: nothing can be excepted from it.' },
    })
    expect(reported()).toEqual([])
  })

  test('sees no exception that is over', async () => {
    const { except, list, end, advance } = await exceptionRoutes()
    const { json } = await except(given, 'alice')
    advance(Date.parse(until) - began - 1)
    expect((await list('alice')).json).toMatchObject({ data: [{ until }] })
    advance(1)
    expect((await list('alice')).json).toMatchObject({ data: [] })
    expect((await end(idOf(json), 'alice')).status).toBe(404)
  })

  const { until: _, ...endless } = given
  test.each([
    ['body', 'no body', ''],
    ['ruleId', 'no rule', { conditions, reason: 'x', until }],
    ['ruleId', 'a rule that is none', { ...given, ruleId: guid(9, 'f') }],
    ['until', 'no word about its end', endless],
    ['until', 'an end that is past', { ...given, until: now }],
    ['until', 'an end more than 366 days ahead', { ...given, until: '2027-11-23T06:28:00.001Z' }],
    ['reason', 'no reason', { ...given, reason: ' ' }],
    ['reason', 'a reason that is too long', { ...given, reason: 'x'.repeat(501) }],
    ['conditions', 'no condition', { ...given, conditions: {} }],
    ['conditions', 'types alone', { ...given, conditions: { types: [1000] } }],
    ['conditions.network', 'a misspelt condition', { ...given, conditions: { ...conditions, network: [] } }],
    ['conditions.networks.0', 'a network that is too wide', { ...given, conditions: { networks: ['0.0.0.0/0'] } }],
    [
      'conditions',
      'hours alone of every rule',
      { ...given, ruleId: null, conditions: { hours: { from: '00:00', to: '24:00' } } },
    ],
    [
      'conditions.hours.zone',
      'a zone that is none',
      { ...given, conditions: { hours: { from: '01:00', to: '02:00', zone: 'Mars' } } },
    ],
  ])('gets a 400 that names %s for %s', async (member, _, body) => {
    const { except, list, reported } = await exceptionRoutes()
    expect(await except(body, 'alice')).toMatchObject({
      status: 400,
      json: { errors: { [member]: [expect.any(String)] } },
    })
    expect((await list('alice')).json).toMatchObject({ data: [] })
    expect(reported()).toEqual([])
  })

  test.each([
    ['reason', 'must not be empty', { ...given, reason: ' ' }],
    [
      'conditions.hours',
      'must end at another time than they begin; a whole day is 00:00 to 24:00',
      { ...given, conditions: { hours: { from: '02:00', to: '02:00' } } },
    ],
    [
      'conditions.hours',
      'must end at 24:00, not 00:00',
      { ...given, conditions: { hours: { from: '22:00', to: '00:00' } } },
    ],
    [
      'conditions.hours.zone',
      'must be a time zone such as Europe/Berlin',
      { ...given, conditions: { hours: { from: '01:00', to: '02:00', zone: 'Berlin' } } },
    ],
    [
      'conditions.networks.0',
      'has bits beyond the prefix: write 203.0.113.0/24',
      { ...given, conditions: { networks: ['203.0.113.66/24'] } },
    ],
    [
      'conditions.networks.0',
      'is too wide: a network is at least /8, for IPv6 /16',
      { ...given, conditions: { networks: ['10.0.0.0/7'] } },
    ],
  ])('reads that %s %s', async (member, problem, body) => {
    const { except } = await exceptionRoutes()
    expect((await except(body, 'alice')).json).toMatchObject({ errors: { [member]: [problem] } })
  })

  test('has at most so many exceptions; those that are over do not count', async () => {
    const { except, advance } = await exceptionRoutes()
    for (let made = 0; made < exceptionsMax; made += 1) expect((await except(given, 'alice')).status).toBe(201)
    expect((await except(given, 'alice')).status).toBe(409)
    advance(Date.parse(until) - began)
    expect((await except({ ...given, until: '2026-11-24' }, 'alice')).status).toBe(201)
  })

  test('has only so much room for them', async () => {
    const { except } = await exceptionRoutes()
    const actingUserIds = Array.from({ length: 50 }, (_, index) => guid(index, 'b'))
    const large = {
      ...given,
      conditions: { actingUserIds, cipherIds: actingUserIds, serviceAccountIds: actingUserIds },
    }
    const statuses: number[] = []
    while (statuses.at(-1) !== 409 && statuses.length < 50) statuses.push((await except(large, 'alice')).status)
    expect(statuses.length).toBeGreaterThan(15)
    expect(statuses.at(-1)).toBe(409)
  })
})

describe('every change', () => {
  test('is in the organization’s log: who excepted what, why, and until when', async () => {
    const { except, end, reported } = await exceptionRoutes()
    const { json } = await except(given, 'alice')
    await end(idOf(json), 'bob')
    const common = { organizationId: acme, objectId: idOf(json), date: instant(now) }
    const covered = `by ${alice}, from 203.0.113.0/24 until 2026-11-23 00:00 UTC`
    const objectName = `Many failed logins: ${covered} (a monitor logs in)`
    expect(reported()).toMatchObject([
      { ...common, type: 9_004, actingUserId: alice, objectName },
      { ...common, type: 9_005, actingUserId: bob, objectName },
    ])
  })
})

async function routes() {
  const made = await exceptionRoutes()
  return { ...made, make: (token?: string) => made.except(given, token) }
}
describeMadeAndEnded('exceptions', 9_004, routes, createAlertException, given)
