// The metadata of an evaluation, and group keys by the names of their state entries.
import { describe, expect, test } from 'vitest'
import {
  firstSeenName,
  groupKeysByCounting,
  readMetadata,
  scheduleUnknown,
  statePrefixOf,
  writeMetadata,
} from '../../../src/domain/alerts/state-entries.ts'
import { alice, guid } from '../../support/events.ts'

describe('metadata', () => {
  test('is read as it was written', () => {
    const metadata = { evaluateAt: 5, groupKeys: { [guid(1, 'e')]: 2 }, skipped: { lateEvents: 3 } }
    expect(readMetadata(writeMetadata(metadata))).toEqual(metadata)
  })

  test('of an organization without state has no scheduled evaluation', () => {
    expect(readMetadata('')).toEqual({ evaluateAt: null, groupKeys: {}, skipped: {} })
  })

  test.each([null, '{', '[]', '{"evaluateAt":"soon","groupKeys":{},"skipped":{}}', 'null'])(
    'that cannot be read, such as %j, says that the schedule is unknown',
    (text) => {
      expect(readMetadata(text)).toEqual({ evaluateAt: scheduleUnknown, groupKeys: {}, skipped: {} })
    },
  )
})

test('group keys are counted by what they count, and other entries are not', () => {
  const [one, other] = [guid(1, 'e'), guid(2, 'e')]
  const names = [
    `${statePrefixOf(one)}a`,
    `${statePrefixOf(one)}b`,
    `${statePrefixOf(other)}a`,
    firstSeenName(alice),
    'State=x',
  ]
  expect(groupKeysByCounting(names)).toEqual({ [one]: 2, [other]: 1 })
})
