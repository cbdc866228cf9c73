// The timeline of an incident: events alike in one entry, alerts where their rules fired, what matters before the ordinary.
import { expect, test } from 'vitest'
import { storyOf } from '../../../../../src/domain/alerts/incidents/story/story.ts'
import { foldedGapMs, timelineMax } from '../../../../../src/domain/alerts/incidents/story/timeline.ts'
import {
  alertOf,
  aliceAsMember,
  at,
  attack,
  bobAsMember,
  done,
  factsOf,
  fromUsual,
  itemId,
  strange,
  usual,
} from '../../../../support/alerts/stories.ts'
import { alice, bob, guid } from '../../../../support/events.ts'

const timeline = (facts: Parameters<typeof factsOf>[0]) => storyOf(factsOf(facts)).timeline
const texts = (facts: Parameters<typeof factsOf>[0]) =>
  timeline(facts).map(({ isSuspicious, text }) => `${isSuspicious ? '!' : ' '} ${text}`)

test('shows an attack in a few entries, the alert where its rule fired, and what followed', () => {
  const reset = done(1508, at(55), { actingUserId: bob, ipAddress: usual, organizationUserId: aliceAsMember })
  const alert = alertOf(attack.slice(10, 15))
  const entries = timeline({ events: [...attack, reset], alerts: [alert] })
  expect(entries).toEqual([
    {
      date: at(17),
      until: at(17, 52),
      kind: 'events',
      alertId: alert.id,
      eventId: attack[0]?.id,
      eventCount: 14,
      ipAddress: strange,
      isSuspicious: true,
      text: '14 failed logins as Alice Adams',
    },
    expect.objectContaining({ date: at(24), kind: 'events', text: 'Alice Adams logged in' }),
    {
      date: at(24),
      until: at(24),
      kind: 'alert',
      alertId: alert.id,
      eventId: null,
      eventCount: 0,
      ipAddress: null,
      isSuspicious: true,
      text: 'Guessed',
    },
    expect.objectContaining({ eventCount: 16, text: 'Alice Adams copied 8 passwords (2 of them critical)' }),
    expect.objectContaining({ date: at(45), alertId: null, text: 'Alice Adams exported the account’s own vault' }),
    expect.objectContaining({
      ipAddress: usual,
      isSuspicious: false,
      text: 'Bob Brown reset master password for user Alice Adams',
    }),
  ])
})

test('folds events of one kind by one person from one address alone, an hour apart at most', () => {
  const viewed = (minute: number, members: Record<string, unknown> = {}) =>
    done(1107, at(minute), { cipherId: itemId(50 + minute), ...members })
  const gapMinutes = foldedGapMs / 60_000
  const counts = (events: Parameters<typeof done>[2][]) =>
    timeline({ events: events.map((each, index) => viewed(index, each)) }).length
  expect(counts([{}, {}, {}])).toBe(1)
  expect(counts([{}, { actingUserId: bob }, {}])).toBe(2)
  expect(counts([{}, { ipAddress: usual }, {}])).toBe(2)
  expect(counts([{}, { type: 1101 }, {}])).toBe(3)
  expect(timeline({ events: [viewed(0), viewed(gapMinutes)] })).toHaveLength(1)
  expect(timeline({ events: [viewed(0), viewed(gapMinutes + 1)] })).toHaveLength(2)
})

test('failed logins from a new address are one entry, whose accounts they were to; others belong to their people', () => {
  const guesses = [1, 2, 3].map((minute) => done(1005, at(minute), { actingUserId: guid(minute, 'b') }))
  expect(texts({ events: guesses })).toEqual(['! 3 failed logins to 3 accounts'])
  const mistyped = [4, 5].map((minute) =>
    done(1005, at(minute), { actingUserId: guid(minute - 3, 'b'), ipAddress: usual }),
  )
  expect(texts({ events: mistyped })).toEqual(['  1 failed login as Alice Adams', '  1 failed login as Bob Brown'])
  expect(texts({ events: [done(1005, at(1)), done(1006, at(2))] })).toEqual([
    '! 2 failed logins as Alice Adams, 1 of them at the second step',
  ])
})

test('without a new address, what the alert is about is suspicious from its first event to its last match, and exports from then on', () => {
  const events = [
    done(1111, at(1), { ipAddress: usual, cipherId: itemId(5) }),
    done(1111, at(3), { ipAddress: usual, cipherId: itemId(6) }),
    done(1000, at(4), { ipAddress: usual }),
    done(1111, at(5), { ipAddress: usual, cipherId: itemId(7) }),
    done(1602, at(20), { ipAddress: usual }),
    done(1111, at(21), { ipAddress: usual, cipherId: itemId(8) }),
  ]
  const [, first] = events
  const alert = alertOf(first ? [first] : [], { from: events[3]?.date, to: events[3]?.date })
  const { story, timeline: entries } = storyOf(factsOf({ incident: fromUsual, events, alerts: [alert] }))
  expect(story.taken.items.map(({ itemId: id }) => id)).toEqual([itemId(6), itemId(7)])
  expect(story.taken.exports).toHaveLength(1)
  expect(entries.filter(({ isSuspicious, kind }) => isSuspicious && kind === 'events').map(({ text }) => text)).toEqual(
    [
      'Alice Adams copied 2 passwords',
      'Alice Adams copied password for item Item 7',
      'Alice Adams exported the organization vault',
    ],
  )
})

test('over more than a day, of the items that were read those are suspicious that the account had not used before', () => {
  const over = (minutes: number) => {
    const copied = [0, minutes].map((minute) =>
      done(1111, at(minute), { ipAddress: usual, cipherId: itemId(50 + minute) }),
    )
    const [first] = copied
    const alert = alertOf(first ? [first] : [], { from: copied[1]?.date, to: copied[1]?.date })
    const firstUseOf = (actor: string, id: string) =>
      actor === `person:${alice}` && id === itemId(50 + minutes) ? Date.parse(at(-1)) : Date.parse(at(0))
    return storyOf(factsOf({ incident: fromUsual, events: copied, alerts: [alert], firstUseOf })).story.taken.itemCount
  }
  expect(over(24 * 60)).toBe(2)
  expect(over(24 * 60 + 1)).toBe(1)
})

test('keeps alerts, exports, administration and suspicious events before ordinary ones, in order of time', () => {
  const hours = (index: number) => new Date(Date.parse(at(0)) + index * 7_200_000).toISOString()
  const ordinary = Array.from({ length: timelineMax }, (_, index) =>
    done(1107, hours(index), { ipAddress: usual, cipherId: itemId(3) }),
  )
  const late = hours(timelineMax)
  const matter = [
    done(1602, late, { actingUserId: bob, ipAddress: usual }),
    done(1502, late, { actingUserId: guid(7, 'b'), ipAddress: usual, organizationUserId: bobAsMember }),
    done(1107, late, { cipherId: itemId(4) }),
  ]
  const alert = alertOf(matter.slice(2))
  const entries = timeline({ events: [...ordinary, ...matter], alerts: [alert] })
  expect(entries).toHaveLength(timelineMax)
  expect(entries.slice(-4).filter(({ kind }) => kind === 'alert')).toHaveLength(1)
  expect(entries.flatMap(({ eventId }) => eventId ?? [])).toEqual(expect.arrayContaining(matter.map(({ id }) => id)))
  expect(entries.map(({ date }) => date)).toEqual(entries.map(({ date }) => date).toSorted())
})
