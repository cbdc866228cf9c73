// /organizations/{id}/incidents: what owners and admins see of incidents, and what everybody else gets.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import type { IncidentRecord } from '../../../src/domain/alerts/incidents/incident.ts'
import { timelineMax } from '../../../src/domain/alerts/incidents/incident-view.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { formatInstant } from '../../../src/domain/instant.ts'
import {
  incidentsPerPageDefault,
  incidentsPerPageMax,
  listIncidents,
  readIncident,
} from '../../../src/functions/alerts/incidents.ts'
import { alertPorts, alertRecord, exportRule } from '../../support/alerts/alerts.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, event, globex, guid } from '../../support/events.ts'
import { strangers } from '../../support/people.ts'

async function incidentRoutes() {
  const made = await alertPorts()
  const { ports } = made
  const as = (token?: string) => (token === undefined ? {} : { token })
  return {
    ...made,
    /** Stores incidents and alerts as their evaluation does. */
    open: async (incidents: readonly IncidentRecord[], alerts: readonly AlertRecord[] = [], id: Guid = acme) => {
      const step = { checkpoint: null, metadata: '', entries: [], alerts, incidents }
      if (!(await ports.alerts.commit(id, await ports.alerts.progressOf(id), step))) throw new Error('not committed')
    },
    list: (query = '', token?: string, id = acme) =>
      call(listIncidents(ports), { path: `/${query && `?${query}`}`, params: { id }, ...as(token) }),
    read: (incidentId: string, token?: string, id = acme) =>
      call(readIncident(ports), { params: { id, incidentId }, ...as(token) }),
  }
}

/** An incident of these alerts. */
function incidentOf(alerts: readonly AlertRecord[], members: Partial<IncidentRecord> = {}): IncidentRecord {
  const [first] = alerts
  if (!first) throw new Error('no alert')
  return {
    id: guidOfContent('incident', first.id),
    begunAt: first.from,
    from: first.from,
    to: first.to,
    level: first.level,
    title: `${first.title}: Alice`,
    alertCount: alerts.length,
    alerts: alerts.map(({ id, ruleId, title, level, from, to }) => ({ id, ruleId, title, level, from, to, who: null })),
    entities: [
      { key: `person:${alice}`, label: 'Alice before' },
      { key: 'address:203.0.113.9', label: null },
    ],
    mergedInto: null,
    recent: [],
    threads: [],
    ...members,
  }
}

const List = v.object({ data: v.array(v.object({ id: v.string() })), continuationToken: v.nullable(v.string()) })
const idsOf = (json: unknown) => v.parse(List, json).data.map(({ id }) => id)
const ids = (incidents: readonly IncidentRecord[]) => incidents.map(({ id }) => id)

describe('an owner or admin', () => {
  test.each(['alice', 'bob'])('%s sees incidents: what, whom, when, how grave, how many alerts', async (who) => {
    const { open, list } = await incidentRoutes()
    const incident = incidentOf([alertRecord(2)], { alertCount: 157 })
    await open([incident])
    const response = await list('', who)
    expect(response.status).toBe(200)
    expect(response.json).toEqual({
      object: 'list',
      data: [
        {
          object: 'incident',
          id: incident.id,
          title: 'Many failed logins: Alice',
          level: 'high',
          from: formatInstant(incident.from),
          to: formatInstant(incident.to),
          alertCount: 157,
          entities: [
            { kind: 'person', value: alice, label: 'Alice before' },
            { kind: 'address', value: '203.0.113.9', label: null },
          ],
        },
      ],
      continuationToken: null,
    })
  })

  test('sees one with its alerts, its people by their names of today, and what happened in order of time', async () => {
    const { open, read, ports } = await incidentRoutes()
    const known = await ports.directory.organization(acme)
    const [admin] = known?.members ?? []
    if (!known || !admin) throw new Error('Acme has no admin')
    await ports.directory.putOrganization(acme, { ...known, members: [{ ...admin, userId: alice, name: 'Alice' }] })
    const failed = alertRecord(2)
    const [sample] = failed.samples
    const exported = event({
      type: 1602,
      cipherId: undefined,
      date: new Date(Date.parse(failed.from) + 60_000).toISOString(),
    })
    const later = alertRecord(1, { ruleId: exportRule, title: 'Exported', samples: [...failed.samples, exported] })
    const incident = incidentOf([failed, later])
    const [one, other] = [failed, later].map((alert) => ({ ...alert, incidentId: incident.id }))
    if (!one || !other) throw new Error('no alerts')
    await open([incident], [one, other])
    const { status, json } = await read(incident.id, 'alice')
    expect(status).toBe(200)
    expect(json).toMatchObject({
      object: 'incident',
      id: incident.id,
      entities: [{ kind: 'person', label: 'Alice' }, { kind: 'address' }],
      alerts: [
        { object: 'alert', id: failed.id, incidentId: incident.id },
        { object: 'alert', id: later.id, incidentId: incident.id },
      ],
    })
    const date = formatInstant(failed.from)
    expect(v.parse(v.object({ timeline: v.unknown() }), json).timeline).toEqual([
      { date, alertId: failed.id, eventId: sample?.id, text: expect.stringMatching(/^Alice: /) },
      { date, alertId: failed.id, eventId: null, text: failed.title },
      { date: formatInstant(exported.date), alertId: later.id, eventId: exported.id, text: expect.any(String) },
      { date: formatInstant(later.from), alertId: later.id, eventId: null, text: 'Exported' },
    ])
  })

  test('sees a timeline of bounded length, and one without alerts that are gone', async () => {
    const { open, read } = await incidentRoutes()
    const alerts = Array.from({ length: 30 }, (_, hours) => {
      const from = alertRecord(hours).from
      const samples = Array.from({ length: 10 }, (_, index) => event({ date: from, type: 1000 + index }))
      return alertRecord(hours, { samples })
    })
    const [gone] = alerts
    await open([incidentOf(alerts)], alerts.slice(1))
    const { json } = await read(incidentOf(alerts).id, 'alice')
    const Shown = v.object({ alerts: v.array(v.object({ id: v.string() })), timeline: v.array(v.unknown()) })
    const shown = v.parse(Shown, json)
    expect(shown.timeline).toHaveLength(timelineMax)
    expect(shown.alerts).toHaveLength(29)
    expect(shown.alerts.map(({ id }) => id)).not.toContain(gone?.id)
  })

  test('is led from a merged incident to the one that it is a part of, and sees none but that in lists', async () => {
    const { open, list, read } = await incidentRoutes()
    const [first, second, third] = [3, 2, 1].map((hours) => incidentOf([alertRecord(hours)]))
    if (!first || !second || !third) throw new Error('no incidents')
    await open([first, { ...second, mergedInto: first.id }, { ...third, mergedInto: second.id }])
    expect(idsOf((await list('', 'alice')).json)).toEqual([first.id])
    for (const { id } of [first, second, third]) expect((await read(id, 'alice')).json).toMatchObject({ id: first.id })
  })

  test('sees incidents newest first, of the last 30 days unless asked for others, and of levels', async () => {
    const { open, list } = await incidentRoutes()
    const [today, yesterday, long] = [1, 30, 31 * 24].map((hours) => incidentOf([alertRecord(hours)]))
    if (!today || !yesterday || !long) throw new Error('no incidents')
    const low = incidentOf([alertRecord(2, { level: 'low' })])
    await open([long, today, yesterday, low])
    const asked = async (query: string) => idsOf((await list(query, 'alice')).json)
    expect(await asked('')).toEqual(ids([today, low, yesterday]))
    expect(await asked('start=2026-10-01')).toEqual(ids([today, low, yesterday, long]))
    expect(await asked('level=high,critical')).toEqual(ids([today, yesterday]))
    expect(await asked('LEVEL=Low')).toEqual(ids([low]))
  })

  test('pages through them, 50 or up to 200 at a time, with a token of this list alone', async () => {
    const { open, list } = await incidentRoutes()
    const incidents = Array.from({ length: incidentsPerPageMax + 1 }, (_, hours) => incidentOf([alertRecord(hours)]))
    await open(incidents)
    expect(idsOf((await list('', 'alice')).json)).toHaveLength(incidentsPerPageDefault)
    const first = await list(`limit=${incidentsPerPageMax}`, 'alice')
    expect(idsOf(first.json)).toEqual(ids(incidents.slice(0, incidentsPerPageMax)))
    const going = `continuationToken=${v.parse(List, first.json).continuationToken}`
    expect(idsOf((await list(going, 'alice')).json)).toEqual(ids(incidents.slice(incidentsPerPageMax)))
    expect((await list(`${going}&level=high`, 'alice')).status).toBe(400)
    expect((await list(going, 'erin', globex)).status).toBe(400)
  })

  test.each([
    ['limit', `limit=${incidentsPerPageMax + 1}`],
    ['level', 'level=urgent'],
    ['start', 'start=x'],
    ['end', 'start=2020-01-01'],
    ['continuationToken', 'continuationToken=x'],
  ])('gets a 400 that names %s for %s', async (parameter, query) => {
    const { list } = await incidentRoutes()
    const response = await list(query, 'alice')
    expect(response.status).toBe(400)
    expect(response.json).toMatchObject({ errors: { [parameter]: [expect.any(String)] } })
  })

  test('gets a 404 for an incident that there is not, or that is another organization’s', async () => {
    const { open, read } = await incidentRoutes()
    const incident = incidentOf([alertRecord(1)])
    await open([incident], [], globex)
    for (const id of [incident.id, guid(1), 'x']) expect((await read(id, 'alice')).status).toBe(404)
  })
})

describe('anybody else', () => {
  const routes = ['list', 'read'] as const
  type Routes = Awaited<ReturnType<typeof incidentRoutes>>
  const attempt = (made: Routes, route: (typeof routes)[number], id: string, token?: string) =>
    route === 'list' ? made.list('', token) : made.read(id, token)

  test.each(routes.flatMap((route) => strangers.map(([who, token, status]) => [route, who, token, status] as const)))(
    'cannot %s: %s',
    async (route, _, token, status) => {
      const made = await incidentRoutes()
      const incident = incidentOf([alertRecord(1)])
      await made.open([incident])
      const response = await attempt(made, route, incident.id, token)
      expect(response.status).toBe(status)
      expect(response.text).not.toContain(incident.title)
    },
  )

  test.each(routes)('cannot %s with the organization’s own key', async (route) => {
    const made = await incidentRoutes()
    const incident = incidentOf([alertRecord(1)])
    await made.open([incident])
    expect((await attempt(made, route, incident.id, await made.keyToken())).status).toBe(401)
  })
})
