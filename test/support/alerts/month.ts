// A generated month of eight people, rules of every kind, and the alerts that a preview of such events shows.

import { alertContext } from '../../../src/application/alerts/alert-context.ts'
import type { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import { hoursOf } from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { buildEngine } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { preview } from '../../../src/domain/alerts/preview.ts'
import { rulesInForce } from '../../../src/domain/alerts/rules-in-force.ts'
import { recordOf } from '../../../src/domain/alerts/summary-text.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { type Instant, millisecondsOf } from '../../../src/domain/instant.ts'
import type { Places } from '../../../src/ports/alerts/places.ts'
import { acme, event, guid } from '../events.ts'
import type { evaluationWorld } from './evaluation.ts'

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]
export const startMs = Date.UTC(2026, 9, 1)
const days = 31
export const endMs = startMs + days * dayMs

const over = (name: string, selection: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: keytrail}\ndetection: {sel: ${selection}, condition: sel}\n`
const failed = over('failed', '{type: 1005}')
const login = over('login', '{type: 1000}')
const viewed = over('viewed', '{type: [1107, 1108]}')
const correlation = (number: number, members: string, ...serving: string[]) =>
  [...serving, `title: Rule ${number}\nid: ${guid(number, 'e')}\ncorrelation: {${members}}\n`].join('---\n')

/** A rule of every kind. */
export const builtInRules = [
  over('export', `{type: 1602}`).replace('name: export\n', `id: ${guid(1, 'e')}\n`),
  over('address', `{type: 1000, isFirstSeenIp: true}`).replace('name: address\n', `id: ${guid(2, 'e')}\n`),
  correlation(
    3,
    'type: event_count, rules: [failed], group-by: [actingUserId], timespan: 15m, condition: {gte: 5}',
    failed,
  ),
  correlation(
    4,
    'type: value_count, rules: [failed], group-by: [ipAddress], timespan: 1h, condition: {field: actingUserId, gte: 3}',
    failed,
  ),
  correlation(
    5,
    'type: temporal_ordered, rules: [failed, login], group-by: [actingUserId], timespan: 10m',
    failed,
    login,
  ),
  correlation(
    6,
    'type: x-abnormal-rate, rules: [viewed], group-by: [actingUserId], timespan: 1h, condition: {minimum: 20}',
    viewed,
  ),
  correlation(7, 'type: x-absence, rules: [login], group-by: [actingUserId], timespan: 2d', login),
  over('new', `{type: [1000, 1005, 1107], isFirstSeenIpInOrganization: true}`).replace(
    'name: new\n',
    `id: ${guid(8, 'e')}\n`,
  ),
  correlation(
    10,
    'type: x-risk, rules: [elsewhere, seen, failing], group-by: [actingUserId], timespan: 7d, condition: {gte: 50}',
    `${over('elsewhere', '{type: 1000, isFirstSeenIp: true}')}keytrail: {risk: 40, riskMax: 40}\n`,
    `${over('seen', '{type: [1107, 1108]}')}keytrail: {risk: 2, riskMax: 20}\n`,
    `${over('failing', '{type: 1005}')}keytrail: {risk: 5, riskPer: ipAddress}\n`,
  ),
  over('far', '{impossibleTravel: true}').replace('name: far\n', `id: ${guid(9, 'e')}\n`),
]

/** Where addresses are: homes and the office near each other, the others an ocean away. */
export const places: Places = {
  hasData: true,
  placeOf: (ipAddress) => {
    const isHome = ipAddress.startsWith('203.0.113.')
    const [country, latitude, longitude] = isHome ? ['DE', 52.5, 13.4] : ['US', 40.7, -74]
    return { country, latitude, longitude, networkNumber: null, networkName: null, isHosting: null }
  },
}

/** Numbers from 0 to below 1, the same at each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Arrival = { readonly event: AcceptedEvent; readonly arrivedAt: number }

/** A month of eight people: logins, views, failures in bursts, an export now and then; some views arrive days late. */
export function monthOf(seed: number): Arrival[] {
  const random = randomFrom(seed)
  const arrivals: Arrival[] = []
  const add = (user: number, ms: number, type: number, ip: string, lateMs = 0) => {
    const id = guidOfContent(seed, arrivals.length)
    const members = { id, type, ipAddress: ip, actingUserId: guid(user, 'b'), cipherId: undefined }
    const dated = event({ ...members, date: new Date(ms).toISOString() })
    arrivals.push({ event: dated, arrivedAt: ms + lateMs })
  }
  const home = (user: number) => `203.0.113.${user}`
  for (let day = 0; day < days; day++) {
    for (let user = 1; user <= 8; user++) {
      const morning = startMs + day * dayMs + 8 * hourMs + Math.floor(random() * hourMs)
      if ((startMs / dayMs + day) % 7 < 2 || random() < 0.1) continue
      add(user, morning, 1000, random() < 0.03 ? `198.51.100.${Math.floor(random() * 200)}` : home(user))
      const views = random() < 0.03 ? 90 : Math.floor(random() * 15)
      const offline = random() < 0.05 ? Math.floor(random() * 5 * dayMs) : 0
      for (let view = 0; view < views; view++) {
        const at = morning + minuteMs + Math.floor(random() * hourMs)
        add(user, at, 1107, home(user), Math.max(offline, Math.floor(random() * minuteMs)))
      }
      const failures = random() < 0.05 ? 8 : Math.floor(random() * 1.3)
      for (let failure = 0; failure < failures; failure++) {
        add(
          random() < 0.3 ? 1 + Math.floor(random() * 8) : user,
          morning + 2 * hourMs + failure * 40_000,
          1005,
          home(9),
        )
      }
      if (failures > 0) add(user, morning + 2 * hourMs + failures * 40_000, 1000, home(user))
      if (random() < 0.02) add(user, morning + 4 * hourMs, 1602, home(user))
    }
  }
  return arrivals.filter(({ arrivedAt }) => arrivedAt < endMs)
}

export const byTime = (
  [oneMs, one]: readonly [number, AcceptedEvent],
  [otherMs, other]: readonly [number, AcceptedEvent],
) => oneMs - otherMs || (one.id < other.id ? -1 : 1)

/** What a preview of these events, all of them stored, shows of a range, by the rules as they are configured now. */
export async function previewedRecords(
  world: ReturnType<typeof evaluationWorld>,
  arrivals: readonly Arrival[],
  from: Instant,
  to: Instant,
): Promise<readonly AlertRecord[]> {
  const events = arrivals.map(({ event }) => [millisecondsOf(event.date), event] as const).sort(byTime)
  const inOrder = events.map(([, event]) => event)
  const configuration = await world.ports.configurations.configurationOf(acme)
  const texts = rulesInForce(world.ports.builtInRules, configuration)
  const rules = new Map(texts.map(({ id, rule }) => [id, rule]))
  const context = await alertContext(world.ports.directory, acme, inOrder, hoursOf(configuration))
  const engine = buildEngine(texts.map(({ set }) => set))
  const { alerts } = preview({ engine, events: inOrder, context, placeOf: places.placeOf, from, to })
  const byId = new Map<Guid, AcceptedEvent>(inOrder.map((each) => [each.id, each]))
  return alerts.flatMap((alert) => {
    const rule = rules.get(alert.ruleId)
    const samples = alert.samples.flatMap(({ id }) => byId.get(id) ?? [])
    return rule ? [recordOf({ alert, rule, names: context.names, samples, muted: false })] : []
  })
}

/** Sorted by id. */
export const sortedById = <T extends { readonly id: Guid }>(records: readonly T[]): readonly T[] =>
  records.toSorted((one, other) => (one.id < other.id ? -1 : 1))
