// What users and their organization were seen with, from page to page: the same in any pages, and when a page is evaluated again.
import { expect, test } from 'vitest'
import { memoryAlertStore } from '../../../../src/adapters/memory/alert-store.ts'
import { engineEventsOf } from '../../../../src/application/alerts/evaluation/page-events.ts'
import { tracedFields } from '../../../../src/domain/alerts/observed/observed.ts'
import { directoryContext } from '../../../../src/domain/alerts/sigma/fields.ts'
import { instantAt, millisecondsOf } from '../../../../src/domain/instant.ts'
import type { StateChange } from '../../../../src/ports/alerts/evaluation-state.ts'
import { type Arrival, monthOf, places } from '../../../support/alerts/month.ts'
import { facts } from '../../../support/directory.ts'
import { acme } from '../../../support/events.ts'

const context = directoryContext(facts({}))
const arrivals = [11, 12].map((seed) =>
  monthOf(seed).toSorted((one, other) => one.arrivedAt - other.arrivedAt || (one.event.id < other.event.id ? -1 : 1)),
)

/** Evaluates the events in pages of a size; `interrupted` says which changes of a page are stored before it is evaluated again. */
async function evaluated(
  events: readonly Arrival[],
  pageEvents: number,
  interrupted?: (changes: readonly StateChange[], page: number) => readonly StateChange[],
) {
  const alerts = memoryAlertStore()
  const seen: unknown[] = []
  const store = async (entries: readonly StateChange[]) => {
    const progress = await alerts.progressOf(acme)
    await alerts.commit(acme, progress, { checkpoint: null, metadata: '', entries, alerts: [], incidents: [] })
  }
  for (let from = 0, page = 0; from < events.length; from += pageEvents, page++) {
    const arriving = events.slice(from, from + pageEvents)
    const feedPage = {
      events: arriving.map(({ event }) => event),
      numbers: arriving.map((_, index) => from + index),
      storedAt: arriving.map(({ arrivedAt }) => arrivedAt),
      next: '',
      more: true,
    }
    const run = { alerts, organizationId: acme, places }
    if (interrupted) await store(interrupted((await engineEventsOf(run, feedPage, context)).firstSeenChanges, page))
    const { engineEvents, firstSeenChanges } = await engineEventsOf(run, feedPage, context)
    await store(firstSeenChanges)
    for (const { id, fields } of engineEvents)
      seen.push([id, [...tracedFields, 'offHours'].map((name) => fields[name])])
  }
  const names = (await alerts.entryNames(acme, '')).map(({ name }) => name)
  return { seen, entries: await alerts.entriesNamed(acme, names) }
}

test.each(arrivals.map((each, index) => [index, each] as const))(
  'what is first seen is the same in any pages, and if a page is evaluated again with a part of it stored (month %i)',
  async (_, month) => {
    const whole = await evaluated(month, month.length)
    const fieldsSeen = new Set(whole.seen.map((each) => JSON.stringify(each).slice(40)))
    expect(fieldsSeen.size).toBeGreaterThan(5)
    for (const pageEvents of [1_000, 97, 13]) expect(await evaluated(month, pageEvents)).toEqual(whole)
    for (const stored of [
      (changes: readonly StateChange[]) => changes,
      (changes: readonly StateChange[], page: number) => changes.filter((__, index) => (index + page) % 2 === 0),
      (changes: readonly StateChange[], page: number) => changes.slice(0, page % 3),
    ]) {
      expect(await evaluated(month, 97, stored)).toEqual(whole)
    }
  },
)

test('entries are dropped when everything in them is forgotten, not before', async () => {
  const [month = []] = arrivals
  const { entries } = await evaluated(month, 1_000)
  const last = Math.max(...month.map(({ event }) => millisecondsOf(event.date)))
  const latest = Math.max(...[...entries.values()].map(({ dueAt }) => dueAt))
  expect(instantAt(latest).slice(0, 10)).toBe(instantAt(last + 90 * 86_400_000).slice(0, 10))
  expect([...entries.keys()].every((name) => /^(FirstSeen|Items)=/.test(name))).toBe(true)
})
