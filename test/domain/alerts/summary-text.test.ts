import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import { buildEngine } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { labelCharactersMax } from '../../../src/domain/alerts/labels.ts'
import { preview } from '../../../src/domain/alerts/preview.ts'
import { directoryContext } from '../../../src/domain/alerts/sigma/fields.ts'
import { linkOf, recordOf, summaryCharactersMax } from '../../../src/domain/alerts/summary-text.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { correlating, named, rulesOf, selecting } from '../../support/alerts/rules.ts'
import { facts, member, organization } from '../../support/directory.ts'
import { acme, alice, bob, event, guid, instant } from '../../support/events.ts'

const hostile = `Mallory\u202e\n<b>${'x'.repeat(300)}</b>`
const mallory = guid(3, 'b')
const acmeWith = organization(acme, {
  members: [
    member(alice, { id: guid(1, '7'), name: 'Alice Adams', email: 'alice@acme.test' }),
    member(bob, { id: guid(2, '7'), email: 'bob@acme.test' }),
    member(mallory, { id: guid(3, '7'), name: hostile }),
  ],
  collections: [{ id: guid(1, '5'), name: 'Finance' }],
  policies: [{ id: guid(1, '9'), type: 0 }],
})
const context = directoryContext(facts({ organizations: [acmeWith] }))

/** The record of the last alert that a text raises of these events until 20 March 2026. */
function recordFrom(text: string, events: readonly AcceptedEvent[], muted = false): AlertRecord {
  const set = rulesOf(text)
  const [from, to] = [instant('2026-02-01'), instant('2026-03-20')]
  const alert = preview({ engine: buildEngine([set]), events, context, from, to }).alerts.at(-1)
  const rule = set.find(({ id }) => id === alert?.ruleId)
  if (!alert || !rule) throw new Error('no alert')
  const samples = alert.samples.flatMap(({ id }) => events.find((each) => each.id === id) ?? [])
  return v.parse(AlertRecord, recordOf({ alert, rule, names: context.names, samples, muted }))
}

/** So many events of Alice, a second apart, unless the test says otherwise. */
const events = (count: number, type: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) =>
    event({ type, cipherId: undefined, date: `2026-03-02T10:00:${String(index).padStart(2, '0')}Z`, ...more }),
  )
const home = { ipAddress: '203.0.113.7' }
const byUser = 'group-by: [actingUserId], timespan: 15m'

describe('the summary', () => {
  test('of a rule over single events says what happened, who did it and where', () => {
    const [exported] = events(1, 1602, home)
    const text = selecting('{type: 1602}')
    expect(recordFrom(text, exported ? [exported] : []).summary).toBe(
      'Alice Adams <alice@acme.test>: Exported organization vault, from 203.0.113.7.',
    )
    const more = [...events(2, 1602, home), ...events(1, 1602, { actingUserId: bob, date: '2026-03-02T10:00:09Z' })]
    expect(recordFrom(text, more).summary).toBe(
      'Alice Adams <alice@acme.test> and 1 more person: Exported organization vault, from 203.0.113.7, and 2 more events like it.',
    )
  })

  test('of a count states the count and the threshold', () => {
    const failed = [
      ...events(3, 1000, home),
      ...events(1, 1000, { date: '2026-03-02T10:00:30Z', ipAddress: '198.51.100.9' }),
    ]
    const rule = correlating(`type: event_count, rules: [a], ${byUser}, condition: {gte: 3}`)
    expect(recordFrom(rule, failed).summary).toBe(
      'Alice Adams <alice@acme.test>: 4 times “Logged in” within 15 minutes (threshold 3), from 203.0.113.7 and 1 more address.',
    )
  })

  test.each([
    [1, 'Logged in, then 2 more events within 15 minutes'],
    [2, '3 times “a” or “b” within 15 minutes (threshold 2)'],
  ])('of events of several types, counted from %i on, says what happened', (threshold, what) => {
    const all = [...events(2, 1000, home), ...events(1, 1001, { ...home, date: '2026-03-02T10:00:30Z' })]
    const rule = correlating(`type: event_count, rules: [a, b], ${byUser}, condition: {gte: ${threshold}}`)
    expect(recordFrom(rule, all).summary).toBe(`Alice Adams <alice@acme.test>: ${what}, from 203.0.113.7.`)
  })

  test('of events of one type, counted from one on, has no threshold', () => {
    const rule = correlating(`type: event_count, rules: [a], ${byUser}, condition: {gte: 1}`)
    expect(recordFrom(rule, events(2, 1000, home)).summary).toBe(
      'Alice Adams <alice@acme.test>: 2 times “Logged in” within 15 minutes, from 203.0.113.7.',
    )
  })

  test('of risk states the points of each rule', () => {
    const giving = (name: string, type: number, risk: string) => `${named(name, type)}keytrail: ${risk}\n`
    const rule = [
      giving('login', 1000, '{risk: 30}'),
      giving('opened', 1107, '{risk: 5, riskPer: cipherId, riskMax: 60}'),
      giving('export', 1602, '{risk: 20}'),
      `title: Sum\ncorrelation: {type: x-risk, rules: [login, opened, export], group-by: [actingUserId], timespan: 14d, condition: {gte: 100}}\n`,
    ].join('---\n')
    const opened = Array.from({ length: 12 }, (_, minute) =>
      event({ type: 1107, cipherId: guid(minute, 'c'), ...home, date: `2026-03-02T10:${minute + 10}:00Z` }),
    )
    const all = [...events(1, 1000, home), ...opened, ...events(1, 1602, { ...home, date: '2026-03-02T11:00:00Z' })]
    expect(recordFrom(rule, all).summary).toBe(
      'Alice Adams <alice@acme.test>: 110 points of risk within 14 days (threshold 100): 60 for “opened” (12 times), 30 for “login”, 20 for “export”, from 203.0.113.7.',
    )
  })

  test('of risk names five rules, and counts the points of the others', () => {
    const rules = Array.from(
      { length: 7 },
      (_, index) => `${named(`r${index}`, 1000 + index)}keytrail: {risk: ${20 - index}}\n`,
    )
    const names = rules.map((_, index) => `r${index}`)
    const sum = `title: Sum\ncorrelation: {type: x-risk, rules: [${names}], group-by: [actingUserId], timespan: 7d, condition: {gte: 119}}\n`
    const all = names.flatMap((_, index) => events(1, 1000 + index, { date: `2026-03-02T10:0${index}:00Z` }))
    expect(recordFrom([...rules, sum].join('---\n'), all).summary).toBe(
      'Alice Adams <alice@acme.test>: 119 points of risk within 7 days (threshold 119): 20 for “r0”, 19 for “r1”, 18 for “r2”, 17 for “r3”, 16 for “r4”, 29 for 2 more rules.',
    )
  })

  test('names what a single event is about, and a provider’s user as such', () => {
    const changed = events(1, 1700, { policyId: guid(1, '9') })
    expect(recordFrom(selecting('{type: 1700}'), changed).summary).toBe(
      'Alice Adams <alice@acme.test>: Modified policy Require two-step login.',
    )
    const accessed = events(1, 1603, { actingUserId: guid(9, 'b') })
    expect(recordFrom(selecting('{type: 1603}'), accessed).summary).toBe(
      'a provider’s user: Organization vault access by a managing provider.',
    )
  })

  test('of different values names what is different, and what happened to it', () => {
    const logins = [alice, bob].map((actingUserId, second) =>
      event({ type: 1000, cipherId: undefined, actingUserId, ...home, date: `2026-03-02T10:00:0${second}Z` }),
    )
    const rule = correlating(
      'type: value_count, rules: [a], group-by: [ipAddress], timespan: 1h, condition: {field: actingUserId, gte: 2}',
    )
    expect(recordFrom(rule, logins).summary).toBe(
      'Alice Adams <alice@acme.test> and 1 more person, address 203.0.113.7: 2 different users within 1 hour: “a” (threshold 2).',
    )
  })

  test.each([
    ['temporal', 'Alice Adams <alice@acme.test>: “a” and “b”, together within 15 minutes.'],
    ['temporal_ordered', 'Alice Adams <alice@acme.test>: “a”, then within 15 minutes “b”.'],
  ])('of %s says how much of it happened', (type, summary) => {
    const both = [...events(1, 1000), ...events(1, 1001, { date: '2026-03-02T10:00:05Z' })]
    expect(recordFrom(correlating(`type: ${type}, rules: [a, b], ${byUser}`), both).summary).toBe(summary)
  })

  test.each([
    [
      'event_count, rules: [a], condition: {gte: 2}',
      'Alice Adams <alice@acme.test>: 2 times “a” within 5 minutes, then within 15 minutes “b”, from 203.0.113.7.',
    ],
    [
      'value_count, rules: [a, c], condition: {field: cipherId, gte: 2}',
      'Alice Adams <alice@acme.test>: “a” or “c” for 2 different items within 5 minutes, then within 15 minutes “b”, from 203.0.113.7.',
    ],
    [
      'temporal, rules: [a, c], condition: {gte: 1}',
      'Alice Adams <alice@acme.test>: “Inside”, then within 15 minutes “b”, from 203.0.113.7.',
    ],
  ])('of a sequence with %s inside says what that counts', (inside, summary) => {
    const text = [
      correlating(`type: temporal_ordered, rules: [inside, b], ${byUser}`),
      `title: Inside\nname: inside\ncorrelation: {type: ${inside}, group-by: [actingUserId], timespan: 5m}\n`,
    ].join('---\n')
    const copies = events(2, 1000, home).map((each, index) => ({ ...each, cipherId: guid(index, '4') }))
    const record = recordFrom(text, [...copies, ...events(1, 1001, { ...home, date: '2026-03-02T10:01:00Z' })])
    expect(record.summary).toBe(summary)
    expect(record.samples.map(({ type }) => type)).toEqual([1000, 1001])
  })

  test('of a sequence names the group by the field that an alias inside an alias is', () => {
    const text = [
      correlating(
        'type: temporal_ordered, rules: [inside, b], timespan: 15m, group-by: [person], aliases: {person: {inside: who, b: userId}}',
      ),
      'title: Inside\nname: inside\ncorrelation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 2}, group-by: [who], aliases: {who: {a: actingUserId}}}\n',
    ].join('---\n')
    const then = events(1, 1001, { userId: alice, date: '2026-03-02T10:01:00Z' })
    const { group } = recordFrom(text, [...events(2, 1000), ...then])
    expect(group).toEqual([{ name: 'person', value: alice, label: 'Alice Adams <alice@acme.test>' }])
  })

  test('of a part of a sequence says how many of the steps there were', () => {
    const rule = correlating(`type: temporal_ordered, rules: [a, b, c], ${byUser}, condition: {gte: 2}`)
    const both = [...events(1, 1000), ...events(1, 1001, { date: '2026-03-02T10:01:00Z' })]
    expect(recordFrom(rule, both).summary).toBe(
      'Alice Adams <alice@acme.test>: 2 of 3 steps (“a”, “b”, “c”) within 15 minutes.',
    )
  })

  test('of an abnormal rate says what would have been usual', () => {
    const usual = Array.from({ length: 20 }, (_, day) =>
      event({ type: 1000, cipherId: undefined, date: new Date(Date.UTC(2026, 1, 12 + day, 10)).toISOString() }),
    )
    const rule = correlating(
      'type: x-abnormal-rate, rules: [a], group-by: [actingUserId], timespan: 1h, condition: {minimum: 20}',
    )
    const many = Array.from({ length: 30 }, (_, index) =>
      event({ type: 1000, cipherId: undefined, date: new Date(Date.UTC(2026, 2, 4, 10, 0, index)).toISOString() }),
    )
    expect(recordFrom(rule, [...usual, ...many]).summary).toMatch(
      /^Alice Adams <alice@acme\.test>: 30 times “Logged in” within 1 hour, abnormally many \(usual are fewer than 2\d\)\.$/,
    )
  })

  test('of an absence says when the group was last seen', () => {
    const record = recordFrom(
      correlating('type: x-absence, rules: [a], group-by: [actingUserId], timespan: 7d'),
      events(1, 1000, home),
    )
    expect(record.summary).toBe(
      'Alice Adams <alice@acme.test>: nothing for 7 days, last seen 2026-03-02 10:00 UTC, from 203.0.113.7.',
    )
    expect(record.endsAt).toBeNull()
  })

  test('without anybody begins with what happened', () => {
    const nobody = events(1, 1602, { actingUserId: undefined })
    expect(recordFrom(selecting('{type: 1602}'), nobody).summary).toBe('Exported organization vault.')
  })

  test('keeps hostile names as one line of text of bounded length', () => {
    const group = 'group-by: [actingUserId, actingUserName, memberName]'
    const failed = events(2, 1000, {
      actingUserId: mallory,
      organizationUserId: guid(3, '7'),
      ipAddress: 'x'.repeat(256),
    })
    const rule = correlating(`type: event_count, rules: [a], ${group}, timespan: 1h, condition: {gte: 2}`)
    const { summary, group: members } = recordFrom(rule, failed)
    expect(summary).toMatch(/^Mallory <b>x+…/)
    expect(summary.length).toBeLessThanOrEqual(summaryCharactersMax)
    expect(summary).not.toMatch(/[\n\u202e]/)
    expect(members[0]?.label).toHaveLength(labelCharactersMax)
  })
})

describe('a group', () => {
  test('has the names of people, things, event types and devices, and none for what says it all', () => {
    const group = 'group-by: [actingUserId, collectionId, type, deviceType, ipAddress]'
    const all = events(2, 1000, { ...home, collectionId: guid(1, '5'), deviceType: 9 })
    const rule = correlating(`type: event_count, rules: [a], ${group}, timespan: 1h, condition: {gte: 2}`)
    expect(recordFrom(rule, all).group.map(({ label }) => label)).toEqual([
      'Alice Adams <alice@acme.test>',
      'Finance',
      'Logged in',
      'Web Vault - Chrome',
      null,
    ])
  })

  test('is named by the field behind an alias', () => {
    const rule = correlating(
      'type: event_count, rules: [a], group-by: [who], timespan: 1h, condition: {gte: 2}, aliases: {who: {a: actingUserId}}',
    )
    expect(recordFrom(rule, events(2, 1000, { actingUserId: bob })).group).toEqual([
      { name: 'who', value: bob, label: 'bob@acme.test' },
    ])
  })

  test('may go by any alias', () => {
    const rule = correlating(
      'type: event_count, rules: [a], group-by: [toString], timespan: 1h, condition: {gte: 2}, aliases: {toString: {a: weekday}}',
    )
    const record = recordFrom(rule, events(2, 1000))
    expect(record.summary).toMatch(/^Alice Adams <alice@acme\.test>, toString monday: 2 times/)
    expect(linkOf(acme, record)).not.toContain('toString')
  })

  test('of an unknown user has no name, and says so', () => {
    const rule = correlating(`type: event_count, rules: [a], ${byUser}, condition: {gte: 2}`)
    const record = recordFrom(rule, events(2, 1000, { actingUserId: guid(9, 'b') }))
    expect(record.group[0]?.label).toBeNull()
    expect(record.summary).toMatch(/^user \(name unknown\): 2 times/)
  })
})

describe('alerts about alerting', () => {
  const deleted = { actingUserId: alice, objectId: guid(5, 'c'), objectName: 'Pager', ipAddress: '203.0.113.7' }
  const rule = correlating('type: event_count, rules: [a], group-by: [objectId], timespan: 1h, condition: {gte: 1}')

  test('say a change once and whole, though its name is longer than a label', () => {
    const words = `Trusted: ${'1 value added (203.0.113.0/24), '.repeat(5)}the end`
    const text = rule.replace('1000', '9006').replace('objectId', 'objectName')
    const record = recordFrom(text, events(1, 9006, { ...deleted, objectName: words }))
    expect(record.group).toMatchObject([{ name: 'objectName', label: expect.stringMatching(/^Trusted: 1 value.*…$/) }])
    expect(record.summary).toBe(`Alice Adams <alice@acme.test>: Changed list of values ${words}, from 203.0.113.7.`)
  })

  test.each([
    ['integration', 9032, 'Deleted integration Pager'],
    ['key', 9023, 'Created server key Pager'],
    ['rule', 9003, 'Changed settings of alert rule Pager'],
    ['source', 9044, 'Paused source Pager'],
  ])('name who changed what: the %s', (_, type, sentence) => {
    const record = recordFrom(rule.replace('1000', String(type)), events(1, type, deleted))
    expect(record.group).toEqual([{ name: 'objectId', value: guid(5, 'c'), label: 'Pager' }])
    expect(record.summary).toBe(`Alice Adams <alice@acme.test>: ${sentence}, from 203.0.113.7.`)
  })

  test('name what was changed several times', () => {
    const record = recordFrom(rule.replace('1000', '9031'), events(2, 9031, deleted))
    expect(record.summary).toMatch(/^Alice Adams <alice@acme\.test>, integration Pager: 2 times “Replaced integration”/)
  })

  test('name a person whom only the event names', () => {
    const operator = { ...deleted, actingUserId: guid(8, 'b'), actingUserName: 'Olga Operator' }
    const record = recordFrom(rule.replace('1000', '9032'), events(1, 9032, operator))
    expect(record.summary).toBe('Olga Operator: Deleted integration Pager, from 203.0.113.7.')
  })
})

test('an alert has the tags of its rule', () => {
  const rule = `${selecting('{type: 1602}')}tags: [attack.exfiltration, attack.t1567]\n`
  expect(recordFrom(rule, events(1, 1602)).tags).toEqual(['attack.exfiltration', 'attack.t1567'])
})

test('a thing without a name is said to have none; an item with one is named', () => {
  const [viewed] = events(1, 1107, { cipherId: guid(1, 'd') })
  const record = recordFrom(selecting('{type: 1107}'), viewed ? [viewed] : [])
  expect(record.summary).toBe('Alice Adams <alice@acme.test>: Viewed item (name unknown).')
})

describe('the link', () => {
  test('asks for the events of the alert: its range, and its group as far as lists filter by it', () => {
    const group = 'group-by: [actingUserId, ipAddress, weekday]'
    const rule = correlating(`type: event_count, rules: [a], ${group}, timespan: 1h, condition: {gte: 2}`)
    const record = recordFrom(rule, events(2, 1000, { ipAddress: '2001:db8::1' }))
    expect(linkOf(acme, record)).toBe(
      `/app/organizations/${acme}/events?start=2026-03-02T10%3A00%3A00.000Z&end=2026-03-02T10%3A00%3A01.001Z` +
        `&actingUserId=${alice}&ipAddress=2001%3Adb8%3A%3A1`,
    )
  })
})

test('a muted alert is a record all the same, and says so', () => {
  expect(recordFrom(selecting('{type: 1602}'), events(1, 1602), true).muted).toBe(true)
})
