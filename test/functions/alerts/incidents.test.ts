// /organizations/{id}/incidents: what owners and admins see of incidents, and what everybody else gets.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { countTallies } from '../../../src/application/tallies/count-tallies.ts'
import type { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import {
  alertsListedMax,
  entitiesListedMax,
  type IncidentRecord,
} from '../../../src/domain/alerts/incidents/incident.ts'
import { searchedTextCharsMax } from '../../../src/domain/alerts/incidents/incident-query.ts'
import { peopleReadMax } from '../../../src/domain/alerts/incidents/story/reads.ts'
import { timelineMax } from '../../../src/domain/alerts/incidents/story/timeline.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { formatInstant, instantAt } from '../../../src/domain/instant.ts'
import {
  incidentsPerPageDefault,
  incidentsPerPageMax,
  incidentsPerTriageMax,
  listIncidents,
  readIncident,
  triageIncident,
} from '../../../src/functions/alerts/incidents.ts'
import type { TriageListener } from '../../../src/ports/alerts/incidents.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { alertPorts, alertRecord, began, exportRule } from '../../support/alerts/alerts.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, event, globex, guid } from '../../support/events.ts'
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
    triage: (body: unknown, token?: string, id = acme) =>
      call(triageIncident(ports), { method: 'POST', params: { id }, body, ...as(token) }),
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
    alerts: alerts.map(({ id, ruleId, title, level, from, to }) => ({
      id,
      ruleId,
      title,
      level,
      from,
      to,
      who: null,
      muted: false,
    })),
    entities: [
      { key: `person:${alice}`, label: 'Alice before' },
      { key: 'address:203.0.113.9', label: null },
    ],
    items: [],
    muted: false,
    mergedInto: null,
    mergedIds: [],
    recent: [],
    threads: [],
    ...members,
  }
}

/** A call that is counted. */
const counting =
  <A extends readonly unknown[], R>(made: (...all: A) => R, count: () => void) =>
  (...all: A): R => {
    count()
    return made(...all)
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
          state: 'open',
          assignee: null,
          acknowledged: null,
          closed: null,
          closedBefore: null,
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
    const Timeline = v.object({ timeline: v.array(v.object({ alertId: v.nullable(v.string()), text: v.string() })) })
    expect(v.parse(Timeline, json).timeline).toEqual([
      { alertId: failed.id, text: '1 failed login as Alice' },
      { alertId: failed.id, text: failed.title },
      { alertId: later.id, text: 'Alice exported the organization vault' },
      { alertId: later.id, text: 'Exported' },
    ])
  })

  test('sees the story of one: also what followed the last match, what was done to its people, and from which items', async () => {
    const { open, read, ports } = await incidentRoutes()
    const known = await ports.directory.organization(acme)
    const [admin] = known?.members ?? []
    if (!known || !admin) throw new Error('Acme has no admin')
    const members = [
      { ...admin, userId: alice, name: 'Alice' },
      { ...admin, id: guid(77, '7'), userId: bob, name: 'Bob' },
    ]
    const items = [{ id: guid(1, 'd'), name: 'Bank', critical: true, collections: [] }]
    await ports.directory.putOrganization(acme, { ...known, members }, items)
    const alert = alertRecord(2)
    const minutesLater = (minutes: number, rest: Record<string, unknown>) =>
      event({ date: new Date(Date.parse(alert.from) + minutes * 60_000).toISOString(), ...rest })
    const strange = { ipAddress: '203.0.113.9' }
    await ports.store.append([
      ...alert.samples,
      minutesLater(1, { type: 1000, cipherId: undefined, ...strange }),
      minutesLater(2, { type: 1111, ...strange }),
      minutesLater(90, { type: 1602, cipherId: undefined, ...strange }),
      minutesLater(95, { type: 1511, cipherId: undefined, actingUserId: bob, organizationUserId: admin.id }),
      minutesLater(96, { type: 1107, actingUserId: bob }),
      minutesLater(24 * 60 + 1, { type: 1602, cipherId: undefined, ...strange }),
      minutesLater(25 * 60, { type: 1101, actingUserId: bob }),
    ])
    await countTallies({ organizationId: acme, store: ports.store, tallies: ports.tallies })
    const changedAt = new Date(Date.parse(alert.from) + 25 * 60 * 60_000).toISOString()
    const incident = incidentOf([alert])
    await open([incident], [{ ...alert, incidentId: incident.id }])
    const { json } = await read(incident.id, 'alice')
    expect(json).toMatchObject({
      story: {
        sentence: expect.stringMatching(
          /^Someone logged in as Alice from 203\.0\.113\.9 \(never seen before\) .*, copied password for item Bank \(critical\) and exported the organization vault\.$/,
        ),
        who: [{ kind: 'person', value: alice, label: 'Alice', role: 'acted' }],
        addresses: [{ address: '203.0.113.9', isNew: true, eventCount: 3, place: null }],
        taken: {
          itemCount: 1,
          criticalCount: 1,
          items: [{ name: 'Bank', changedAt }],
          exports: [{ what: 'organization' }],
        },
        whatToDo: ['Ask Alice.'],
        isPartial: false,
      },
    })
    const Texts = v.object({ timeline: v.array(v.object({ text: v.string() })) })
    expect(v.parse(Texts, json).timeline.map(({ text }) => text)).toEqual([
      '1 failed login as Alice',
      'Many failed logins',
      'Alice logged in',
      'Alice copied password for item Bank (critical)',
      'Alice exported the organization vault',
      'Bob revoked organization access for user Alice',
    ])
  })

  test('sees of a slow harvest what the account had never used before', async () => {
    const { open, read, ports } = await incidentRoutes()
    const alert = alertRecord(2, { samples: [event({ type: 1111, date: alertRecord(72).from })] })
    const from = Date.parse(alertRecord(72).from)
    const reads = [1, 2, 3].map((number) =>
      event({ type: 1111, cipherId: guid(number, 'd'), date: new Date(from + number * 3_600_000).toISOString() }),
    )
    await ports.store.append(reads)
    const times = (firstAt: number) => new Map([['copied', { count: 2, firstAt, lastAt: from + 1 }]] as const)
    const item = (number: number) => ({ kind: 'item', id: guid(number, 'd') }) as const
    const tallies = [
      { actor: { kind: 'person', id: alice } as const, thing: item(2), kinds: times(from - 1), upTo: 1 },
      { actor: { kind: 'person', id: alice } as const, thing: item(3), kinds: times(from), upTo: 2 },
    ]
    const progress = await ports.tallies.progressOf(acme)
    await ports.tallies.commit(acme, progress, { checkpoint: '2', countedTo: 2, tallies })
    const record = { ...alert, firstEventAt: alertRecord(72).from }
    const incident = incidentOf([record], { entities: [{ key: `person:${alice}`, label: null }] })
    await open([incident], [record])
    const Taken = v.object({
      story: v.object({ taken: v.object({ items: v.array(v.object({ itemId: v.string() })) }) }),
    })
    const { items } = v.parse(Taken, (await read(incident.id, 'alice')).json).story.taken
    expect(items.map(({ itemId }) => itemId)).toEqual([guid(1, 'd'), guid(3, 'd')])
  })

  test('sees one of 10,000 alerts and 40 people with few reads, and that its story is partial', async () => {
    const { open, ports } = await incidentRoutes()
    const people = Array.from({ length: entitiesListedMax - 1 }, (_, number) => guid(number + 100, 'b'))
    const alerts = Array.from({ length: alertsListedMax }, (_, hours) =>
      alertRecord(hours, {
        samples: people
          .slice(0, 5)
          .map((actingUserId) => event({ type: 1107, actingUserId, date: alertRecord(hours).from })),
      }),
    )
    const entities = [...people.map((id) => `person:${id}`), 'address:203.0.113.9'].map((key) => ({ key, label: null }))
    const incident = incidentOf(alerts, { alertCount: 10_000, entities })
    await open([incident], alerts)
    await ports.store.append(
      Array.from({ length: 3_500 }, (_, second) =>
        event({
          type: 1107,
          ipAddress: '203.0.113.9',
          actingUserId: people[second % 7],
          cipherId: guid(second + 1, 'd'),
          date: new Date(Date.parse(incident.to) - second * 1_000).toISOString(),
        }),
      ),
    )
    const reads = { lists: 0, alerts: 0, incidents: 0, lookUps: 0 }
    const counted = {
      ...ports,
      store: { ...ports.store, list: counting(ports.store.list, () => (reads.lists += 1)) },
      alerts: {
        ...ports.alerts,
        find: counting(ports.alerts.find, () => (reads.alerts += 1)),
        findTriaged: counting(ports.alerts.findTriaged, () => (reads.incidents += 1)),
      },
      directory: { ...ports.directory, items: counting(ports.directory.items, () => (reads.lookUps += 1)) },
    }
    const id = { id: acme, incidentId: incident.id }
    const { status, json } = await call(readIncident(counted), { params: id, token: 'alice' })
    expect(status).toBe(200)
    expect(json).toMatchObject({ alertCount: 10_000, story: { isPartial: true } })
    expect(reads).toMatchObject({ alerts: alertsListedMax, incidents: 1 })
    expect(reads.lists).toBeLessThanOrEqual(3 + 3 * peopleReadMax)
    expect(reads.lookUps).toBeLessThanOrEqual(32)
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

  test('sees those of a person, an address, an item, a state, an assignee and a text, and pages through them', async () => {
    const { open, list, triage, ports } = await incidentRoutes()
    const memberId = guid(2, '7')
    const known = await ports.directory.organization(acme)
    const [admin] = known?.members ?? []
    if (!known || !admin) throw new Error('Acme has no admin')
    const members = [...known.members, { ...admin, id: memberId, userId: guid(40, 'b'), name: 'Mia' }]
    await ports.directory.putOrganization(acme, { ...known, members })
    const entities = [
      { key: `member:${memberId}`, label: 'Mia' },
      { key: 'address:2001:db8::/64', label: null },
    ]
    const [one, two, three] = [3, 2, 1].map((hours) => incidentOf([alertRecord(hours)]))
    if (!one || !two || !three) throw new Error('no incidents')
    await open([one, { ...two, entities, items: [guid(1, 'd')] }, { ...three, entities, title: 'Exported: Mia' }])
    await triage({ incidentIds: [one.id], action: { kind: 'acknowledge' } }, 'alice')
    const asked = async (query: string, who = 'alice') => idsOf((await list(query, who)).json)
    expect(await asked(`person=${alice}`)).toEqual([one.id])
    expect(await asked(`person=${memberId}`)).toEqual([three.id, two.id])
    expect(await asked(`person=${guid(40, 'b')}`)).toEqual([three.id, two.id])
    expect(await asked('address=2001:DB8::9')).toEqual([three.id, two.id])
    expect(await asked('address=203.0.113.0/24')).toEqual([one.id])
    expect(await asked(`item=${guid(1, 'd')}`)).toEqual([two.id])
    expect(await asked('state=open')).toEqual([three.id, two.id])
    expect(await asked('state=acknowledged&assignee=me')).toEqual([one.id])
    expect(await asked('assignee=me', 'bob')).toEqual([])
    expect(await asked(`assignee=${alice}`, 'bob')).toEqual([one.id])
    expect(await asked('assignee=none&text=mia%20exported')).toEqual([three.id])
    const first = await list('assignee=none&limit=1', 'alice')
    expect(idsOf(first.json)).toEqual([three.id])
    const going = `limit=1&continuationToken=${v.parse(List, first.json).continuationToken}`
    expect(await asked(`${going}&assignee=none`)).toEqual([two.id])
    expect((await list(`${going}&assignee=me`, 'alice')).status).toBe(400)
  })

  test.each([
    ['limit', `limit=${incidentsPerPageMax + 1}`],
    ['level', 'level=urgent'],
    ['state', 'state=resolved'],
    ['person', 'person=alice'],
    ['address', 'address=203.0.113.9/24'],
    ['item', 'item=x'],
    ['assignee', 'assignee=nobody'],
    ['text', `text=${'x'.repeat(searchedTextCharsMax + 1)}`],
    ['verdict', 'verdict=expected'],
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

describe('work on incidents', () => {
  const acknowledge = { kind: 'acknowledge' } as const
  const close = { kind: 'close', verdict: 'expected', reason: 'A test.' } as const
  const Results = v.object({ data: v.array(v.object({ id: v.string(), result: v.string() })) })
  const resultsIn = (json: unknown) => v.parse(Results, json).data.map(({ result }) => result)

  async function opened(hours: readonly number[] = [2, 1]) {
    const made = await incidentRoutes()
    const incidents = hours.map((hour) => incidentOf([alertRecord(hour)]))
    await made.open(incidents)
    return { ...made, incidents, incidentIds: ids(incidents), reported: () => made.reported() }
  }

  test('acknowledges several at once, takes them, and stands in the log once for each', async () => {
    const { triage, list, incidents, incidentIds, reported } = await opened()
    const { status, json } = await triage({ incidentIds, action: acknowledge }, 'bob')
    const act = { by: bob, byName: null, at: formatInstant(instantAt(began)) }
    const done = { state: 'acknowledged', assignee: { id: bob, name: null }, acknowledged: act, closed: null }
    expect(status).toBe(200)
    expect(json).toMatchObject({
      object: 'list',
      data: incidents.map(({ id, title }) => ({ id, result: 'changed', incident: { id, title, ...done } })),
    })
    expect((await list('', 'alice')).json).toMatchObject({ data: [done, done] })
    const again = await triage({ incidentIds, action: acknowledge }, 'bob')
    expect(resultsIn(again.json)).toEqual(['unchanged', 'unchanged'])
    expect(reported().map(({ type, objectId, actingUserId }) => [type, objectId, actingUserId])).toEqual(
      incidents.map(({ id }) => [9013, id, bob]),
    )
  })

  test('does what it can beside ids that lead nowhere, and an id twice once', async () => {
    const { triage, open, incidentIds, reported } = await opened()
    const elsewhere = incidentOf([alertRecord(9)])
    await open([elsewhere], [], globex)
    const asked = [guid(1), ...incidentIds, elsewhere.id, ...incidentIds]
    const { json } = await triage({ incidentIds: asked, action: close }, 'alice')
    expect(v.parse(Results, json).data).toEqual(
      asked.slice(0, 4).map((id) => ({ id, result: incidentIds.some((own) => own === id) ? 'changed' : 'notFound' })),
    )
    expect(reported()).toHaveLength(2)
    const closed = { verdict: 'expected', reason: 'A test.', by: alice }
    expect(json).toMatchObject({ data: [{ incident: null }, { incident: { state: 'closed', closed } }, {}, {}] })
  })

  test('on incidents that were merged is done once to the one that they are a part of', async () => {
    const { triage, open, reported } = await opened([])
    const [first, second, third] = [3, 2, 1].map((hours) => incidentOf([alertRecord(hours)]))
    if (!first || !second || !third) throw new Error('no incidents')
    const parts = [second, third].map((part) => ({ ...part, mergedInto: first.id }))
    await open([{ ...first, mergedIds: ids(parts) }, ...parts])
    const { json } = await triage({ incidentIds: ids(parts), action: close }, 'alice')
    const done = { result: 'changed', incident: { id: first.id, state: 'closed' } }
    expect(json).toMatchObject({ data: parts.map(({ id }) => ({ id, ...done })) })
    expect(reported().map(({ objectId }) => objectId)).toEqual([first.id])
  })

  test('assigns to an owner or admin, to oneself and to nobody, and to nobody else', async () => {
    const { triage, incidentIds } = await opened([1])
    const assigned = async (assignee: Guid | null) => {
      const { status, json } = await triage({ incidentIds, action: { kind: 'assign', assignee } }, 'alice')
      return status === 200
        ? v.parse(v.object({ data: v.array(v.object({ incident: v.unknown() })) }), json).data
        : json
    }
    expect(await assigned(bob)).toMatchObject([{ incident: { assignee: { id: bob } } }])
    expect(await assigned(alice)).toMatchObject([{ incident: { assignee: { id: alice } } }])
    expect(await assigned(null)).toMatchObject([{ incident: { assignee: null } }])
    for (const other of [guid(4, 'b'), guid(7, 'b'), guid(1)]) {
      expect(await assigned(other)).toMatchObject({
        errors: { 'action.assignee': ['is neither an owner nor an admin'] },
      })
    }
  })

  test('is reopened by people, and by another alert, which leaves word of how it was closed', async () => {
    const { triage, read, open, incidents, incidentIds } = await opened([1])
    const [incident] = incidents
    if (!incident) throw new Error('no incident')
    const state = async () => (await read(incident.id, 'alice')).json
    await triage({ incidentIds, action: close }, 'alice')
    await triage({ incidentIds, action: { kind: 'reopen' } }, 'bob')
    expect(await state()).toMatchObject({ state: 'open', closed: null, closedBefore: { reason: 'A test.', by: alice } })
    await triage({ incidentIds, action: close }, 'alice')
    await open([{ ...incident, alertCount: 2 }])
    expect(await state()).toMatchObject({ state: 'open', closed: null, closedBefore: { reason: 'A test.', by: alice } })
  })

  test('comments, and shows the comments in order of time', async () => {
    const { triage, read, advance, incidentIds, reported } = await opened([1])
    for (const [who, text] of [
      ['bob', 'Asked Alice.'],
      ['alice', 'It was me:\na test.'],
      ['bob', 'Asked Alice.'],
    ]) {
      await triage({ incidentIds, action: { kind: 'comment', text } }, who)
      advance(1_000)
    }
    expect((await read(incidentIds[0] ?? '', 'bob')).json).toMatchObject({
      comments: [
        { by: bob, text: 'Asked Alice.', at: formatInstant(instantAt(began)) },
        { by: alice, text: 'It was me:\na test.' },
      ],
    })
    expect(new Set(reported().map(({ id }) => id)).size).toBe(2)
    expect(reported().every(({ objectName }) => !objectName?.includes('Asked'))).toBe(true)
  })

  test('calls a listener with what is stored, again when the request is repeated, and not for what is not there', async () => {
    const { ports, incidents, incidentIds } = await opened()
    const heard: unknown[] = []
    const onTriage: TriageListener = async (id, { record, triage }, action) =>
      void heard.push([id, record.id, triage.closed?.verdict, action])
    const body = { incidentIds: [...incidentIds, guid(1)], action: close }
    const request = { method: 'POST', params: { id: acme }, body, token: 'alice' }
    await call(triageIncident({ ...ports, onTriage }), request)
    const expected = incidents.map(({ id }) => [acme, id, 'expected', close])
    expect(heard).toEqual(expected)
    await call(triageIncident({ ...ports, onTriage }), request)
    expect(heard).toEqual([...expected, ...expected])
  })

  test('is not done when its event cannot be queued', async () => {
    const { ports, list, incidentIds } = await opened([1])
    const queue = { ...ports.queue, enqueue: async () => Promise.reject(new Unavailable('queue', new Error('a test'))) }
    const body = { incidentIds, action: acknowledge }
    const response = await call(triageIncident({ ...ports, queue }), {
      method: 'POST',
      params: { id: acme },
      body,
      token: 'alice',
    })
    expect(response.status).toBe(503)
    expect((await list('', 'alice')).json).toMatchObject({ data: [{ state: 'open' }] })
  })

  test.each([
    ['incidentIds', { incidentIds: [], action: acknowledge }],
    [
      'incidentIds',
      { incidentIds: Array.from({ length: incidentsPerTriageMax + 1 }, (_, n) => guid(n)), action: acknowledge },
    ],
    ['incidentIds.0', { incidentIds: ['x'], action: acknowledge }],
    ['action', { incidentIds: [guid(1)] }],
    ['action.kind', { incidentIds: [guid(1)], action: { kind: 'delete' } }],
    ['action.verdict', { incidentIds: [guid(1)], action: { kind: 'close', verdict: 'x', reason: '' } }],
    ['action.text', { incidentIds: [guid(1)], action: { kind: 'comment', text: 'a\u0000' } }],
  ])('gets a 400 that names %s', async (parameter, body) => {
    const { triage } = await opened()
    const response = await triage(body, 'alice')
    expect(response.status).toBe(400)
    expect(response.json).toMatchObject({ errors: { [parameter]: [expect.any(String)] } })
  })
})

describe('anybody else', () => {
  const routes = ['list', 'read', 'triage'] as const
  type Routes = Awaited<ReturnType<typeof incidentRoutes>>
  const attempt = (made: Routes, route: (typeof routes)[number], id: string, token?: string) => {
    if (route === 'triage') return made.triage({ incidentIds: [id], action: { kind: 'reopen' } }, token)
    return route === 'list' ? made.list('', token) : made.read(id, token)
  }

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
