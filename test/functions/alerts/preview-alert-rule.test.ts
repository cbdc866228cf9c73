// POST …/alert-rules/preview: what a rule would have said of stored events, saved or not, and what it may not be asked.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { previewAlertsMax, previewEventsMax } from '../../../src/application/alerts/preview.ts'
import { exceptionDraft } from '../../../src/domain/alerts/exceptions/exception.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { previewAlertRule } from '../../../src/functions/alerts/preview-alert-rule.ts'
import type { EventStore } from '../../../src/ports/events.ts'
import { alertRuleRoutes, viewing } from '../../support/alerts/alert-rules.ts'
import { loginsRule } from '../../support/alerts/alerts.ts'
import { named, selecting } from '../../support/alerts/rules.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, event, globex, guid } from '../../support/events.ts'

const by = { token: 'alice' }
const Preview = v.object({
  events: v.number(),
  alerts: v.array(v.object({ from: v.string(), count: v.number(), samples: v.array(v.object({ id: v.string() })) })),
  alertsTotal: v.number(),
  days: v.array(v.object({ date: v.string(), matches: v.number(), alerts: v.number() })),
})

/** Failed logins of Alice, a minute apart, from this minute of the day on. */
const failures = (count: number, minute: number, day = '2026-11-20') =>
  Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.parse(day) + (minute + index) * 60_000).toISOString()
    return event({ type: 1005, cipherId: undefined, date })
  })
const range = { start: '2026-11-19', end: '2026-11-21T23:59:59Z' }

describe('a preview of a rule that groups by a field', () => {
  const grouped = (fields: string) =>
    `${named('a', 1005)}---\ntitle: C\ncorrelation:\n  type: event_count\n  rules: [a]\n  timespan: 1h\n  group-by: [${fields}]\n  condition: {gte: 2}\n`
  const warningsOf = async (fields: string, count: number) => {
    const { preview, ports } = await alertRuleRoutes()
    await ports.store.append(failures(count, 600))
    const { json } = await preview({ text: grouped(fields), ...range }, by)
    return v.parse(v.object({ alertsTotal: v.number(), warnings: v.array(v.unknown()) }), json)
  }

  test('that none of the matching events has warns at the group-by', async () => {
    expect(await warningsOf('actingUserId, sendId', 3)).toEqual({
      alertsTotal: 0,
      warnings: [
        {
          line: 11,
          column: 3,
          member: 'correlation.group-by',
          reason: 'empty-group-by',
          message: 'None of the matching events has sendId: an event without a field of group-by does not count.',
        },
      ],
    })
  })

  test('that they have, or that nothing matches, does not warn', async () => {
    expect(await warningsOf('actingUserId', 3)).toEqual({ alertsTotal: 1, warnings: [] })
    expect(await warningsOf('sendId', 0)).toEqual({ alertsTotal: 0, warnings: [] })
  })
})

describe('a preview', () => {
  test('says what the rule would have raised, day by day, with the events it is about', async () => {
    const { preview, ports } = await alertRuleRoutes()
    const stored = failures(12, 600)
    await ports.store.append([...stored, event({ date: '2026-11-21T10:00:00Z' })])
    await ports.store.append([event({ type: 1005, organizationId: globex, date: '2026-11-20T10:00:30Z' })])
    const { status, json } = await preview({ ruleId: loginsRule, ...range }, by)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      object: 'alertPreview',
      start: '2026-11-19T00:00:00.000Z',
      end: '2026-11-21T23:59:59.000Z',
      events: 13,
      alertsTotal: 1,
      learning: 0,
      days: [
        { date: '2026-11-19', matches: 0, alerts: 0 },
        { date: '2026-11-20', matches: 12, alerts: 1 },
        { date: '2026-11-21', matches: 0, alerts: 0 },
      ],
      alerts: [
        {
          object: 'alert',
          ruleId: loginsRule,
          title: 'Many failed logins',
          level: 'high',
          state: 'open',
          group: [{ name: 'actingUserId', value: alice }],
          from: '2026-11-20T10:09:00.000Z',
          to: '2026-11-20T10:11:00.000Z',
          count: 12,
          threshold: 10,
        },
      ],
    })
    const [alert] = v.parse(Preview, json).alerts
    for (const { id } of alert?.samples ?? []) expect(stored.map((each) => each.id)).toContain(id)
    expect(alert?.samples.length).toBeGreaterThan(0)
  })

  test('is of the last 7 days by default', async () => {
    const { preview } = await alertRuleRoutes()
    const { json } = await preview({ ruleId: loginsRule }, by)
    expect(json).toMatchObject({ start: '2026-11-15T06:28:00.000Z', end: '2026-11-22T06:28:00.000Z' })
    expect(v.parse(Preview, json).days).toHaveLength(8)
  })

  test('of a text needs nothing to be saved, and saves nothing', async () => {
    const { preview, ports, reported } = await alertRuleRoutes()
    await ports.store.append(failures(3, 600))
    const before = await ports.configurations.configurationOf(acme)
    const { json } = await preview({ text: viewing(guid(9, 'e'), 1005), ...range }, by)
    expect(json).toMatchObject({ alertsTotal: 1, alerts: [{ ruleId: guid(9, 'e') }] })
    expect(await ports.configurations.configurationOf(acme)).toBe(before)
    expect(reported()).toEqual([])
    expect(await ports.schedule.due(Number.MAX_SAFE_INTEGER, 1)).toEqual([])
  })

  test('of a rule has the settings it is given, else those that are saved', async () => {
    const { preview, set, ports } = await alertRuleRoutes()
    await ports.store.append(failures(4, 600))
    const total = async (body: object) =>
      v.parse(Preview, (await preview({ ruleId: loginsRule, ...range, ...body }, by)).json).alertsTotal
    expect(await total({})).toBe(0)
    expect(await total({ settings: { threshold: 4 } })).toBe(1)
    await set(loginsRule, { threshold: 3, enabled: false }, by)
    expect(await total({})).toBe(1)
    expect(await total({ settings: {} })).toBe(0)
  })

  test('of a rule omits what is excepted, and what an exception would cover that is not made yet', async () => {
    const { preview, ports } = await alertRuleRoutes()
    await ports.store.append(failures(12, 600))
    const asked = async (body: object) => (await preview({ ruleId: loginsRule, ...range, ...body }, by)).json
    const total = async (body: object) => v.parse(Preview, await asked(body)).alertsTotal
    expect(await asked({ except: { actingUserIds: [alice] } })).toMatchObject({ alertsTotal: 0, counts: 'anew' })
    expect(await total({ except: { actingUserIds: [bob] } })).toBe(1)
    expect(await total({ except: { hours: { from: '10:05', to: '11:00' } } })).toBe(0)
    expect((await ports.configurations.configurationOf(acme)).exceptions).toEqual([])
    const exceptions = [exceptionDraft(loginsRule, { actingUserIds: [alice] })]
    await ports.configurations.change(acme, (before) => ({
      kind: 'changed',
      configuration: { ...before, exceptions },
    }))
    expect(await total({})).toBe(0)
    expect(await total({ except: { actingUserIds: [bob] } })).toBe(0)
  })

  test('says whether the rule would go on with what it has counted, or count anew, or not at all', async () => {
    const { preview, set } = await alertRuleRoutes()
    const counts = async (body: object) => (await preview({ ruleId: loginsRule, ...range, ...body }, by)).json
    expect(await counts({})).toMatchObject({ counts: 'kept' })
    expect(await counts({ settings: { threshold: 4, repeat: '2h' } })).toMatchObject({ counts: 'kept' })
    expect(await counts({ settings: { timespan: '1h' } })).toMatchObject({ counts: 'anew' })
    expect(await counts({ settings: { enabled: false } })).toMatchObject({ counts: 'none' })
    await set(loginsRule, { enabled: false, timespan: '1h' }, by)
    expect(await counts({})).toMatchObject({ counts: 'none' })
    expect(await counts({ settings: { timespan: '1h' } })).toMatchObject({ counts: 'anew' })
    expect((await preview({ text: viewing(guid(9, 'e'), 1005), ...range }, by)).json).toMatchObject({ counts: null })
  })

  test('of a text in place of a custom rule has its settings, and says whether it would count anew', async () => {
    const { preview, create, set, ports } = await alertRuleRoutes()
    await ports.store.append(failures(4, 600))
    const id = guid(9, 'e')
    const written = (type: number, title: string) => `${viewing(id, type).replace('title: T', `title: ${title}`)}`
    await create(written(1005, 'Before'), by)
    await set(id, { repeat: '1m' }, by)
    const of = async (text: string) => (await preview({ text, ruleId: id, ...range }, by)).json
    expect(await of(written(1005, 'After'))).toMatchObject({ counts: 'kept', alertsTotal: 4 })
    expect(await of(written(1006, 'After'))).toMatchObject({ counts: 'anew', alertsTotal: 0 })
    expect((await preview({ text: written(1005, 'After'), ruleId: loginsRule, ...range }, by)).status).toBe(404)
  })

  test('counts in windows that began before its range, and only alerts that began in it', async () => {
    const { preview, ports } = await alertRuleRoutes()
    await ports.store.append([...failures(10, 600), ...failures(10, 700)])
    const from = async (start: string) => {
      const { json } = await preview({ ruleId: loginsRule, ...range, start }, by)
      const { alerts, events } = v.parse(Preview, json)
      return [events, ...alerts.map((alert) => alert.from.slice(11, 16))]
    }
    expect(await from('2026-11-20T10:05:00Z')).toEqual([15, '10:09', '11:49'])
    expect(await from('2026-11-20T10:10:00Z')).toEqual([10, '11:49'])
  })

  test('knows which addresses a user was seen with in the week before', async () => {
    const { preview, ports } = await alertRuleRoutes()
    const login = (date: string, ipAddress: string) => event({ type: 1000, cipherId: undefined, date, ipAddress })
    await ports.store.append([
      login('2026-11-12T09:00:00Z', '203.0.113.1'),
      login('2026-11-20T09:00:00Z', '203.0.113.1'),
      login('2026-11-20T10:00:00Z', '203.0.113.2'),
    ])
    const text = selecting('{isFirstSeenIp: true}')
    const { alerts } = v.parse(Preview, (await preview({ text, ...range }, by)).json)
    expect(alerts.map(({ from }) => from)).toEqual(['2026-11-20T10:00:00.000Z'])
  })

  test('asks the directory which items are critical', async () => {
    const { preview, ports } = await alertRuleRoutes()
    const items = Array.from({ length: 150 }, (_, index) => guid(index + 1, 'd'))
    await ports.directory.putItems(acme, [
      ...items.map((id, index) => ({ id, collections: [], ...(index === 149 && { critical: true }) })),
    ])
    await ports.store.append(items.map((cipherId) => event({ cipherId })))
    const { json } = await preview({ text: selecting('{itemCritical: true}'), ...range }, by)
    expect(json).toMatchObject({ alerts: [{ samples: [{ cipherId: items[149] }] }] })
  })

  test(`shows ${previewAlertsMax} alerts and says how many there are`, async () => {
    const { preview, ports } = await alertRuleRoutes()
    const text = `${selecting('{type: 1005}')}keytrail: {repeat: 1m}\n`
    await ports.store.append(failures(previewAlertsMax + 1, 0))
    const { alerts, alertsTotal } = v.parse(Preview, (await preview({ text, ...range }, by)).json)
    expect(alerts).toHaveLength(previewAlertsMax)
    expect(alertsTotal).toBe(previewAlertsMax + 1)
  })

  test(`reads ${previewEventsMax} events; one more is a 413`, async () => {
    const { ports } = await alertRuleRoutes()
    const of = (count: number, settings = {}) =>
      call(previewAlertRule({ ...ports, store: endless(count) }), {
        method: 'POST',
        params: { id: acme },
        token: 'bob',
        body: { ruleId: loginsRule, settings, ...range },
      })
    expect((await of(previewEventsMax)).json).toMatchObject({ events: previewEventsMax, alertsTotal: 0 })
    const refused = await of(previewEventsMax + 1)
    expect(refused).toMatchObject({ status: 413, json: { message: expect.stringContaining('shorter range') } })
    expect(refused).toMatchObject({ json: { message: expect.stringContaining('goes on with what it has counted') } })
    const anew = await of(previewEventsMax + 1, { timespan: '1h' })
    expect(anew).toMatchObject({ status: 413, json: { message: expect.stringContaining('counts anew from the log') } })
  })
})

describe('a preview of a rule over new addresses', () => {
  const text = selecting('{isFirstSeenIp: true}')
  const login = (date: string, ipAddress: string) => event({ date, ipAddress })
  const alertsTotal = async (events: readonly AcceptedEvent[], store?: Pick<EventStore, 'list'>) => {
    const { ports } = await alertRuleRoutes()
    await ports.store.append(events)
    const options = { method: 'POST', params: { id: acme }, token: 'bob', body: { text, ...range } }
    return (await call(previewAlertRule({ ...ports, ...(store && { store }) }), options)).json
  }

  test('knows an address that was used 80 days before', async () => {
    const events = [login('2026-09-01T10:00:00Z', '192.0.2.1'), login('2026-11-10T10:00:00Z', '192.0.2.2')]
    for (const [address, total] of [
      ['192.0.2.1', 0],
      ['192.0.2.3', 1],
    ] as const) {
      expect(await alertsTotal([...events, login('2026-11-20T10:00:00Z', address)])).toMatchObject({
        alertsTotal: total,
      })
    }
  })

  test('reads as far back as 100,000 events reach, if these are 7 days', async () => {
    const far = endless(previewEventsMax + 10_000, (index) => Date.parse('2026-11-20') - index * 60_000)
    expect(await alertsTotal([], far)).toMatchObject({ alertsTotal: 0 })
    const near = endless(previewEventsMax + 10_000, (index) => Date.parse('2026-11-20') - index * 1_000)
    expect(await alertsTotal([], near)).toMatchObject({ message: expect.stringContaining('shorter range') })
  })
})

/** A store that lists so many events, all the same but for their ids and dates (Unix ms). */
function endless(
  count: number,
  dateOf = (_index: number) => Date.parse('2026-11-20T10:00:00Z'),
): Pick<EventStore, 'list'> {
  const one = event({ actingUserId: bob, date: '2026-11-20T10:00:00Z' })
  return {
    list: async (_query, limit, after) => {
      const first = Number(after ?? 0)
      const last = Math.min(first + limit, count)
      const events = Array.from({ length: last - first }, (_, index) => {
        const date = instantAt(dateOf(first + index))
        return { ...one, id: guid(first + index), date }
      })
      return { events, next: last < count ? String(last) : null }
    },
  }
}

describe('a 400, by what is wrong', () => {
  const text = named('a')
  test.each([
    ['neither text nor rule', {}, ['body']],
    ['a text with settings', { text, ruleId: loginsRule, settings: { threshold: 4 } }, ['body']],
    ['settings of a text', { text, settings: {} }, ['body']],
    ['an exception from a text', { text, except: { networks: ['203.0.113.7'] } }, ['body']],
    ['an exception of nothing', { ruleId: loginsRule, except: {} }, ['except']],
    ['a misspelt member', { ruleId: loginsRule, from: '2026-11-20' }, ['from']],
    ['no id', { ruleId: 'x' }, ['ruleId']],
    ['a start that is no date', { ruleId: loginsRule, start: 'x' }, ['start']],
    ['an end that is no date', { ruleId: loginsRule, end: 'x' }, ['end']],
    ['more than 31 days', { ruleId: loginsRule, start: '2026-10-01', end: '2026-11-02' }, ['end']],
    ['settings that do not fit', { ruleId: loginsRule, settings: { sensitivity: 3 } }, ['settings.sensitivity']],
    ['misspelt settings', { ruleId: loginsRule, settings: { Level: 'low' } }, ['settings.Level']],
    ['a text that does not hold', { text: 'title: T' }, ['text']],
    ['no JSON', '{', ['body']],
  ])('%s', async (_, body, names) => {
    const { preview } = await alertRuleRoutes()
    const { status, json } = await preview(body, by)
    expect(status).toBe(400)
    expect(Object.keys(v.parse(v.object({ errors: v.record(v.string(), v.unknown()) }), json).errors)).toEqual(names)
  })

  test('of a document, by its position', async () => {
    const { preview } = await alertRuleRoutes()
    const { json } = await preview({ text: `${named('a')}---\n${named('b')}` }, by)
    expect(json).toMatchObject({ problems: [{ line: 6, member: 'title', reason: 'several-alerts' }] })
  })
})

test('a rule that there is not is a 404', async () => {
  const { preview } = await alertRuleRoutes()
  expect((await preview({ ruleId: guid(1) }, by)).status).toBe(404)
})
