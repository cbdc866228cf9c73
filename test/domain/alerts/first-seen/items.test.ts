import { describe, expect, test } from 'vitest'
import {
  itemsCharsMax,
  itemsMax,
  newItemHours,
  readItems,
  type TouchedItems,
  writeItems,
} from '../../../../src/domain/alerts/first-seen/items.ts'
import { observe } from '../../../../src/domain/alerts/first-seen/observe.ts'
import { emptyFirstSeenState } from '../../../../src/domain/alerts/first-seen/state.ts'
import { expiresAt } from '../../../../src/domain/alerts/first-seen/subject.ts'
import type { StoredEvent } from '../../../../src/domain/events/event.ts'
import { guidOfContent } from '../../../../src/domain/guid.ts'
import { millisecondsOf } from '../../../../src/domain/instant.ts'
import { observed, on as onDay, startMs, stateAfter } from '../../../support/alerts/first-seen.ts'
import { alice, bob } from '../../../support/events.ts'

const dayMs = 86_400_000
const itemOf = (number: number) => guidOfContent('item', number)

/** An event of Alice's about an item, so many days after the start. */
const on = (day: number, item: number, more: Record<string, unknown> = {}) =>
  onDay(day, '192.0.2.1', { type: 1107, cipherId: itemOf(item), ...more })

/** Whether the item of each of these events is new, if each arrives at its date. */
const newItems = (events: readonly StoredEvent[], state = emptyFirstSeenState()) =>
  observed('isFirstSeenItem', events, state)

/** What Alice touched in these events. */
function touchedIn(events: readonly StoredEvent[]): TouchedItems {
  const touched = stateAfter(events).items.get(alice)
  if (!touched) throw new Error('nothing touched')
  return touched
}

describe('an item', () => {
  test('is not reported as new until the user has been known for seven days, to the millisecond', () => {
    const early = on(7 - 1 / dayMs, 2)
    expect(newItems([on(0, 1), early, on(7, 3)])).toEqual([null, null, true])
  })

  test('stays new for twelve hours after the hour of its first event, and is known then', () => {
    const first = 8 + 0.5 / 24
    const lastNew = 8 + newItemHours / 24 - 1 / dayMs
    expect(newItems([on(0, 1), on(first, 2), on(first, 2), on(lastNew, 2), on(8 + newItemHours / 24, 2)])).toEqual([
      null,
      true,
      true,
      true,
      false,
    ])
  })

  test('is new again after ninety days without it, and not a day earlier', () => {
    expect(newItems([on(0, 1), on(8, 2), on(97, 2), on(8, 3), on(98, 3)])).toEqual([null, true, false, true, true])
  })

  test('is judged the same by an event that is observed again', () => {
    const events = [on(0, 1), on(8, 2), on(8.1, 3), on(9, 2)]
    const state = emptyFirstSeenState()
    expect(newItems(events, state)).toEqual([null, true, true, false])
    expect(newItems(events.slice(1), state)).toEqual([true, true, false])
  })

  test('is known earlier by a late event, and nothing is changed by one that says nothing new', () => {
    const state = stateAfter([on(0, 1), on(9, 2)])
    expect(newItems([on(8, 2), on(9, 2)], state)).toEqual([true, false])
    state.changed.items.clear()
    expect(newItems([on(9, 2)], state)).toEqual([false])
    expect(state.changed.items).toEqual(new Set())
  })

  test('is new for each user alone, and for nobody in an event without a user or an item', () => {
    const [of, without] = [{ actingUserId: bob }, { actingUserId: undefined }]
    const events = [
      on(0, 1),
      on(0, 1, of),
      on(8, 2),
      on(8, 2, of),
      on(8, 3, without),
      on(8, 3, { cipherId: undefined }),
    ]
    expect(newItems(events)).toEqual([null, null, true, true, null, null])
  })
})

describe('history', () => {
  test('teaches which items a user touched, and since when, and is never new itself', () => {
    const state = emptyFirstSeenState()
    const later = millisecondsOf(on(30, 1).date)
    for (const each of [on(1, 2), on(0, 1)]) expect(observe(state, each, later).isFirstSeenItem).toBeNull()
    expect(newItems([on(7, 2), on(7, 3)], state)).toEqual([false, true])
  })
})

describe('what a user touched', () => {
  test('is read as it was written, for this user alone', () => {
    const touched = touchedIn([on(0, 1), on(8.5, 2)])
    expect(readItems(alice, writeItems(alice, touched))).toEqual(touched)
    expect(readItems(bob, writeItems(alice, touched))).toBeUndefined()
  })

  test.each([
    '',
    'else',
    `1 ${alice} 5 `,
    `1 ${alice} 5 AAAA`,
    `2 ${alice} 5 AAAAAAAAAAAA`,
    `1 ${alice} x AAAAAAAAAAAA`,
  ])('is unknown when its text is %j', (text) => {
    expect(readItems(alice, text)).toBeUndefined()
  })

  test('stays within its length, and keeps the items touched last', () => {
    const touched = touchedIn(Array.from({ length: itemsMax + 1 }, (_, index) => on(index === 7 ? 1 : 2, index)))
    const text = writeItems(alice, touched)
    expect(text.length).toBeLessThanOrEqual(itemsCharsMax)
    const read = readItems(alice, text)
    expect(read?.items.size).toBe(itemsMax)
    const state = { ...emptyFirstSeenState(), items: new Map(read && [[alice, read]]) }
    expect(newItems([on(10, 7), on(10, 8), on(10, itemsMax)], state)).toEqual([true, false, false])
  })

  test('expires ninety days after its last day', () => {
    expect(expiresAt(touchedIn([on(0, 1), on(8.5, 2), on(3, 3)]))).toBe(startMs + (8 + 90) * dayMs)
  })
})
