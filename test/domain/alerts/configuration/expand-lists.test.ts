// Lists in rules: a rule that names one matches its values; an unknown or empty one matches nothing.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { expandLists, listsUsedBy } from '../../../../src/domain/alerts/configuration/expand-lists.ts'
import { buildEngine } from '../../../../src/domain/alerts/engine/compiled/engine.ts'
import { ListName, type ValueList } from '../../../../src/domain/alerts/lists/value-list.ts'
import type { FieldValues } from '../../../../src/domain/alerts/sigma/fields.ts'
import { matchesOf } from '../../../support/alerts/engine.ts'
import { rulesOf, selecting } from '../../../support/alerts/rules.ts'
import { alice, bob, guid, instant } from '../../../support/events.ts'

const list = (name: string, values: readonly string[], kind: ValueList['kind'] = 'text'): ValueList => ({
  name: v.parse(ListName, name),
  kind,
  values,
  changedAt: instant('2026-11-22'),
  changedBy: alice,
})
const trusted = list('trusted_networks', ['10.0.0.0/8', '2001:db8::/48'], 'networks')
const people = list('break_glass_accounts', [alice, bob], 'people')
const matches = (text: string, lists: readonly ValueList[], fields: FieldValues) =>
  matchesOf(buildEngine([expandLists(rulesOf(text), lists)]), fields).length > 0

describe('a rule with a list', () => {
  const byPerson = selecting("{actingUserId|expand: '%break_glass_accounts%'}")
  const byNetwork = selecting("{ipAddress|cidr|expand: '%trusted_networks%'}")
  const elsewhere = selecting("{type: 1000, ipAddress|expand|cidr|neq: '%TRUSTED_networks%'}")

  test('matches its values, and nothing else', () => {
    expect(matches(byPerson, [people], { actingUserId: bob })).toBe(true)
    expect(matches(byPerson, [people], { actingUserId: guid(3, 'b') })).toBe(false)
    expect(matches(byPerson, [people], { actingUserId: null })).toBe(false)
    expect(matches(byNetwork, [trusted, people], { ipAddress: '10.9.9.9' })).toBe(true)
    expect(matches(byNetwork, [trusted, people], { ipAddress: '2001:db8:0:1::1' })).toBe(true)
    expect(matches(byNetwork, [trusted, people], { ipAddress: '203.0.113.7' })).toBe(false)
  })

  test('matches nothing by a list that is not there or empty; everything else by its opposite', () => {
    for (const lists of [[], [list('trusted_networks', [], 'networks')], [people]]) {
      expect(matches(byNetwork, lists, { ipAddress: '10.9.9.9' })).toBe(false)
      expect(matches(elsewhere, lists, { type: 1000, ipAddress: '10.9.9.9' })).toBe(true)
    }
    expect(matches(elsewhere, [trusted], { type: 1000, ipAddress: '10.9.9.9' })).toBe(false)
    expect(matches(elsewhere, [trusted], { type: 1000, ipAddress: '203.0.113.7' })).toBe(true)
  })

  test('matches the values of several lists, in either case, and takes no value for a pattern', () => {
    const text = selecting("{objectName|expand: ['%one%', '%two%']}")
    const lists = [list('one', ['Backup *']), list('two', ['x'])]
    expect(matches(text, lists, { objectName: 'backup *' })).toBe(true)
    expect(matches(text, lists, { objectName: 'X' })).toBe(true)
    expect(matches(text, lists, { objectName: 'backup 1' })).toBe(false)
  })

  test('has the items of the critical list as critical ones if it asks, beside its own', () => {
    const [own, listed, other] = [guid(1, 'd'), guid(2, 'd'), guid(3, 'd')]
    const text = `${selecting('{itemCritical: true}')}keytrail: {items: [${own}]}\n`
    const lists = [list('critical_items', [listed], 'items')]
    expect(matches(text, lists, { cipherId: listed, itemCritical: false })).toBe(true)
    expect(matches(text, lists, { cipherId: own, itemCritical: false })).toBe(true)
    expect(matches(text, lists, { cipherId: other, itemCritical: false })).toBe(false)
    expect(matches(text, [], { cipherId: listed, itemCritical: false })).toBe(false)
  })

  test('counts something else once the list changes', () => {
    const countings = [[], [people], [list('break_glass_accounts', [alice], 'people')]].map(
      (lists) => [...buildEngine([expandLists(rulesOf(byPerson), lists)]).byCounting.keys()][0],
    )
    expect(new Set(countings).size).toBe(3)
  })

  test('says which lists it uses', () => {
    expect(listsUsedBy(rulesOf(byPerson))).toEqual(new Set(['break_glass_accounts']))
    expect(listsUsedBy(rulesOf(selecting('{itemCritical: true}')))).toEqual(new Set(['critical_items']))
    expect(listsUsedBy(rulesOf(selecting('{type: 1000}')))).toEqual(new Set())
  })
})
