// What evaluating the built-in rules costs, against parsing the same events from JSON.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { advance } from '../src/domain/alerts/engine/advance.ts'
import { buildEngine, type Engine } from '../src/domain/alerts/engine/compiled/engine.ts'
import { matchPage } from '../src/domain/alerts/engine/match.ts'
import type { CorrelationState } from '../src/domain/alerts/engine/states/state.ts'
import { defaultHours } from '../src/domain/alerts/hours/alerting-hours.ts'
import { directoryContext, fieldsOf } from '../src/domain/alerts/sigma/fields.ts'
import { parseRules } from '../src/domain/alerts/sigma/parse.ts'
import { readYaml } from '../src/domain/alerts/sigma/yaml-tree.ts'
import { type DirectoryFacts, OrganizationEntry } from '../src/domain/directory/directory.ts'
import { replaceOrganization } from '../src/domain/directory/names.ts'
import type { StoredEvent } from '../src/domain/events/event.ts'
import { Guid } from '../src/domain/guid.ts'
import { instantAt, millisecondsOf } from '../src/domain/instant.ts'
import { matchesOf } from '../test/support/alerts/engine.ts'
import { type Ratio, ratioOf } from './measure.ts'

const eventsTotal = 100_000
const eventsPerBatch = 1_000
const people = 300
const days = 28
const rounds = 5
const hourMs = 3_600_000
const startMs = Date.UTC(2026, 9, 1)
const guid = (kind: string, number: number) =>
  v.parse(Guid, `${kind}0000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`)
export const organizationId = guid('a', 1)

/** Four weeks of an organization, in batches as the feed hands them on: fields made and all rules asked. */
export async function benchAlerts(): Promise<Ratio[]> {
  const engine = shippedEngine()
  const events = monthOf(people)
  const batches = Array.from({ length: eventsTotal / eventsPerBatch }, (_, index) =>
    events.slice(index * eventsPerBatch, (index + 1) * eventsPerBatch),
  )
  const texts = batches.map((batch) => JSON.stringify(batch))
  const context = contextOf(people)
  const { ratio, firstMs } = await ratioOf(
    rounds,
    () => evaluate(engine, batches, context),
    () => texts.map((text) => JSON.parse(text)),
  )
  const perSecond = Math.round((eventsTotal / firstMs) * 1_000).toLocaleString('en')
  const what = `evaluating ${engine.correlations.size} rules over ${eventsTotal.toLocaleString('en')} events`
  return [
    { what, against: 'parsing these from JSON', ratio, note: `${perSecond} events/s` },
    ...(await benchCosts(engine)),
  ]
}

const nested = `((${'a*'.repeat(200)}){31}){31}`
const ruleWith = (lines: readonly string[]) =>
  `title: T\nlogsource: {product: keytrail}\ndetection:\n  sel:\n${lines.map((line) => `    - ${line}\n`).join('')}  condition: sel\n`

/** What hostile rules cost: to refuse, and to ask about hostile texts when they are accepted. */
async function benchCosts(shipped: Engine): Promise<Ratio[]> {
  const refused = ruleWith(Array.from({ length: 50 }, () => `userId|re: '${nested}'`))
  const refusing = await ratioOf(
    rounds,
    () => parseRules(refused),
    () => readYaml(refused),
  )

  const line = (index: number) => `actingUserName: '*x${index}*y*'`
  const dearest = Array.from({ length: 400 }, (_, index) =>
    ruleWith(Array.from({ length: index + 1 }, (_, at) => line(at))),
  )
    .map((text) => parseRules(text))
    .findLast((parsed) => parsed.kind === 'rules')
  const hostile = ruleWith([`actingUserName|re: '[ab]*a[ab]{85}[cd]'`])
  const texts = [parseRules(hostile), dearest].map((parsed) => {
    if (parsed?.kind === 'rules') return buildEngine([parsed.rules])
    throw new Error('a rule that must hold does not')
  })
  const random = randomFrom(3)
  const fields = Array.from({ length: 100 }, () => ({
    type: 1005,
    actingUserName: Array.from({ length: 1_000 }, () => 'axby'[Math.floor(random() * 4)]).join(''),
  }))
  const asking = await Promise.all(
    texts.map((engine) =>
      ratioOf(
        rounds,
        () => fields.map((each) => matchesOf(engine, each)),
        () => fields.map((each) => matchesOf(shipped, each)),
      ),
    ),
  )
  return [
    {
      what: 'refusing fifty nested expressions',
      against: 'reading their YAML',
      ratio: refusing.ratio,
      note: `${refusing.firstMs.toFixed(1)} ms; at most 3 times`,
    },
    ...['large expression', 'wildcards'].flatMap((what, index) => {
      const measured = asking[index]
      if (!measured) return []
      const note = `${(measured.firstMs / fields.length).toFixed(2)} ms an event; at most 10 ms`
      const against = 'asking all shipped ones'
      return [{ what: `asking the dearest rule of ${what} about a hostile name`, against, ratio: measured.ratio, note }]
    }),
  ]
}

function shippedEngine(): Engine {
  const folder = join(import.meta.dirname, '../rules')
  const sets = globSync('*.yaml', { cwd: folder, exclude: ['*.test.yaml'] }).map((file) => {
    const parsed = parseRules(readFileSync(join(folder, file), 'utf8'))
    if (parsed.kind === 'rules') return parsed.rules
    throw new Error(`${file} does not hold`)
  })
  return buildEngine(sets)
}

type Context = ReturnType<typeof contextOf>

/** Makes fields, matches and advances batch by batch. */
function evaluate(engine: Engine, batches: readonly (readonly StoredEvent[])[], context: Context): number {
  const states = new Map<Guid, Map<string, CorrelationState>>(
    [...engine.correlations.keys()].map((ruleId) => [ruleId, new Map()]),
  )
  let changes = 0
  for (const batch of batches) {
    const arrivedAt = millisecondsOf(batch.at(-1)?.date ?? instantAt(startMs)) + 15_000
    const events = batch.map((event) => ({
      id: event.id,
      number: 0,
      date: event.date,
      arrivedAt,
      fields: fieldsOf(event, context),
    }))
    const step = advance(states, matchPage(engine, events))
    for (const { ruleId, groupKey, state } of step.touched) if (state) states.get(ruleId)?.set(groupKey, state)
    changes += step.changes.length
  }
  return changes
}

function contextOf(count: number) {
  const members = Array.from({ length: count }, (_, index) => ({
    id: guid('6', index),
    userId: guid('b', index),
    status: 2,
    type: index === 0 ? 0 : 2,
    collections: [],
    name: `Person ${index}`,
    email: `person-${index}@example.com`,
  }))
  const entry = v.parse(OrganizationEntry, { name: 'Acme', members })
  const facts: DirectoryFacts = {
    organizations: new Map([[organizationId, replaceOrganization(undefined, organizationId, entry)]]),
    providers: new Map(),
    items: new Map(),
    unreadable: new Set(),
  }
  return directoryContext(facts, { ...defaultHours, timeZone: 'Europe/Berlin' })
}

/** How often each type comes in a thousand: vaults are mostly filled in from, looked at, copied from and logged in to. */
const mix: readonly (readonly [type: number, share: number])[] = [
  ...([
    [1114, 380],
    [1107, 190],
    [1111, 130],
    [1108, 40],
    [1000, 120],
    [1101, 40],
    [1100, 25],
  ] as const),
  ...([
    [1005, 25],
    [1112, 10],
    [1113, 5],
    [1115, 5],
    [1010, 8],
    [1500, 4],
    [1503, 4],
    [1400, 6],
    [1700, 2],
    [1007, 2],
  ] as const),
  ...([
    [1602, 1],
    [1003, 1],
    [1511, 1],
    [1600, 1],
  ] as const),
]

/** Events of working days and hours, and some of any time, in the order of their dates. */
export function monthOf(count: number, total = eventsTotal): StoredEvent[] {
  const random = randomFrom(7)
  const below = (most: number) => Math.floor(random() * most)
  const types = mix.flatMap(([type, share]) => new Array<number>(share).fill(type))
  const dates = Array.from({ length: total }, () => {
    const dayMs = startMs + below(days) * 24 * hourMs
    return below(10) === 0 ? dayMs + below(24 * hourMs) : dayMs + 8 * hourMs + below(9 * hourMs)
  })
  return dates
    .sort((one, other) => one - other)
    .map((at, index): StoredEvent => {
      const [person, type] = [below(count), types[below(types.length)] ?? 1114]
      return {
        id: guid('e', index),
        type,
        date: instantAt(at),
        organizationId,
        actingUserId: guid('b', person),
        deviceType: below(3) * 2,
        ipAddress: `203.0.113.${below(4) === 0 ? person % 250 : 1}`,
        ...(type < 1100 && { userId: guid('b', person) }),
        ...(type >= 1100 && type < 1200 && { cipherId: guid('d', below(3_000)) }),
        ...(type >= 1500 && type < 1600 && { organizationUserId: guid('6', below(count)) }),
      }
    })
}

/** The same numbers from 0 to 1 each time (Lehmer, as in C++'s `minstd_rand`). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
