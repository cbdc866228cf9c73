// What a change of a rule does, day by day, and whether anything is changed.
import { expect, test } from 'vitest'
import { daysOf, differs } from '../../../web/rules/change/change.ts'
import type { Preview } from '../../../web/rules/preview/preview.ts'
import type { RuleSettings } from '../../../web/rules/rule.ts'

const of = (alerts: Readonly<Record<string, number>>): Preview => ({
  events: 0,
  days: Object.entries(alerts).map(([date, count]) => ({ date, matches: 0, alerts: count })),
  alerts: [],
  alertsTotal: 0,
  learning: 0,
  warnings: [],
  counts: 'kept',
})

test('the alerts of a day are beside each other; around midnight one preview may have a day more', () => {
  const saved = of({ '2026-11-20': 2, '2026-11-21': 1 })
  const changed = of({ '2026-11-21': 0, '2026-11-22': 4 })
  expect(daysOf({ saved, changed })).toEqual([
    { date: '2026-11-21', saved: 1, changed: 0 },
    { date: '2026-11-22', saved: 0, changed: 4 },
  ])
  expect(daysOf({ saved: null, changed })).toMatchObject([{ saved: 0 }, { saved: 0 }])
})

test('settings differ if any of them does', () => {
  const unset = { enabled: null, level: null, timespan: null, repeat: null, threshold: null, sensitivity: null }
  const rule = (settings: RuleSettings) => ({ settings })
  expect(differs(rule(unset), { ...unset })).toBe(false)
  expect(differs(rule({ ...unset, threshold: 5 }), unset)).toBe(true)
  expect(differs(rule(unset), { ...unset, level: 'low' })).toBe(true)
})
