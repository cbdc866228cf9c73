// The metadata of an evaluation, and groups by the names of their texts.
import { describe, expect, test } from 'vitest'
import {
  firstSeenName,
  groupKeysByRevision,
  readMetadata,
  scheduleUnknown,
  statePrefixOf,
  writeMetadata,
} from '../../../src/domain/alerts/state-entries.ts'
import { alice, guid } from '../../support/events.ts'

describe('a memo', () => {
  test('is read as it was written', () => {
    const memo = { evaluateAt: 5, groupKeys: { [guid(1, 'e')]: 2 }, skipped: { lateEvents: 3 } }
    expect(readMetadata(writeMetadata(memo))).toEqual(memo)
  })

  test('of an organization of which nothing is kept has no wake', () => {
    expect(readMetadata('')).toEqual({ evaluateAt: null, groupKeys: {}, skipped: {} })
  })

  test.each([null, '{', '[]', '{"evaluateAt":"soon","groupKeys":{},"skipped":{}}', 'null'])(
    'that cannot be read, as %j, says that the entry must be found out',
    (text) => {
      expect(readMetadata(text)).toEqual({ evaluateAt: scheduleUnknown, groupKeys: {}, skipped: {} })
    },
  )
})

test('groups are counted by revision, and other texts are not', () => {
  const [one, other] = [guid(1, 'e'), guid(2, 'e')]
  const names = [
    `${statePrefixOf(one)}a`,
    `${statePrefixOf(one)}b`,
    `${statePrefixOf(other)}a`,
    firstSeenName(alice),
    'State=x',
  ]
  expect(groupKeysByRevision(names)).toEqual({ [one]: 2, [other]: 1 })
})
