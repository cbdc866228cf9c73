// Subscriptions and filters: which integrations are notified of what, and what is refused when it is saved.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  Filter,
  FilterInput,
  filterCharsMax,
  filterDepthMax,
  filterHolds,
  filterMembersMax,
  filterValueCharsMax,
  filterValuesMax,
} from '../../../src/domain/notifications/filters.ts'
import {
  Subscriptions,
  SubscriptionsInput,
  subscribedRulesMax,
  subscribedTypesMax,
  wantsAlert,
  wantsEvent,
  wantsResolved,
} from '../../../src/domain/notifications/subscriptions.ts'
import { guid } from '../../support/events.ts'
import { alert } from './samples.ts'

const active = { kind: 'active' } as const
const subscriber = (input: unknown) => ({ state: active, subscriptions: v.parse(SubscriptionsInput, input) })

describe('alerts', () => {
  test('notify no integration that did not ask for them', () => {
    expect(wantsAlert(subscriber({}), alert())).toBe(false)
    expect(wantsAlert(subscriber({ alerts: null, events: {} }), alert())).toBe(false)
  })

  test('notify by level and rule, and all of them without either', () => {
    expect(wantsAlert(subscriber({ alerts: {} }), alert())).toBe(true)
    expect(wantsAlert(subscriber({ alerts: { levels: ['high', 'critical'] } }), alert())).toBe(true)
    expect(wantsAlert(subscriber({ alerts: { levels: ['critical'] } }), alert())).toBe(false)
    expect(wantsAlert(subscriber({ alerts: { rules: [guid(1, 'f')] } }), alert())).toBe(true)
    expect(wantsAlert(subscriber({ alerts: { rules: [guid(2, 'f')] } }), alert())).toBe(false)
    expect(wantsAlert(subscriber({ alerts: { levels: ['low'], rules: [guid(1, 'f')] } }), alert())).toBe(false)
  })

  test('that are muted notify no integration, and none notifies a disabled one', () => {
    const all = subscriber({ alerts: { resolved: true } })
    expect(wantsAlert(all, alert({ muted: true }))).toBe(false)
    expect(wantsResolved(all, alert({ muted: true }))).toBe(false)
    expect(wantsAlert({ ...all, state: { kind: 'disabled' } }, alert())).toBe(false)
  })

  test('that resolved notify the integrations that asked for that', () => {
    expect(wantsResolved(subscriber({ alerts: {} }), alert())).toBe(false)
    expect(wantsResolved(subscriber({ alerts: { resolved: true } }), alert())).toBe(true)
    expect(wantsResolved(subscriber({ alerts: { resolved: true, levels: ['low'] } }), alert())).toBe(false)
  })
})

describe('single events', () => {
  const fields = { type: 1107, ipAddress: '203.0.113.7', actingUserName: 'Alice', itemCritical: true, groupName: null }

  test('notify by type and filter, and all of them without either', () => {
    expect(wantsEvent(subscriber({ alerts: {} }), fields, 1107)).toBe(false)
    expect(wantsEvent(subscriber({ events: {} }), fields, 1107)).toBe(true)
    expect(wantsEvent(subscriber({ events: { types: [1107] } }), fields, 1107)).toBe(true)
    expect(wantsEvent(subscriber({ events: { types: [1108] } }), fields, 1107)).toBe(false)
    const filter = { field: 'actingUserName', operator: 'equals', value: 'bob' }
    expect(wantsEvent(subscriber({ events: { filter } }), fields, 1107)).toBe(false)
    expect(wantsEvent({ ...subscriber({ events: {} }), state: { kind: 'disabled' } }, fields, 1107)).toBe(false)
  })

  test.each([
    [{ field: 'actingUserName', operator: 'equals', value: 'ALICE' }, true],
    [{ field: 'actingUserName', operator: 'notEquals', value: 'alice' }, false],
    [{ field: 'actingUserName', operator: 'in', value: ['bob', 'alice'] }, true],
    [{ field: 'actingUserName', operator: 'notIn', value: ['bob', 'alice'] }, false],
    [{ field: 'type', operator: 'equals', value: 1107 }, true],
    [{ field: 'itemCritical', operator: 'equals', value: true }, true],
    [{ field: 'groupName', operator: 'equals', value: null }, true],
    [{ field: 'memberName', operator: 'equals', value: null }, true],
    [{ field: 'memberName', operator: 'notEquals', value: 'x' }, true],
    [{ field: 'memberName', operator: 'in', value: ['x', null] }, true],
  ])('%j is %s', (filter, holds) => expect(filterHolds(v.parse(FilterInput, filter), fields)).toBe(holds))

  test.each([
    [{ operator: 'equals', value: '::FFFF:203.0.113.7' }, true],
    [{ operator: 'notEquals', value: '::ffff:cb00:7107' }, false],
    [{ operator: 'in', value: ['::1', '0:0:0:0:0:ffff:203.0.113.7'] }, true],
    [{ operator: 'notIn', value: ['::1', '::ffff:203.0.113.7'] }, false],
  ])('from an address notify in any spelling of the filter: %j is %s', (written, holds) => {
    const filter = { field: 'ipAddress', ...written }
    expect(filterHolds(v.parse(FilterInput, filter), fields)).toBe(holds)
    expect(filterHolds(v.parse(Filter, { and: [filter] }), fields)).toBe(holds)
  })

  test('notify by groups of and and or', () => {
    const yes = { field: 'type', operator: 'equals', value: 1107 }
    const no = { field: 'type', operator: 'equals', value: 1108 }
    const holds = (filter: unknown) => filterHolds(v.parse(FilterInput, filter), fields)
    expect(holds({ and: [yes, yes] })).toBe(true)
    expect(holds({ and: [yes, no] })).toBe(false)
    expect(holds({ or: [no, yes] })).toBe(true)
    expect(holds({ or: [no, no] })).toBe(false)
    expect(holds({ and: [yes, { or: [no, { and: [yes, yes] }] }] })).toBe(true)
  })
})

describe('a filter that is saved', () => {
  const test1 = { field: 'type', operator: 'equals', value: 1 }
  const problems = (input: unknown) => {
    const read = v.safeParse(SubscriptionsInput, { events: { filter: input } })
    return (read.issues ?? []).map((issue) => [v.getDotPath(issue), issue.message])
  }

  test('names only known fields; the problem says where another is', () => {
    expect(problems({ and: [test1, { or: [{ field: 'colour', operator: 'equals', value: 'x' }] }] })).toEqual([
      ['events.filter.and.1.or.0.field', 'is no field of an event'],
    ])
    expect(problems({ field: '__proto__', operator: 'equals', value: 'x' })).not.toEqual([])
  })

  test.each([
    [{ field: 'type', operator: 'equals', value: '1107' }],
    [{ field: 'itemCritical', operator: 'in', value: [true, 1] }],
    [{ field: 'weekday', operator: 'equals', value: 'Someday' }],
    [{ field: 'eventName', operator: 'in', value: ['user_loggedin', 'User_LogedIn'] }],
    [{ field: 'ipAddress', operator: 'equals', value: 7 }],
    [{ field: 'ipAddress', operator: 'equals', value: '10.0.0.0/8' }],
    [{ field: 'ipAddress', operator: 'in', value: ['::1', '300.1.2.3'] }],
  ])('%j asks for what the field never holds', (filter) => {
    expect(problems(filter)).toEqual([['events.filter.value', 'is nothing that the field ever holds']])
  })

  test.each([
    [{ field: 'type', operator: 'in', value: 1107 }],
    [{ field: 'type', operator: 'equals', value: [1107] }],
    [{ field: 'type', operator: 'is', value: 1107 }],
    [{ field: 'type', operator: 'equals' }],
    [{ field: 'type', operator: 'equals', value: 1107, more: 1 }],
    [{ and: [test1], or: [test1] }],
    [{ and: test1 }],
    [{ and: [] }],
    [[]],
    ['type'],
  ])('%j is none', (filter) => expect(problems(filter)).not.toEqual([]))

  test('has as many groups within groups as it may, and no more, however many there are', () => {
    const nested = (depth: number): unknown => {
      let filter: unknown = test1
      for (let level = 0; level < depth; level += 1) filter = { and: [filter] }
      return filter
    }
    expect(problems(nested(filterDepthMax))).toEqual([])
    expect(problems(nested(filterDepthMax + 1))[0]?.[1]).toBe('has more than 4 groups within groups')
    expect(problems(nested(100_000))[0]?.[1]).toBe('has more than 4 groups within groups')
  })

  test('is as long as it may be, and no longer', () => {
    const values = (count: number, more: string) => ({
      field: 'objectName',
      operator: 'in',
      value: [...Array.from({ length: count }, () => 'x'.repeat(300)), more],
    })
    const room = filterCharsMax - JSON.stringify(values(26, '')).length
    expect(problems(values(26, 'x'.repeat(room)))).toEqual([])
    expect(problems(values(26, 'x'.repeat(room + 1)))).toEqual([
      ['events.filter', 'has more than 8000 characters as JSON'],
    ])
  })

  test('is still read when one of its fields is none any more', () => {
    const saved = { alerts: null, events: { types: null, filter: { field: 'gone', operator: 'equals', value: 'x' } } }
    expect(v.is(SubscriptionsInput, saved)).toBe(false)
    expect(wantsEvent({ state: active, subscriptions: v.parse(Subscriptions, saved) }, {}, 1)).toBe(false)
  })

  test('has as many members, values and characters as it may, and no more', () => {
    const members = (count: number) => ({ or: Array.from({ length: count }, () => test1) })
    const values = (count: number) => ({ field: 'type', operator: 'in', value: Array.from({ length: count }, () => 1) })
    const text = (count: number) => ({ field: 'objectName', operator: 'equals', value: 'x'.repeat(count) })
    expect([members(filterMembersMax), values(filterValuesMax), text(filterValueCharsMax)].flatMap(problems)).toEqual(
      [],
    )
    for (const one of [members(filterMembersMax + 1), values(filterValuesMax + 1), text(filterValueCharsMax + 1)]) {
      expect(problems(one)).not.toEqual([])
    }
  })
})

describe('a subscription that is saved', () => {
  const accepted = (input: unknown) => v.is(SubscriptionsInput, input)

  test('names as many rules and types as it may, and no more', () => {
    const rules = (count: number) => ({ alerts: { rules: Array.from({ length: count }, (_, each) => guid(each)) } })
    const types = (count: number) => ({ events: { types: Array.from({ length: count }, (_, each) => each) } })
    expect([rules(subscribedRulesMax), types(subscribedTypesMax)].map(accepted)).toEqual([true, true])
    expect([rules(subscribedRulesMax + 1), types(subscribedTypesMax + 1)].map(accepted)).toEqual([false, false])
  })

  test('has no empty list, which would match nothing, and nothing misspelt', () => {
    expect(accepted({ alerts: { levels: [] } })).toBe(false)
    expect(accepted({ events: { types: [] } })).toBe(false)
    expect(accepted({ alerts: { level: ['high'] } })).toBe(false)
    expect(accepted({ event: {} })).toBe(false)
  })
})
