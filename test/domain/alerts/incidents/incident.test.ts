// The record of an incident: its title, its level, and its bounds.
import { expect, test } from 'vitest'
import type { Entity } from '../../../../src/domain/alerts/incidents/entities.ts'
import {
  alertsListedMax,
  entitiesListedMax,
  type GroupedAlert,
  incidentIdOf,
  itemsListedMax,
  mergedIdsMax,
} from '../../../../src/domain/alerts/incidents/incident.ts'
import { type IncidentThread, joinedThreads } from '../../../../src/domain/alerts/incidents/threads.ts'
import { guidOfContent } from '../../../../src/domain/guid.ts'
import { instantAt } from '../../../../src/domain/instant.ts'
import { integrationsMax } from '../../../../src/domain/notifications/integration.ts'
import { incidentWorld, type UngroupedAlert } from '../../../support/alerts/incidents.ts'
import { guid } from '../../../support/events.ts'

/** Most characters of an incident of which every integration was notified. */
const notifiedCharsMax = 64 * 1024
const start = Date.UTC(2026, 10, 20)
const textCharsMax = 34_000

function alert(
  number: number,
  entities: readonly Entity[],
  members: Partial<GroupedAlert['record']> = {},
): UngroupedAlert {
  const at = instantAt(start + number * 1_000)
  const id = guidOfContent('alert', number)
  return {
    record: { id, ruleId: guid(1, 'e'), title: 'A login', level: 'low', from: at, to: at, muted: false, ...members },
    entities: entities.map((entity) => ({ ...entity, during: null })),
  }
}
const dave = { key: `person:${guid(1, 'b')}`, label: 'Dave Miller' }
const eve = { key: `person:${guid(2, 'b')}`, label: 'Eve' }
const address = { key: 'address:192.0.2.1', label: null }

/** The one incident of these alerts, each in a step of its own. */
function incidentOf(...alerts: readonly UngroupedAlert[]) {
  const world = incidentWorld()
  for (const each of alerts) world.step([each])
  const [incident, ...others] = world.listed()
  expect(others).toEqual([])
  if (!incident) throw new Error('no incident')
  return incident
}

test('has the level and the title of its most severe alert, and says how many more people it is about', () => {
  const grave = alert(2, [dave, address], { level: 'critical', title: 'Failed logins, then a login' })
  expect(incidentOf(alert(1, [eve, address]), grave)).toMatchObject({
    level: 'critical',
    title: 'Failed logins, then a login: Dave Miller and 1 more person',
    alertCount: 2,
    alerts: [{ id: grave.record.id }, { title: 'A login', who: eve.key }],
    entities: [eve, address, dave],
  })
})

test('has the level and the title of its most severe alert that is not muted, in any order; of muted ones alone, theirs', () => {
  const muted = alert(1, [dave], { level: 'critical', title: 'Muted', muted: true })
  const mutedToo = alert(2, [dave], { level: 'medium', title: 'Muted', muted: true })
  const heard = alert(3, [dave], { level: 'low', title: 'A login' })
  expect(incidentOf(mutedToo, muted)).toMatchObject({ level: 'critical', title: 'Muted: Dave Miller', muted: true })
  for (const all of [
    [muted, heard, mutedToo],
    [heard, mutedToo, muted],
  ]) {
    expect(incidentOf(...all)).toMatchObject({
      level: 'low',
      title: 'A login: Dave Miller',
      muted: false,
      alertCount: 3,
      alerts: [{ title: 'A login' }, { level: 'critical' }, { level: 'medium' }],
    })
  }
})

test('keeps its id, also when it gets an earlier alert', () => {
  const incident = incidentOf(alert(9, [dave]), alert(1, [dave]))
  expect(incident).toMatchObject({ id: incidentIdOf(guidOfContent('alert', 9)), from: instantAt(start + 1_000) })
  expect(incident.begunAt).toBe(instantAt(start + 9_000))
})

test.each([
  [[], 'A login'],
  [[address], 'A login: address 192.0.2.1'],
  [[{ key: `person:${guid(1)}`, label: null }], 'A login: user (name unknown)'],
  [[{ key: `machine:${guid(1)}`, label: null }, address], 'A login: machine account (name unknown)'],
])('names whom it is about: %j', (entities, title) => {
  expect(incidentOf(alert(1, entities)).title).toBe(title)
})

test('of 10,000 alerts about as many people counts them all, and stays short, also when every integration was notified', () => {
  const world = incidentWorld()
  const alerts = Array.from({ length: 10_000 }, (_, number) => {
    const person = { key: `person:${guid(number, 'b')}`, label: '"'.repeat(48) }
    return alert(number, [person, { key: 'address:2001:db8:aaaa:bbbb::/64', label: null }], { title: '"'.repeat(200) })
  })
  // A person who comes again joins incidents that began alone.
  for (let at = 0; at < mergedIdsMax + 2; at += 1) {
    const { record, entities, ...others } = alerts[at] ?? alert(at, [])
    world.step([{ record, entities: entities.slice(0, 1), ...others }])
  }
  for (let at = 0; at < alerts.length; at += 500) {
    world.step(alerts.slice(at, at + 500).map((each, index) => ({ ...each, items: [guid(at + index, 'd')] })))
  }
  const [incident, ...others] = world.listed()
  expect(others).toEqual([])
  expect(incident).toMatchObject({
    alertCount: 10_000,
    items: { length: itemsListedMax },
    mergedIds: { length: mergedIdsMax },
    alerts: { length: alertsListedMax },
    entities: { length: entitiesListedMax },
  })
  expect(incident?.title).toMatch(/and many more people$/)
  expect(JSON.stringify(incident).length).toBeLessThanOrEqual(textCharsMax)
  expect(incident?.alerts[0]?.id).toBe(guidOfContent('alert', 0))

  const threadOf = (number: number): IncidentThread => {
    const title = '"'.repeat(incident?.title.length ?? 0)
    const [id, integrationId] = [guid(number, '3'), guid(number, '6')]
    return { id, integrationId, title, level: 'informational', recurredAfter: instantAt(start) }
  }
  const threads = joinedThreads([Array.from({ length: integrationsMax + 1 }, (_, number) => threadOf(number))])
  expect(threads).toHaveLength(integrationsMax)
  expect(JSON.stringify({ ...incident, threads }).length).toBeLessThanOrEqual(notifiedCharsMax)
})

test('knows the incidents that were merged into it last, as many as it may', () => {
  const world = incidentWorld()
  const people = Array.from({ length: mergedIdsMax + 2 }, (_, index) => ({
    key: `person:${guid(index, 'b')}`,
    label: null,
  }))
  for (const [index, person] of people.entries()) world.step([alert(index, [person])])
  for (const [index, person] of people.entries()) world.step([alert(100 + index, [person, address])])
  const [incident, ...others] = world.listed()
  expect(others).toEqual([])
  const merged = people.slice(1).map((_, index) => incidentIdOf(guidOfContent('alert', index + 1)))
  expect(incident?.mergedIds).toEqual(merged.slice(-mergedIdsMax))
})

test('has items of its alerts, as many as it may, the same for any order', () => {
  const items = Array.from({ length: itemsListedMax + 5 }, (_, index) => guid(index, 'd'))
  const alerts = items.map((item, index) => ({ ...alert(index, [dave]), items: [item, guid(0, 'd')] }))
  const expected = items.slice(0, itemsListedMax)
  expect(incidentOf(...alerts).items).toEqual(expected)
  expect(incidentOf(...alerts.toReversed()).items).toEqual(expected)
})
