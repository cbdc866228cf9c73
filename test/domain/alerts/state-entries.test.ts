// The metadata of an evaluation, and groups by the names of their texts.
import { describe, expect, test } from 'vitest'
import {
  groupsIn,
  prefixOf,
  readMemo,
  scheduleUnknown,
  sightingsName,
  writeMemo,
} from '../../../src/domain/alerts/state-entries.ts'
import { alice, guid } from '../../support/events.ts'

describe('a memo', () => {
  test('is read as it was written', () => {
    const memo = { evaluateAt: 5, groups: { [guid(1, 'e')]: 2 }, leftOut: { lateEvents: 3 } }
    expect(readMemo(writeMemo(memo))).toEqual(memo)
  })

  test('of an organization of which nothing is kept has no wake', () => {
    expect(readMemo('')).toEqual({ evaluateAt: null, groups: {}, leftOut: {} })
  })

  test.each([null, '{', '[]', '{"evaluateAt":"soon","groups":{},"leftOut":{}}', 'null'])(
    'that cannot be read, as %j, says that the entry must be found out',
    (text) => {
      expect(readMemo(text)).toEqual({ evaluateAt: scheduleUnknown, groups: {}, leftOut: {} })
    },
  )
})

test('groups are counted by revision, and other texts are not', () => {
  const [one, other] = [guid(1, 'e'), guid(2, 'e')]
  const names = [`${prefixOf(one)}a`, `${prefixOf(one)}b`, `${prefixOf(other)}a`, sightingsName(alice), 'State=x']
  expect(groupsIn(names)).toEqual({ [one]: 2, [other]: 1 })
})
