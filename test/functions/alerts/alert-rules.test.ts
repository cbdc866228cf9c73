// /organizations/{id}/alert-rules: what owners and admins see and change, what is reported about it, and what everybody else gets.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { previewAlertsMax } from '../../../src/application/alerts/preview.ts'
import { customRulesMax } from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { layouts } from '../../../src/domain/alerts/engine/compiled/limits.ts'
import { rateSensitivity } from '../../../src/domain/alerts/sigma/correlation-properties.ts'
import { problemsMax, ruleDocumentBytesMax } from '../../../src/domain/alerts/sigma/problems.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { alertRuleRoutes, viewing } from '../../support/alerts/alert-rules.ts'
import { began, exportRule, loginsRule } from '../../support/alerts/alerts.ts'
import { named } from '../../support/alerts/rules.ts'
import { acme, alice, globex, guid } from '../../support/events.ts'
import { cursorAt } from '../../support/openapi/document.ts'
import { strangers } from '../../support/people.ts'

const by = { token: 'alice' }
const id = guid(9, 'e')
const text = viewing(id)
const nothingSet = { enabled: null, level: null, timespan: null, repeat: null, threshold: null, sensitivity: null }

/** The rules of a list, by their ids. */
const idsIn = (json: unknown) =>
  v.parse(v.object({ data: v.array(v.object({ id: v.string() })) }), json).data.map((each) => each.id)

describe('an owner or admin', () => {
  test('sees every built-in rule: what it says, as it is in force', async () => {
    const { list } = await alertRuleRoutes()
    const { status, json } = await list(by)
    expect(status).toBe(200)
    expect(idsIn(json)).toEqual([loginsRule, exportRule])
    expect(json).toMatchObject({ object: 'list', continuationToken: null })
    expect(v.parse(v.object({ data: v.array(v.unknown()) }), json).data[0]).toEqual({
      object: 'alertRule',
      id: loginsRule,
      title: 'Many failed logins',
      description: null,
      level: 'high',
      status: null,
      tags: [],
      falsePositives: [],
      response: null,
      kind: 'event-count',
      groupBy: ['actingUserId'],
      timespan: '15m',
      threshold: 10,
      sensitivity: null,
      repeat: '1h',
      shipped: true,
      alwaysOn: false,
      enabled: true,
      settings: nothingSet,
      savedAt: null,
      savedBy: null,
    })
  })

  test.each(['alice', 'bob'])('%s adds a rule, reads it, replaces it and takes it away', async (token) => {
    const { create, list, read, replace, remove } = await alertRuleRoutes()
    const made = await create(text, { token })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      id,
      title: 'T',
      kind: 'event',
      groupBy: [],
      timespan: null,
      threshold: null,
      shipped: false,
      alwaysOn: false,
      enabled: true,
      text,
      savedAt: '2026-11-22T06:28:00.000Z',
    })
    expect((await read(id, { token })).json).toEqual(made.json)
    expect(idsIn((await list({ token })).json)).toEqual([loginsRule, exportRule, id])

    const replaced = await replace(id, named('other'), { token })
    expect(replaced).toMatchObject({ status: 200, json: { id, title: 'other', text: named('other') } })
    expect((await read(id, { token })).json).toEqual(replaced.json)

    expect(await remove(id, { token })).toMatchObject({ status: 204, text: '' })
    expect((await read(id, { token })).status).toBe(404)
    expect((await remove(id, { token })).status).toBe(404)
    expect((await replace(id, text, { token })).status).toBe(404)
  })

  test('reads the text of a built-in rule', async () => {
    const { read, ports } = await alertRuleRoutes()
    expect((await read(exportRule, by)).json).toMatchObject({ id: exportRule, text: ports.builtInRules[1]?.text })
    expect((await read(guid(1), by)).status).toBe(404)
  })

  test('writes a rule as JSON too', async () => {
    const { create } = await alertRuleRoutes()
    const detection = { sel: { type: [1107, 1108] }, condition: 'sel' }
    const made = await create({ title: 'T', id, logsource: { product: 'keytrail' }, detection }, by)
    expect(made).toMatchObject({ status: 201, json: { id, kind: 'event' } })
  })

  test('learns what is wrong with a rule by its position, and nothing is stored', async () => {
    const { create, replace, ports } = await alertRuleRoutes()
    await create(text, by)
    const before = await ports.configurations.configurationOf(acme)
    const wrong = text.replace('type:', 'typ:')
    const problem = { line: 4, column: 9, member: 'detection.sel.typ', reason: 'unknown-field' }
    for (const response of [await create(wrong, by), await replace(id, wrong, by)]) {
      expect(response).toMatchObject({
        status: 400,
        json: { object: 'error', message: 'The rule has problems.', problems: [problem] },
      })
      expect(response.json).toMatchObject({ errors: { text: [expect.stringMatching(/^line 4, column 9: ./)] } })
    }
    expect(await replace(id, viewing(guid(8, 'e')), by)).toMatchObject({
      status: 400,
      json: { problems: [{ line: 6, member: 'id', reason: 'other-id' }] },
    })
    expect(await ports.configurations.configurationOf(acme)).toBe(before)
  })

  test(`gets a 413 beyond ${ruleDocumentBytesMax} bytes`, async () => {
    const { create } = await alertRuleRoutes()
    const filled = `${text}# `.padEnd(ruleDocumentBytesMax, 'x')
    expect((await create(`${filled}x`, by)).status).toBe(413)
    expect((await create(filled, by)).status).toBe(201)
  })

  test('gets a 409 for an id in use, of a built-in or a custom rule, and for changing a built-in rule', async () => {
    const { create, replace, remove } = await alertRuleRoutes()
    await create(text, by)
    expect((await create(text, by)).status).toBe(409)
    expect((await create(viewing(exportRule), by)).status).toBe(409)
    expect((await replace(exportRule, named('x'), by)).status).toBe(409)
    expect((await remove(exportRule, by)).status).toBe(409)
  })

  test(`gets a 409 beyond ${customRulesMax} rules`, async () => {
    const { create, ports } = await alertRuleRoutes()
    const own = (number: number) => ({ id: guid(number, 'e'), text, savedAt: instantAt(began), savedBy: alice })
    const rules = Array.from({ length: customRulesMax - 1 }, (_, index) => own(index + 100))
    await ports.configurations.change(acme, (configuration) => ({
      kind: 'changed',
      configuration: { ...configuration, rules },
    }))
    expect((await create(viewing(guid(1, 'e')), by)).status).toBe(201)
    const refused = await create(viewing(guid(2, 'e')), by)
    expect(refused).toMatchObject({ status: 409, json: { message: expect.stringContaining('200') } })
  })

  test('can delete a rule that is no longer valid, though it is not shown', async () => {
    const { list, remove, ports } = await alertRuleRoutes()
    const rules = [{ id, text: 'title: T', savedAt: instantAt(began), savedBy: alice }]
    await ports.configurations.change(acme, (configuration) => ({
      kind: 'changed',
      configuration: { ...configuration, rules },
    }))
    expect(idsIn((await list(by)).json)).toEqual([loginsRule, exportRule])
    expect((await remove(id, by)).status).toBe(204)
  })
})

describe('settings', () => {
  test('are replaced as a whole; an omitted setting has the rule’s own value', async () => {
    const { set, read } = await alertRuleRoutes()
    const first = await set(
      loginsRule,
      { enabled: false, level: 'low', timespan: '1h', repeat: '2h', threshold: 5 },
      by,
    )
    const settings = { enabled: false, level: 'low', timespan: '1h', repeat: '2h', threshold: 5, sensitivity: null }
    expect(first).toMatchObject({ status: 200, json: { ...settings, settings, shipped: true } })

    const second = await set(loginsRule, { threshold: 20, enabled: null }, by)
    expect(second.json).toMatchObject({
      enabled: true,
      level: 'high',
      timespan: '15m',
      repeat: '1h',
      threshold: 20,
      settings: { ...nothingSet, threshold: 20 },
    })
    expect((await read(loginsRule, by)).json).toMatchObject({ threshold: 20 })
  })

  test('are accepted as they were returned', async () => {
    const { set } = await alertRuleRoutes()
    const { json } = await set(loginsRule, { repeat: '90s', threshold: 5 }, by)
    const { settings } = v.parse(v.object({ settings: v.unknown() }), json)
    expect((await set(loginsRule, settings, by)).json).toEqual(json)
  })

  test('of a custom rule stay when it is replaced, as far as they fit', async () => {
    const { create, replace, set } = await alertRuleRoutes()
    const counted = `${named('a')}---\ntitle: C\nid: ${id}\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 3}}\n`
    await create(counted, by)
    await set(id, { level: 'critical', threshold: 7 }, by)
    const { json } = await replace(id, named('b'), by)
    expect(json).toMatchObject({ level: 'critical', threshold: null, settings: { ...nothingSet, level: 'critical' } })
  })

  test.each([
    ['sensitivity of a count', { sensitivity: 3 }, ['sensitivity']],
    ['a threshold beyond the engine', { threshold: 1_001 }, ['threshold']],
    ['a timespan beyond the type', { timespan: '32d' }, ['timespan']],
    ['a repeat that is too short', { repeat: '59s' }, ['repeat']],
    ['a time that is none', { timespan: 'x', repeat: 15 }, ['timespan', 'repeat']],
    ['a level that there is not', { level: 'urgent' }, ['level']],
    ['a misspelt setting', { Enabled: false }, ['Enabled']],
    ['no object', [], ['body']],
  ])('that are wrong are a 400 by name: %s', async (_, body, names) => {
    const { set, ports } = await alertRuleRoutes()
    const { status, json } = await set(loginsRule, body, by)
    expect(status).toBe(400)
    expect(Object.keys(v.parse(v.object({ errors: v.record(v.string(), v.unknown()) }), json).errors)).toEqual(names)
    expect((await ports.configurations.configurationOf(acme)).settings).toEqual([])
  })

  test('of a rule over one event have no count', async () => {
    const { set } = await alertRuleRoutes()
    const { json } = await set(exportRule, { threshold: 2, timespan: '1h' }, by)
    expect(json).toMatchObject({ errors: { threshold: [expect.any(String)], timespan: [expect.any(String)] } })
  })

  test('of an unknown rule are a 404', async () => {
    const { set } = await alertRuleRoutes()
    expect((await set(guid(1), {}, by)).status).toBe(404)
  })
})

describe('every change', () => {
  test('is in the organization’s log, with who made it from where', async () => {
    const { create, replace, set, remove, reported, ports } = await alertRuleRoutes()
    await create(text, by)
    await replace(id, named('other'), by)
    await set(id, { enabled: false }, by)
    await remove(id, by)
    const common = { organizationId: acme, actingUserId: alice, objectId: id, date: instantAt(began) }
    expect(reported()).toMatchObject([
      { ...common, type: 9000, objectName: 'T' },
      { ...common, type: 9001, objectName: 'other' },
      { ...common, type: 9003, objectName: 'other: off' },
      { ...common, type: 9002, objectName: 'other' },
    ])
    expect(new Set(reported().map((each) => each.id)).size).toBe(4)
    expect((await ports.configurations.configurationOf(acme)).unreported).toEqual([])
  })

  test('that is refused is not', async () => {
    const { remove, replace, reported } = await alertRuleRoutes()
    await remove(exportRule, by)
    await replace(guid(1), named('x'), by)
    expect(reported()).toEqual([])
  })

  test('schedules an evaluation before it is made', async () => {
    const { create, ports } = await alertRuleRoutes()
    const { schedule, configurations } = ports
    const broken = {
      ...configurations,
      change: () => Promise.reject(new Unavailable('rule configurations', undefined)),
    }
    Object.assign(ports, { configurations: broken })
    expect((await create(text, by)).status).toBe(503)
    expect(await schedule.due(began, 9)).toMatchObject([{ organizationId: acme, at: began }])
  })

  test('is stored, and reported later, when the queue fails after it', async () => {
    const { create, ports } = await alertRuleRoutes()
    const { queue, configurations } = ports
    Object.assign(ports, { queue: { ...queue, enqueue: () => Promise.reject(new Unavailable('queue', undefined)) } })
    expect((await create(text, by)).status).toBe(503)
    expect(await configurations.configurationOf(acme)).toMatchObject({
      rules: [{ id }],
      unreported: [{ type: 9000, objectId: id }],
    })
  })
})

test('openapi.yaml names the limits of rules and settings', () => {
  const at = (...path: string[]) => cursorAt('components', 'schemas', ...path).value
  expect(at('InvalidRule', 'properties', 'problems')).toMatchObject({ maxItems: problemsMax })
  expect(at('AlertPreview', 'properties', 'alerts')).toMatchObject({ maxItems: previewAlertsMax })
  expect(at('GivenRuleSettings', 'properties')).toMatchObject({
    threshold: { minimum: 1, maximum: layouts.compact.windowMatchesMax },
    sensitivity: { minimum: rateSensitivity.least, maximum: rateSensitivity.most },
  })
})

describe('anybody else', () => {
  const routes = ['list', 'read', 'create', 'replace', 'remove', 'set', 'preview'] as const
  type Routes = Awaited<ReturnType<typeof alertRuleRoutes>>
  const attempt = (on: Routes, route: (typeof routes)[number], token?: string, org = acme) => {
    const as = { token, org }
    switch (route) {
      case 'list':
        return on.list(as)
      case 'read':
        return on.read(id, as)
      case 'create':
        return on.create(viewing(guid(8, 'e')), as)
      case 'replace':
        return on.replace(id, named('x'), as)
      case 'remove':
        return on.remove(id, as)
      case 'set':
        return on.set(id, { enabled: false }, as)
      case 'preview':
        return on.preview({ ruleId: id }, as)
    }
  }

  test.each(routes.flatMap((route) => strangers.map((stranger) => [route, ...stranger] as const)))(
    'cannot %s: %s',
    async (route, _, token, status) => {
      const on = await alertRuleRoutes()
      await on.create(text, by)
      const before = await on.ports.configurations.configurationOf(acme)
      expect((await attempt(on, route, token)).status).toBe(status)
      expect(await on.ports.configurations.configurationOf(acme)).toBe(before)
    },
  )

  test.each(routes)('cannot %s with the organization’s own key', async (route) => {
    const on = await alertRuleRoutes()
    await on.create(text, by)
    expect((await attempt(on, route, await on.keyToken())).status).toBe(401)
  })

  test.each(['read', 'replace', 'remove', 'set', 'preview'] as const)(
    'cannot %s a rule of another organization through their own',
    async (route) => {
      const on = await alertRuleRoutes()
      await on.create(text, by)
      const before = await on.ports.configurations.configurationOf(acme)
      expect((await attempt(on, route, 'erin', globex)).status).toBe(404)
      expect(await on.ports.configurations.configurationOf(acme)).toBe(before)
    },
  )
})
