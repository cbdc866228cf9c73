// How incidents were closed, by rule.
import { expect, test } from 'vitest'
import type { Verdict } from '../../../../src/domain/alerts/incidents/triage/triage.ts'
import { noisyRules, ruleVerdicts } from '../../../../src/domain/alerts/tuning/rule-verdicts.ts'
import { type Guid, guidOfContent } from '../../../../src/domain/guid.ts'
import { closing, triaged } from '../../../support/alerts/triage.ts'
import { alice, bob, guid, instant } from '../../../support/events.ts'

const at = instant('2026-11-20')
const [logins, exports] = [guid(1, 'e'), guid(2, 'e')]
let count = 0

/** An incident with an alert of each of these rules. */
function incident(verdict: Verdict | null, ...ruleIds: readonly Guid[]) {
  count += 1
  const listed = { level: 'low', from: at, to: at, who: null, muted: false } as const
  const alerts = ruleIds.map((ruleId, index) => {
    return { ...listed, id: guidOfContent(count, index), ruleId, title: `of ${ruleId}` }
  })
  return triaged(verdict === null ? {} : { closed: { ...closing(1), verdict } }, { alerts })
}

test('an incident counts once for each rule whose alerts it lists, and rules with most noise come first', () => {
  const incidents = [
    incident(null, logins, exports, logins),
    incident('true-positive', logins),
    incident('false-positive', exports),
    incident('expected', exports, logins),
    incident('false-positive', exports),
  ]
  const none = { truePositives: 0, falsePositives: 0, expected: 0, exceptions: [] }
  expect(ruleVerdicts(incidents, new Map())).toEqual([
    { ...none, ruleId: exports, alertTitle: `of ${exports}`, incidents: 4, open: 1, falsePositives: 2, expected: 1 },
    { ...none, ruleId: logins, alertTitle: `of ${logins}`, incidents: 3, open: 1, truePositives: 1, expected: 1 },
  ])
  expect(noisyRules(incidents)).toEqual(new Set([exports, logins]))
  expect(noisyRules(incidents.slice(0, 2))).toEqual(new Set())
})

test('an incident that another alert opened again is open', () => {
  const opened = incident('false-positive', logins)
  const again = { ...opened, record: { ...opened.record, alertCount: 2 } }
  expect(ruleVerdicts([again], new Map())).toMatchObject([{ open: 1, falsePositives: 0 }])
  expect(noisyRules([again])).toEqual(new Set())
})

test('exceptions are proposed by the sample events of the rule alone', () => {
  const [one, two] = [incident('false-positive', logins, exports), incident('expected', logins)]
  const samplesOf = new Map(
    [one, two].flatMap(({ record }) =>
      record.alerts.map(({ id, ruleId }) => [id, [{ actingUserId: ruleId === logins ? alice : bob }]] as const),
    ),
  )
  const byRule = new Map(ruleVerdicts([one, two], samplesOf).map(({ ruleId, exceptions }) => [ruleId, exceptions]))
  expect(byRule.get(logins)).toEqual([{ conditions: { actingUserIds: [alice] }, incidents: 2 }])
  expect(byRule.get(exports)).toEqual([{ conditions: { actingUserIds: [bob] }, incidents: 1 }])
})
