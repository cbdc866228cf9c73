// The conditions of exceptions: what they may say, and their one form.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { conditionValuesMax, ExceptionConditions } from '../../../../src/domain/alerts/exceptions/conditions.ts'
import { alice, guid } from '../../../support/events.ts'

const accepts = (conditions: unknown) => v.is(ExceptionConditions, conditions)
const ids = (count: number) => Array.from({ length: count }, (_, index) => guid(index, 'b'))

describe('conditions', () => {
  test('have ids in lower case, networks in their one form, and hours of every day in UTC by default', () => {
    const given = {
      actingUserIds: [alice.toUpperCase()],
      networks: ['2001:DB8:0::/48', '203.0.113.7/32'],
      hours: { from: '02:00', to: '03:00' },
    }
    const { hours, ...others } = v.parse(ExceptionConditions, given)
    expect(others).toEqual({ actingUserIds: [alice], networks: ['2001:db8::/48', '203.0.113.7'] })
    expect(hours).toMatchObject({ weekdays: { length: 7 }, zone: 'UTC' })
    expect(v.parse(ExceptionConditions, { ...others, hours })).toEqual({ ...others, hours })
  })

  test(`have ${conditionValuesMax} values at most, and one at least`, () => {
    expect(accepts({ actingUserIds: ids(conditionValuesMax) })).toBe(true)
    expect(accepts({ actingUserIds: ids(conditionValuesMax + 1) })).toBe(false)
    expect(accepts({ actingUserIds: [] })).toBe(false)
  })

  test.each([
    ['10.0.0.0/8', true],
    ['10.0.0.0/7', false],
    ['2001::/16', true],
    ['2000::/15', false],
    ['0.0.0.0/0', false],
    ['10.1.2.3/8', false],
    ['office', false],
  ])('name no network that is too wide, or none: %s', (network, expected) => {
    expect(accepts({ networks: [network] })).toBe(expected)
  })

  test.each([
    ['nothing', {}],
    ['types alone', { types: [1111] }],
    ['a misspelt property', { actingUserIds: [alice], network: ['10.0.0.0/8'] }],
    ['a type that no event has', { actingUserIds: [alice], types: [65_536] }],
  ])('cannot be %s', (_, conditions) => {
    expect(accepts(conditions)).toBe(false)
  })
})
