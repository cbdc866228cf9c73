// The rule book: every change keeps its limits, tells of itself, and lets go of mutes that are over.
import { describe, expect, test } from 'vitest'
import {
  addRule,
  type BookChange,
  emptyBook,
  type Mute,
  mute,
  mutesAt,
  mutesMax,
  noSettings,
  type OwnRule,
  ownRulesMax,
  putSettings,
  type RuleBook,
  removeRule,
  replaceRule,
  settingsFor,
  unmute,
  withoutReported,
} from '../../../src/domain/alerts/rule-configuration.ts'
import { alice, event, guid, instant } from '../../support/events.ts'

const at = '2026-11-22T06:28:00Z'
const told = event({ date: at, type: 9000 })
const [shippedId, ownId, otherId] = [guid(1, 'e'), guid(2, 'e'), guid(3, 'e')]
const shipped = new Set([shippedId])

const own = (id = ownId, text = 'title: T'): OwnRule => ({ id, text, savedAt: instant(at), savedBy: alice })
const muted = (id: number, until = '2026-11-23T00:00:00Z', ruleId = ownId): Mute => ({
  id: guid(id, 'f'),
  ruleId,
  group: null,
  until: instant(until),
  mutedBy: alice,
  mutedAt: instant(at),
})
const book = (more: Partial<RuleBook> = {}): RuleBook => ({ ...emptyBook, rules: [own()], ...more })
const off = { ...noSettings, enabled: false }

/** The book after a change that is made. */
function bookOf(change: BookChange): RuleBook {
  if (change.kind === 'changed') return change.book
  throw new Error(`refused: ${change.reason}`)
}

describe('rules', () => {
  test('are added behind those that are there, replaced in their place, and taken away', () => {
    const added = bookOf(addRule(book(), own(otherId), shipped, told))
    expect(added.rules).toEqual([own(), own(otherId)])
    const replaced = bookOf(replaceRule(added, own(ownId, 'title: U'), shipped, told))
    expect(replaced.rules).toEqual([own(ownId, 'title: U'), own(otherId)])
    expect(bookOf(removeRule(replaced, ownId, shipped, told)).rules).toEqual([own(otherId)])
  })

  test('whose text cannot be read stay until they are replaced or taken away', () => {
    const unread = book({ rules: [], unreadable: [ownId, otherId] })
    expect(addRule(unread, own(), shipped, told)).toEqual({ kind: 'refused', reason: 'rule-exists' })
    expect(bookOf(addRule(unread, own(guid(9, 'e')), shipped, told)).unreadable).toEqual([ownId, otherId])
    expect(bookOf(replaceRule(unread, own(), shipped, told))).toMatchObject({ rules: [own()], unreadable: [otherId] })
    expect(bookOf(removeRule(unread, ownId, shipped, told))).toMatchObject({ rules: [], unreadable: [otherId] })
    const many = Array.from({ length: ownRulesMax - 1 }, (_, index) => own(guid(index + 100, 'e')))
    const full = addRule(book({ rules: many, unreadable: [ownId] }), own(otherId), shipped, told)
    expect(full).toEqual({ kind: 'refused', reason: 'too-many-rules' })
  })

  test.each([
    ['adding a rule twice', addRule(book(), own(), shipped, told), 'rule-exists'],
    ['adding a rule with the id of a shipped one', addRule(book(), own(shippedId), shipped, told), 'rule-exists'],
    ['replacing a shipped rule', replaceRule(book(), own(shippedId), shipped, told), 'rule-shipped'],
    ['replacing an unknown rule', replaceRule(book(), own(otherId), shipped, told), 'rule-unknown'],
    ['taking a shipped rule away', removeRule(book(), shippedId, shipped, told), 'rule-shipped'],
    ['taking an unknown rule away', removeRule(book(), otherId, shipped, told), 'rule-unknown'],
    ['setting an unknown rule', putSettings(book(), otherId, off, shipped, told), 'rule-unknown'],
    ['muting an unknown rule', mute(book(), muted(1, undefined, otherId), shipped, told), 'rule-unknown'],
    ['ending an unknown mute', unmute(book(), guid(1, 'f'), told), 'mute-unknown'],
  ])('%s is refused', (_, change, reason) => {
    expect(change).toEqual({ kind: 'refused', reason })
  })

  test(`are ${ownRulesMax} at most`, () => {
    const rules = Array.from({ length: ownRulesMax - 1 }, (_, index) => own(guid(index, 'e')))
    const full = bookOf(addRule(book({ rules }), own(guid(1, 'd')), shipped, told))
    expect(full.rules).toHaveLength(ownRulesMax)
    expect(addRule(full, own(guid(2, 'd')), shipped, told)).toEqual({ kind: 'refused', reason: 'too-many-rules' })
    expect(replaceRule(full, own(guid(1, 'd'), 'title: U'), shipped, told).kind).toBe('changed')
  })

  test('that go take their settings and mutes with them, and no others', () => {
    const settings = [ownId, shippedId].map((ruleId) => ({ ruleId, settings: off }))
    const mutes = [muted(1), muted(2, undefined, shippedId)]
    const left = bookOf(removeRule(book({ settings, mutes }), ownId, shipped, told))
    expect(left.settings).toEqual([{ ruleId: shippedId, settings: off }])
    expect(left.mutes).toEqual([muted(2, undefined, shippedId)])
  })
})

describe('settings', () => {
  test('of any rule are put as a whole', () => {
    const once = bookOf(putSettings(book(), shippedId, { ...off, threshold: 5 }, shipped, told))
    const twice = bookOf(putSettings(once, shippedId, { ...noSettings, level: 'low' }, shipped, told))
    expect(settingsFor(twice, shippedId)).toEqual({ ...noSettings, level: 'low' })
    expect(settingsFor(twice, ownId)).toEqual(noSettings)
  })

  test('that set nothing are not kept', () => {
    const once = bookOf(putSettings(book(), ownId, off, shipped, told))
    expect(bookOf(putSettings(once, ownId, noSettings, shipped, told)).settings).toEqual([])
  })

  test('stay when their rule is replaced', () => {
    const set = bookOf(putSettings(book(), ownId, off, shipped, told))
    expect(settingsFor(bookOf(replaceRule(set, own(ownId, 'title: U'), shipped, told)), ownId)).toEqual(off)
  })
})

describe('mutes', () => {
  test(`are ${mutesMax} at most, those that are over not counted`, () => {
    const mutes = Array.from({ length: mutesMax - 1 }, (_, index) => muted(index + 1))
    const full = bookOf(mute(book({ mutes: [...mutes, muted(900, at)] }), muted(901), shipped, told))
    expect(full.mutes).toHaveLength(mutesMax)
    expect(mute(full, muted(902), shipped, told)).toEqual({ kind: 'refused', reason: 'too-many-mutes' })
  })

  test('end before their until, and at an earlier word', () => {
    const known = book({ mutes: [muted(1), muted(2)] })
    expect(mutesAt(known, instant('2026-11-22T23:59:59.9999999Z'))).toHaveLength(2)
    expect(mutesAt(known, instant('2026-11-23T00:00:00Z'))).toEqual([])
    expect(bookOf(unmute(known, guid(1, 'f'), told)).mutes).toEqual([muted(2)])
  })

  test('that are over go with any change, and cannot be ended', () => {
    const known = book({ mutes: [muted(1, at), muted(2)] })
    expect(bookOf(putSettings(known, ownId, off, shipped, told)).mutes).toEqual([muted(2)])
    expect(unmute(known, guid(1, 'f'), told)).toEqual({ kind: 'refused', reason: 'mute-unknown' })
  })
})

describe('what is not reported', () => {
  const earlier = event({ date: at, type: 9001 })
  const known = book({ unreported: [earlier], mutes: [muted(1)] })

  test.each([
    ['adding', addRule(known, own(otherId), shipped, told)],
    ['replacing', replaceRule(known, own(), shipped, told)],
    ['taking away', removeRule(known, ownId, shipped, told)],
    ['setting', putSettings(known, ownId, off, shipped, told)],
    ['muting', mute(known, muted(2), shipped, told)],
    ['ending a mute', unmute(known, guid(1, 'f'), told)],
  ])('grows by the event of each change: %s', (_, change) => {
    expect(bookOf(change).unreported).toEqual([earlier, told])
  })

  test('is what is left once some of it is reported', () => {
    const both = bookOf(putSettings(known, ownId, off, shipped, told))
    const left = bookOf(withoutReported(both, [earlier]))
    expect(left).toEqual({ ...both, unreported: [told] })
    expect(bookOf(withoutReported(left, [earlier]))).toEqual(left)
  })
})
