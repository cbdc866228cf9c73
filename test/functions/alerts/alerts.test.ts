// /organizations/{id}/alerts: what owners and admins see of alerts, who knows of one, and what everybody else gets.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import { actOn, type TriageAction } from '../../../src/domain/alerts/incidents/triage/actions.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { formatInstant, instantAt } from '../../../src/domain/instant.ts'
import { createAlertMute, deleteAlertMute } from '../../../src/functions/alerts/alert-mutes.ts'
import {
  acknowledgeAlert,
  alertsPerPageDefault,
  alertsPerPageMax,
  listAlerts,
  readAlert,
} from '../../../src/functions/alerts/alerts.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { alertPorts, alertRecord, began, exportRule, loginsRule } from '../../support/alerts/alerts.ts'
import { selecting } from '../../support/alerts/rules.ts'
import { triaged } from '../../support/alerts/triage.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, event, globex, guid, instant } from '../../support/events.ts'
import { strangers } from '../../support/people.ts'

const now = '2026-11-22T06:28:00.000Z'

async function alertRoutes() {
  const made = await alertPorts()
  const { ports } = made
  const at = (id: Guid, alertId?: string) => ({ id, ...(alertId && { alertId }) })
  const as = (token?: string) => (token === undefined ? {} : { token })
  return {
    ...made,
    list: (query = '', token?: string, id = acme) =>
      call(listAlerts(ports), { path: `/${query && `?${query}`}`, params: at(id), ...as(token) }),
    read: (alertId: string, token?: string, id = acme) =>
      call(readAlert(ports), { params: at(id, alertId), ...as(token) }),
    acknowledge: (alertId: string, token?: string, id = acme, headers = {}) =>
      call(acknowledgeAlert(ports), { method: 'POST', params: at(id, alertId), headers, ...as(token) }),
  }
}

const List = v.object({ data: v.array(v.object({ id: v.string() })), continuationToken: v.nullable(v.string()) })
const idsOf = (json: unknown) => v.parse(List, json).data.map(({ id }) => id)
const ids = (records: readonly AlertRecord[]) => records.map(({ id }) => id)

test('alerts that were stored with half characters are returned well-formed', async () => {
  const { raise, list } = await alertRoutes()
  await raise([alertRecord(2, { title: 'Eve \ud83d', summary: '\ude00 and 🦊', response: '\\ud83d\ud83d' })])
  const { text, json } = await list('', 'alice')
  expect(json).toMatchObject({ data: [{ title: 'Eve \ufffd', summary: '\ufffd and 🦊', response: '\\ud83d\ufffd' }] })
  expect(text).not.toContain('"Eve \\ud83d')
})

describe('an owner or admin', () => {
  test.each(['alice', 'bob'])('%s sees an alert: who, what, how often, when, and what to do', async (who) => {
    const { raise, read, list } = await alertRoutes()
    const record = alertRecord(2)
    await raise([record])
    const from = formatInstant(record.from)
    const response = await read(record.id, who)
    expect(response.status).toBe(200)
    expect(response.json).toEqual({
      object: 'alert',
      id: record.id,
      ruleId: loginsRule,
      incidentId: null,
      title: 'Many failed logins',
      level: 'high',
      tags: [],
      state: 'open',
      active: false,
      muted: false,
      group: [{ name: 'actingUserId', value: alice, label: 'Alice' }],
      from,
      to: from,
      firstEventAt: from,
      endsAt: '2026-11-22T05:28:00.000Z',
      count: 12,
      atLeast: false,
      threshold: 10,
      heldBack: 2,
      summary: 'Alice failed to log in 12 times.',
      response: 'Ask Alice.',
      samples: [
        expect.objectContaining({ object: 'event', type: 1005, date: from, actingUserName: null, itemCritical: null }),
      ],
      places: [],
      link: expect.stringContaining(`/organizations/${acme}/events?`),
      acknowledgedAt: null,
      acknowledgedBy: null,
    })
    expect((await list('', who)).json).toEqual({ object: 'list', data: [response.json], continuationToken: null })
  })

  test('sees whether the items of the sample events are critical', async () => {
    const { ports, raise, read } = await alertRoutes()
    const item = { id: guid(1, 'd'), name: 'Bank', collections: [], critical: true }
    await ports.directory.putItems(acme, [item, { ...item, id: guid(2, 'd'), critical: false }])
    const record = alertRecord(1, { samples: [1, 2, 3].map((number) => event({ cipherId: guid(number, 'd') })) })
    await raise([record])
    expect((await read(record.id, 'alice')).json).toMatchObject({
      samples: [{ itemName: 'Bank', itemCritical: true }, { itemCritical: false }, { itemCritical: null }],
    })
  })

  test('sees names of people in the sample events, as far as the directory knows them', async () => {
    const { ports, raise, read } = await alertRoutes()
    const known = await ports.directory.organization(acme)
    const [admin] = known?.members ?? []
    if (!known || !admin) throw new Error('Acme has no admin')
    await ports.directory.putOrganization(acme, { ...known, members: [{ ...admin, userId: alice, name: 'Alice' }] })
    const record = alertRecord(1)
    await raise([record])
    expect((await read(record.id, 'alice')).json).toMatchObject({ samples: [{ actingUserName: 'Alice' }] })
  })

  test('sees alerts newest first, of the last 30 days unless asked for others', async () => {
    const { raise, list } = await alertRoutes()
    const [today, yesterday, long] = [alertRecord(1), alertRecord(30), alertRecord(31 * 24)]
    await raise([long, today, yesterday])
    expect(idsOf((await list('', 'alice')).json)).toEqual(ids([today, yesterday]))
    expect(idsOf((await list('start=2026-10-01', 'alice')).json)).toEqual(ids([today, yesterday, long]))
    expect(idsOf((await list('start=2026-11-20&end=2026-11-22', 'alice')).json)).toEqual(ids([yesterday]))
  })

  test('asks for those of a state, a rule, a level, and those that last', async () => {
    const { raise, list, acknowledge } = await alertRoutes()
    const records = [
      alertRecord(0),
      alertRecord(1, { ruleId: exportRule, level: 'low' }),
      alertRecord(2, { endsAt: null, level: 'critical' }),
    ] as const
    const [ongoing, exported, absent] = records
    await raise(records)
    await acknowledge(exported.id, 'alice')
    const asked = async (query: string) => idsOf((await list(query, 'alice')).json)
    expect(await asked('state=open')).toEqual(ids([ongoing, absent]))
    expect(await asked('state=acknowledged')).toEqual(ids([exported]))
    expect(await asked('active=true')).toEqual(ids([ongoing, absent]))
    expect(await asked('active=false')).toEqual(ids([exported]))
    expect(await asked(`ruleId=${exportRule.toUpperCase()}`)).toEqual(ids([exported]))
    expect(await asked('level=high,critical')).toEqual(ids([ongoing, absent]))
    expect(await asked('level=low&state=open')).toEqual([])
    expect(await asked('LEVEL=Low')).toEqual(ids([exported]))
  })

  test('sees muted alerts by themselves, not among the open ones: those raised muted, and those that a mute covers now', async () => {
    const { ports, raise, list, read, acknowledge } = await alertRoutes()
    const [open, raisedMuted, covered, seen] = [
      alertRecord(0),
      alertRecord(1, { muted: true }),
      alertRecord(2, { ruleId: exportRule, group: [] }),
      alertRecord(3, { muted: true }),
    ] as const
    await raise([open, raisedMuted, covered, seen])
    await acknowledge(seen.id, 'alice')
    const asked = async (state: string) => idsOf((await list(`state=${state}`, 'alice')).json)
    expect(await asked('open')).toEqual(ids([open, covered]))
    const mute = { method: 'POST', params: { id: acme }, token: 'alice' }
    const until = '2026-11-23T00:00:00.000Z'
    const made = await call(createAlertMute(ports), { ...mute, body: { ruleId: exportRule, until } })
    expect(await asked('open')).toEqual(ids([open]))
    expect(await asked('muted')).toEqual(ids([raisedMuted, covered]))
    expect(await asked('acknowledged')).toEqual(ids([seen]))
    expect((await read(covered.id, 'alice')).json).toMatchObject({ state: 'muted', muted: true })
    const { id: muteId } = v.parse(v.object({ id: v.string() }), made.json)
    await call(deleteAlertMute(ports), { method: 'DELETE', params: { id: acme, muteId }, token: 'alice' })
    expect(await asked('open')).toEqual(ids([open, covered]))
  })

  test('sees no alert of a rule that is always on as muted', async () => {
    const made = await alertRoutes()
    const alwaysId = guid(3, 'f')
    const text = `${selecting('{type: 9003}')}id: ${alwaysId}\nkeytrail: {enabled: always}\n`
    const builtInRules = [...made.ports.builtInRules, ...readBuiltInRules([text])]
    const record = alertRecord(0, { ruleId: alwaysId, group: [] })
    await made.raise([record])
    const until = instant('2026-11-23')
    const mute = { id: guid(1, '9'), ruleId: alwaysId, group: null, until, mutedBy: bob, mutedAt: until }
    await made.ports.configurations.change(acme, (configuration) => ({
      kind: 'changed',
      configuration: { ...configuration, mutes: [mute] },
    }))
    const asked = { path: '/?state=open', params: { id: acme }, token: 'alice' }
    expect(idsOf((await call(listAlerts({ ...made.ports, builtInRules }), asked)).json)).toEqual([record.id])
  })

  test('pages through them, and no alert comes twice', async () => {
    const { raise, list } = await alertRoutes()
    const records = Array.from({ length: 5 }, (_, hours) => alertRecord(hours))
    await raise(records)
    const seen: string[] = []
    let token: string | null = ''
    while (token !== null) {
      const { json } = await list(`limit=2${token && `&continuationToken=${token}`}`, 'alice')
      seen.push(...idsOf(json))
      token = v.parse(List, json).continuationToken
    }
    expect(seen).toEqual(ids(records))
  })

  test('gets 50 alerts in a page, or up to 200', async () => {
    const { raise, list } = await alertRoutes()
    await raise(Array.from({ length: alertsPerPageMax + 1 }, (_, hours) => alertRecord(hours)))
    expect(idsOf((await list('', 'alice')).json)).toHaveLength(alertsPerPageDefault)
    expect(idsOf((await list(`limit=${alertsPerPageMax}`, 'alice')).json)).toHaveLength(alertsPerPageMax)
  })

  test.each([
    ['limit', `limit=${alertsPerPageMax + 1}`],
    ['limit', 'limit=0'],
    ['state', 'state=closed'],
    ['active', 'active=yes'],
    ['ruleId', 'ruleId=x'],
    ['level', 'level=high,urgent'],
    ['start', 'start=x'],
    ['end', 'start=2020-01-01'],
    ['continuationToken', 'continuationToken=x'],
  ])('gets a 400 that names %s for %s', async (parameter, query) => {
    const { list } = await alertRoutes()
    const response = await list(query, 'alice')
    expect(response.status).toBe(400)
    expect(response.json).toMatchObject({ errors: { [parameter]: [expect.any(String)] } })
  })

  test('gets no further with a token of other filters or of another organization', async () => {
    const { raise, list } = await alertRoutes()
    const records = [alertRecord(1), alertRecord(2)]
    await raise(records)
    await raise(records, globex)
    const { continuationToken } = v.parse(List, (await list('limit=1', 'alice')).json)
    const going = `limit=1&continuationToken=${continuationToken}`
    expect((await list(going, 'alice')).status).toBe(200)
    for (const filter of ['state=open', 'active=true', 'level=high', `ruleId=${loginsRule}`]) {
      expect((await list(`${going}&${filter}`, 'alice')).status).toBe(400)
    }
    expect((await list(going, 'erin', globex)).status).toBe(400)
  })

  test('gets a 404 for an alert that there is not, or that is another organization’s', async () => {
    const { raise, read, acknowledge, reported } = await alertRoutes()
    const record = alertRecord(1)
    await raise([record], globex)
    for (const id of [record.id, guid(1), 'x']) {
      expect((await read(id, 'alice')).status).toBe(404)
      expect((await acknowledge(id, 'alice')).status).toBe(404)
    }
    expect(reported()).toEqual([])
  })
})

describe('an acknowledged alert', () => {
  test('says who did, and when; the first one stays', async () => {
    const { raise, acknowledge, advance, read } = await alertRoutes()
    const record = alertRecord(1)
    await raise([record])
    const known = { state: 'acknowledged', acknowledgedAt: now, acknowledgedBy: bob }
    expect(await acknowledge(record.id, 'bob')).toMatchObject({ status: 200, json: known })
    advance(60_000)
    expect(await acknowledge(record.id, 'alice')).toMatchObject({ status: 200, json: known })
    expect((await read(record.id, 'alice')).json).toMatchObject(known)
  })

  test('is in the organization’s log, once', async () => {
    const { raise, acknowledge, reported } = await alertRoutes()
    const record = alertRecord(1)
    await raise([record])
    const headers = { 'x-forwarded-for': '203.0.113.7', 'device-type': '9' }
    await acknowledge(record.id, 'bob', acme, headers)
    await acknowledge(record.id, 'bob', acme, headers)
    await acknowledge(record.id, 'alice')
    expect(reported()).toMatchObject([
      {
        type: 9_010,
        organizationId: acme,
        actingUserId: bob,
        date: instant(now),
        objectId: record.id,
        objectName: 'Many failed logins',
        ipAddress: '203.0.113.7',
        deviceType: 9,
      },
    ])
  })

  const failing = async () => {
    throw new Unavailable('storage', new Error('x'))
  }
  const acknowledging = (id: string) => ({ method: 'POST', params: { id: acme, alertId: id }, token: 'bob' })

  test('stays open while its event cannot be queued', async () => {
    const { ports, raise, read } = await alertRoutes()
    const record = alertRecord(1)
    await raise([record])
    const queue = { ...ports.queue, enqueue: failing }
    expect((await call(acknowledgeAlert({ ...ports, queue }), acknowledging(record.id))).status).toBe(503)
    expect((await read(record.id, 'bob')).json).toMatchObject({ state: 'open' })
  })

  test('is reported under one id, when marking it failed and is tried again', async () => {
    const { ports, raise, acknowledge, advance, reported } = await alertRoutes()
    const record = alertRecord(1)
    await raise([record])
    const alerts = { ...ports.alerts, acknowledge: failing }
    expect((await call(acknowledgeAlert({ ...ports, alerts }), acknowledging(record.id))).status).toBe(503)
    advance(1_000)
    expect((await acknowledge(record.id, 'bob')).status).toBe(200)
    expect(reported()).toHaveLength(2)
    expect(new Set(reported().map(({ id }) => id)).size).toBe(1)
  })
})

describe('with its incident an alert', () => {
  /** Alerts, an hour apart, each of an incident of its own, all but the last. */
  async function withIncidents(count: number) {
    const made = await alertRoutes()
    const { alerts } = made.ports
    const incidents = Array.from({ length: count - 1 }, (_, index) => triaged({}, { id: guid(index + 1) }).record)
    const records = Array.from({ length: count }, (_, index) =>
      alertRecord(index + 1, { incidentId: incidents[index]?.id }),
    )
    const step = { checkpoint: null, metadata: '', entries: [], alerts: records, incidents }
    await alerts.commit(acme, await alerts.progressOf(acme), step)
    const act = async (index: number, action: TriageAction, seconds = 0) => {
      const at = instantAt(began + seconds * 1_000)
      await alerts.changeTriage(acme, guid(index + 1), (found) => actOn(found, action, { by: bob, at }))
    }
    return { ...made, records, act, asked: async (query: string) => idsOf((await made.list(query, 'alice')).json) }
  }
  const acknowledge = { kind: 'acknowledge' } as const

  test('is acknowledged and closed, and open again when that is reopened', async () => {
    const { records, act, asked, read } = await withIncidents(4)
    await act(0, acknowledge)
    await act(1, { kind: 'close', verdict: 'expected', reason: '' })
    const state = async (index: number) => (await read(records[index]?.id ?? '', 'alice')).json
    const known = { state: 'acknowledged', acknowledgedAt: now, acknowledgedBy: bob }
    expect([await state(0), await state(1)]).toMatchObject([known, known])
    expect(await state(2)).toMatchObject({ state: 'open', acknowledgedAt: null })
    expect(await asked('state=acknowledged')).toEqual(ids(records.slice(0, 2)))
    expect(await asked('state=open')).toEqual(ids(records.slice(2)))
    await act(1, { kind: 'reopen' })
    expect(await asked('state=acknowledged')).toEqual(ids(records.slice(0, 1)))
  })

  test('keeps its own acknowledgement, and can get one', async () => {
    const { records, act, acknowledge: acknowledgeOne, read } = await withIncidents(2)
    const [record] = records
    if (!record) throw new Error('no alert')
    await act(0, acknowledge, 5)
    expect((await acknowledgeOne(record.id, 'alice')).json).toMatchObject({
      acknowledgedBy: alice,
      acknowledgedAt: now,
    })
    expect((await read(record.id, 'bob')).json).toMatchObject({ acknowledgedBy: alice })
  })

  test('is found page by page by its state, with few reads of its incident', async () => {
    const { ports, records, act } = await withIncidents(40)
    for (let index = 0; index < 39; index += 2) await act(index, acknowledge)
    let reads = 0
    const findTriaged: typeof ports.alerts.findTriaged = (...asked) => {
      reads += 1
      return ports.alerts.findTriaged(...asked)
    }
    const counted = { ...ports, alerts: { ...ports.alerts, findTriaged } }
    for (const [state, expected] of [
      ['acknowledged', records.filter((_, index) => index < 39 && index % 2 === 0)],
      ['open', records.filter((_, index) => index === 39 || index % 2 === 1)],
    ] as const) {
      const found: string[] = []
      let token: string | null = ''
      reads = 0
      while (token !== null) {
        const path = `/?state=${state}&limit=6${token && `&continuationToken=${token}`}`
        const { json } = await call(listAlerts(counted), { path, params: { id: acme }, token: 'alice' })
        const page = idsOf(json)
        expect(page.length).toBeLessThanOrEqual(6)
        found.push(...page)
        token = v.parse(List, json).continuationToken
      }
      expect(found).toEqual(ids(expected))
      expect(reads).toBeLessThanOrEqual(40)
    }
  })

  test('is read once for all alerts of one incident', async () => {
    const { ports, raise } = await alertRoutes()
    await raise([1, 2, 3].map((hours) => alertRecord(hours, { incidentId: guid(1) })))
    let reads = 0
    const findTriaged: typeof ports.alerts.findTriaged = (...asked) => {
      reads += 1
      return ports.alerts.findTriaged(...asked)
    }
    const counted = { ...ports, alerts: { ...ports.alerts, findTriaged } }
    const { json } = await call(listAlerts(counted), { params: { id: acme }, token: 'alice' })
    expect(idsOf(json)).toHaveLength(3)
    expect(reads).toBe(1)
  })
})

describe('anybody else', () => {
  const routes = ['list', 'read', 'acknowledge'] as const
  type Routes = Awaited<ReturnType<typeof alertRoutes>>
  const attempt = (made: Routes, route: (typeof routes)[number], id: string, token?: string) =>
    route === 'list' ? made.list('', token) : made[route](id, token)

  test.each(routes.flatMap((route) => strangers.map(([who, token, status]) => [route, who, token, status] as const)))(
    'cannot %s: %s',
    async (route, _, token, status) => {
      const made = await alertRoutes()
      const record = alertRecord(1)
      await made.raise([record])
      const response = await attempt(made, route, record.id, token)
      expect(response.status).toBe(status)
      expect(response.text).not.toContain(record.title)
      expect(await made.ports.alerts.find(acme, record.id)).toEqual({ record, acknowledged: null })
      expect(made.reported()).toEqual([])
    },
  )

  test.each(routes)('cannot %s with the organization’s own key', async (route) => {
    const made = await alertRoutes()
    const record = alertRecord(1)
    await made.raise([record])
    expect((await attempt(made, route, record.id, await made.keyToken())).status).toBe(401)
  })
})
