// The corpus is always the same, looks like months of work, and its labels are true.
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import { attackKinds } from './attack.ts'
import { dayMs, days, isHoliday, weekdayOf } from './calendar.ts'
import { attackedOrganizations, corpusOf, measuredFrom, measuredTo, quietOrganizations } from './corpus.ts'

const [small] = quietOrganizations.get(12) ?? []
const [medium] = quietOrganizations.get(50) ?? []
const [[attacked, variants] = []] = attackedOrganizations
if (!small || !medium || !attacked || !variants) throw new Error('organizations are missing')

describe('the corpus', () => {
  test('is the same each time', () => {
    expect(corpusOf(small).events).toEqual(corpusOf(small).events)
  })

  test('has events in order of their dates, each with an id of its own', () => {
    const { events } = corpusOf(small)
    expect(events).toEqual(
      events.toSorted((one, other) => (one.date < other.date ? -1 : one.date > other.date ? 1 : 0)),
    )
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  })

  test('spans two months, the second of which is measured', () => {
    const { events } = corpusOf(small)
    const aDay = 86_400_000
    expect((events[0]?.date ?? '') >= instantAt(dayMs(-1))).toBe(true)
    expect((events.at(-1)?.date ?? '') < instantAt(dayMs(days) + aDay)).toBe(true)
    expect([measuredFrom.slice(0, 10), measuredTo.slice(0, 10)]).toEqual(['2026-04-01', '2026-04-30'])
  })

  test('has 40,000 to 60,000 events a month of 50 people, nearly all on working days', () => {
    const { world, events } = corpusOf(medium)
    const perDay = Array.from({ length: days }, (_, day) => {
      const from = instantAt(dayMs(day) - world.spec.offsetMinutes * 60_000)
      const to = instantAt(dayMs(day + 1) - world.spec.offsetMinutes * 60_000)
      return { day, count: events.filter(({ date }) => from <= date && date < to).length }
    })
    const free = perDay.filter(({ day }) => weekdayOf(day) % 6 === 0 || isHoliday(day))
    const total = (some: typeof perDay) => some.reduce((sum, { count }) => sum + count, 0)
    expect(total(perDay) / 2).toBeGreaterThan(40_000)
    expect(total(perDay) / 2).toBeLessThan(60_000)
    expect(total(free) / total(perDay)).toBeLessThan(0.02)
  })
})

describe('attacks', () => {
  test('of each kind are there in several variants, each once', () => {
    const all = attackedOrganizations.flatMap(([, each]) => each)
    for (const kind of attackKinds) expect(all.filter((each) => each.kind === kind).length).toBeGreaterThanOrEqual(6)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })

  test('lie in the measured month, and are labelled with their events', () => {
    const { events, attacks } = corpusOf(attacked, variants)
    const dates = new Map(events.map(({ id, date }) => [id, date]))
    expect(attacks.map(({ name }) => name)).toEqual(variants.map(({ name }) => name))
    for (const attack of attacks) {
      const own = [...attack.events].map((id) => dates.get(id) ?? '').sort()
      expect(own[0]).toBe(instantAt(attack.from))
      expect(own.at(-1)).toBe(instantAt(attack.to))
      expect(instantAt(attack.from) >= measuredFrom && instantAt(attack.to) <= measuredTo).toBe(true)
    }
  })

  test('change nothing of what happens beside them', () => {
    const withAttacks = corpusOf(attacked, variants)
    const without = corpusOf(attacked)
    const labelled = withAttacks.attacks.reduce((sum, { events }) => sum + events.size, 0)
    expect(withAttacks.events.length - labelled).toBe(without.events.length)
  })
})
