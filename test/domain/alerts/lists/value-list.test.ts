// Lists of values: the one form of each kind, and the limits of a list and of all.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { putList, removeList } from '../../../../src/domain/alerts/configuration/change-lists.ts'
import {
  type ConfigurationChange,
  emptyConfiguration,
} from '../../../../src/domain/alerts/configuration/rule-configuration.ts'
import {
  changeWords,
  GivenList,
  knownLists,
  ListName,
  listsCharsMax,
  listsMax,
  listValueCharactersMax,
  listValuesMax,
  readValues,
  type ValueList,
} from '../../../../src/domain/alerts/lists/value-list.ts'
import { alice, bob, event, guid, instant } from '../../../support/events.ts'

const at = '2026-11-22T06:28:00Z'
const auditEvent = event({ date: at, type: 9006 })
const list = (name: string, values: readonly string[] = [], kind: ValueList['kind'] = 'text'): ValueList => ({
  name: v.parse(ListName, name),
  kind,
  values,
  changedAt: instant(at),
  changedBy: alice,
})
const listsOf = (change: ConfigurationChange) =>
  change.kind === 'changed' ? change.configuration.lists : change.reason
const withLists = (lists: readonly ValueList[]) => ({ ...emptyConfiguration, lists })

describe('the values of a list', () => {
  test('are in their one form, each once, sorted', () => {
    expect(
      readValues({ kind: 'networks', values: ['2001:DB8::/32', '10.0.0.0/8', '10.0.0.0/8', '10.1.1.1/32'] }),
    ).toEqual({
      kind: 'values',
      values: ['10.0.0.0/8', '10.1.1.1', '2001:db8::/32'],
    })
    expect(readValues({ kind: 'people', values: [bob.toUpperCase(), alice] })).toEqual({
      kind: 'values',
      values: [alice, bob],
    })
    expect(readValues({ kind: 'text', values: ['b', 'A'] })).toEqual({ kind: 'values', values: ['A', 'b'] })
  })

  test.each([
    ['networks', ['10.0.0.0/8', '10.1.2.3/8', 'office', '0.0.0.0/0'], [1, 2, 3]],
    ['people', ['alice'], [0]],
    ['items', [guid(1, 'd'), ''], [1]],
    ['serviceAccounts', ['*'], [0]],
  ] as const)('are refused one by one if they are no %s', (kind, values, indexes) => {
    expect(readValues({ kind, values: [...values] })).toMatchObject({
      kind: 'unfit',
      unfit: indexes.map((index) => ({ index })),
    })
  })

  test(`are ${listValuesMax} at most, of ${listValueCharactersMax} characters, and one line each`, () => {
    const accepts = (values: readonly string[]) => v.is(GivenList, { kind: 'text', values })
    expect(accepts(Array.from({ length: listValuesMax }, String))).toBe(true)
    expect(accepts(Array.from({ length: listValuesMax + 1 }, String))).toBe(false)
    expect(accepts(['x'.repeat(listValueCharactersMax)])).toBe(true)
    expect(accepts(['x'.repeat(listValueCharactersMax + 1)])).toBe(false)
    expect(accepts(['a\nb'])).toBe(false)
    expect(accepts([])).toBe(true)
  })

  test.each([
    ['trusted_networks', true],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['', false],
    ['Trusted', false],
    ['a-b', false],
  ])('have a name in lower case: %s', (name, expected) => {
    expect(v.is(ListName, name)).toBe(expected)
  })
})

describe('lists', () => {
  test('are put by name, in the place of the one of the same name, with their audit event', () => {
    const put = putList(withLists([list('b', ['x'])]), list('a', ['y']), auditEvent)
    expect(listsOf(put)).toEqual([list('a', ['y']), list('b', ['x'])])
    expect(put).toMatchObject({ configuration: { unreported: [auditEvent] } })
    expect(listsOf(putList(withLists([list('b', ['x'])]), list('b', ['z']), auditEvent))).toEqual([list('b', ['z'])])
  })

  test('are deleted by name; an unknown one is not', () => {
    expect(listsOf(removeList(withLists([list('a'), list('b')]), 'a', auditEvent))).toEqual([list('b')])
    expect(listsOf(removeList(withLists([list('b')]), 'a', auditEvent))).toBe('list-unknown')
  })

  test(`are ${listsMax} at most, with those that every organization has`, () => {
    const lists = Array.from({ length: listsMax - knownLists.size - 1 }, (_, index) => list(`list_${index}`))
    const full = listsOf(putList(withLists(lists), list('last'), auditEvent))
    expect(full).toHaveLength(lists.length + 1)
    expect(listsOf(putList(withLists([...lists, list('last')]), list('beyond'), auditEvent))).toBe('too-many-lists')
    expect(listsOf(putList(withLists([...lists, list('last')]), list('critical_items'), auditEvent))).toHaveLength(
      lists.length + 2,
    )
  })

  test('have the room that their row has', () => {
    const many = Array.from({ length: 770 }, (_, index) => String(index).padStart(listValueCharactersMax, 'x'))
    const large = [list('a', many), list('c', many)]
    const left = listsCharsMax - JSON.stringify([...large, list('b', [''])]).length
    expect(left).toBeGreaterThan(0)
    const rest = (length: number) => list('b', ['x'.repeat(length)])
    expect(listsOf(putList(withLists(large), rest(left), auditEvent))).toHaveLength(3)
    expect(listsOf(putList(withLists(large), rest(left + 1), auditEvent))).toBe('lists-too-long')
  })

  test('say how they changed', () => {
    expect(changeWords(['a', 'b'], ['b', 'c', 'd'])).toBe('2 values added (c, d), 1 removed (a)')
    expect(changeWords([], ['a'])).toBe('1 value added (a), 0 removed')
    expect(changeWords(['a', 'b', 'c', 'd', 'e'], [])).toBe('0 values added, 5 removed (a, b, c and 2 more)')
    expect(changeWords([], ['x'.repeat(41)])).toBe(`1 value added (${'x'.repeat(39)}…), 0 removed`)
  })
})
