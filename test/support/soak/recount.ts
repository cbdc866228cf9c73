// Alerts and daily sums of a soak, counted anew from the stored events on another way than the app's.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import { randomFrom } from '../../../local/demo/random.ts'
import { tableAlertStore } from '../../../src/adapters/azure/alerts/alert-store.ts'
import { tableDirectory } from '../../../src/adapters/azure/directory/directory.ts'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import { alertContext } from '../../../src/application/alerts/alert-context.ts'
import type { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import { emptyConfiguration } from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { buildEngine } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { preview } from '../../../src/domain/alerts/preview.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import { rulesInForce } from '../../../src/domain/alerts/rules-in-force.ts'
import { recordOf } from '../../../src/domain/alerts/summary-text.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { Ask } from './ask.ts'
import type { Listed } from './list.ts'
import type { Organization } from './world.ts'

const dayMs = 86_400_000
const rulesFolder = join(import.meta.dirname, '../../../rules')

/** How many alerts are missing, too many, or say something else than a preview of the built-in rules over the same events. */
export async function differentAlerts(storage: Storage, id: Guid, events: readonly StoredEvent[]) {
  const [from, to] = [instantAt(Date.now() - 7 * dayMs), instantAt(Date.now() + dayMs)]
  const page = await tableAlertStore(storage).list(id, { from, to }, to, 100_000, null)
  const raised = new Map<Guid, AlertRecord>(
    (page?.alerts ?? []).map(({ record }) => [record.id, withoutIncident(record)]),
  )
  const recounted = await recountedAlerts(storage, id, events, { from, to })
  const all = new Set([...raised.keys(), ...recounted.keys()])
  const wrong = [...all].filter((each) => !isDeepStrictEqual(raised.get(each), recounted.get(each)))
  return { of: recounted.size, wrong: wrong.length }
}

/** A preview says of no alert which incident it belongs to. */
const withoutIncident = ({ incidentId: _, ...record }: AlertRecord): AlertRecord => record

async function recountedAlerts(
  storage: Storage,
  id: Guid,
  events: readonly StoredEvent[],
  range: { readonly from: ReturnType<typeof instantAt>; readonly to: ReturnType<typeof instantAt> },
): Promise<ReadonlyMap<Guid, AlertRecord>> {
  const files = globSync('*.yaml', { cwd: rulesFolder, exclude: ['*.test.yaml'] }).sort()
  const texts = rulesInForce(
    readBuiltInRules(files.map((file) => readFileSync(join(rulesFolder, file), 'utf8'))),
    emptyConfiguration,
  )
  const rules = new Map(texts.map(({ id, rule }) => [id, rule]))
  const inOrder = events.toSorted((one, other) => (one.date + one.id < other.date + other.id ? -1 : 1))
  const context = await alertContext(tableDirectory(storage), id, inOrder, defaultHours)
  const { alerts } = preview({ engine: buildEngine(texts.map(({ set }) => set)), events: inOrder, context, ...range })
  const byId = new Map<Guid, StoredEvent>(inOrder.map((event) => [event.id, event]))
  const records = alerts.flatMap((alert) => {
    const rule = rules.get(alert.ruleId)
    const samples = alert.samples.flatMap((sample) => byId.get(sample.id) ?? [])
    return rule ? [recordOf({ alert, rule, names: context.names, samples, muted: false })] : []
  })
  return new Map(records.map((record) => [record.id, record]))
}

const Summary = v.object({
  days: v.array(v.object({ date: v.string(), events: v.number(), views: v.number(), copies: v.number() })),
  users: v.array(v.object({ userId: v.string(), events: v.number() })),
  addresses: v.array(v.object({ ipAddress: v.string(), events: v.number() })),
})

/** Types of the events of a soak, as sums distinguish them. */
const [viewTypes, copyTypes] = [[1107, 1108], [1111]]

/** How many days, people and addresses have another sum than the list gives. */
export async function differentSums({ id, people }: Organization, events: readonly Listed[], ask: Ask) {
  const day = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 10)
  const path = `/organizations/${id}/summary?start=${day(-3 * dayMs)}&end=${day(dayMs)}`
  let response: unknown
  while (response === undefined) response = await ask(randomFrom(2), `GET ${path}`, people[0]?.token ?? '')
  const { days, users, addresses } = v.parse(Summary, response)

  const dated = Map.groupBy(events, ({ date }) => date.slice(0, 10))
  const ofType = (some: readonly Listed[] = [], types: readonly number[]) =>
    some.filter(({ type }) => types.includes(type)).length
  const wrongDays = days.filter(({ date, ...sums }) => {
    const ofDay = dated.get(date)
    const recounted = { events: ofDay?.length ?? 0, views: ofType(ofDay, viewTypes), copies: ofType(ofDay, copyTypes) }
    return !isDeepStrictEqual(sums, recounted)
  })
  const outside = [...dated.keys()].filter((date) => !days.some((each) => each.date === date))
  const counts = (keyOf: (event: Listed) => string | null) =>
    new Map([...Map.groupBy(events, keyOf)].map(([key, some]) => [key, some.length]))
  const wrongOf = (said: ReadonlyMap<string, number>, recounted: ReadonlyMap<string | null, number>) =>
    [...new Set([...said.keys(), ...recounted.keys()])].filter((key) => said.get(String(key)) !== recounted.get(key))
      .length
  const wrong =
    wrongDays.length +
    outside.length +
    wrongOf(
      new Map(users.map((user) => [user.userId, user.events])),
      counts((event) => event.actingUserId),
    ) +
    wrongOf(
      new Map(addresses.map((address) => [address.ipAddress, address.events])),
      counts((event) => event.ipAddress),
    )
  return { of: days.length + users.length + addresses.length, wrong }
}
