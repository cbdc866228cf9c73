// /organizations/{id}/alert-rules/verdicts: which rules were right, and what would have silenced the others.
import { describe, expect, test } from 'vitest'
import type { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import { actOn } from '../../../src/domain/alerts/incidents/triage/actions.ts'
import type { Verdict } from '../../../src/domain/alerts/incidents/triage/triage.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { listRuleVerdicts } from '../../../src/functions/alerts/rule-verdicts.ts'
import { alertPorts, alertRecord, began, exportRule, loginsRule } from '../../support/alerts/alerts.ts'
import { triaged } from '../../support/alerts/triage.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, event, guid } from '../../support/events.ts'
import { strangers } from '../../support/people.ts'

const deletedRule = guid(9, 'f')
const by = (actingUserId: typeof alice) => ({ samples: [event({ type: 1602, actingUserId, cipherId: undefined })] })

async function verdictRoutes() {
  const made = await alertPorts()
  const { ports } = made
  const { alerts } = ports
  return {
    ...made,
    /** Stores an incident of these alerts, and closes it. */
    closed: async (verdict: Verdict | null, records: readonly AlertRecord[]) => {
      const from = records[0]?.from ?? instantAt(began)
      const listed = records.map(({ id, ruleId, title, level, to }) => ({
        id,
        ruleId,
        title,
        level,
        from,
        to,
        who: null,
        muted: false,
      }))
      const id = guidOfContent('incident', records[0]?.id ?? '')
      const { record } = triaged({}, { id, begunAt: from, from, alerts: listed, alertCount: records.length })
      const step = { checkpoint: null, metadata: '', entries: [], alerts: records, incidents: [record] }
      await alerts.commit(acme, await alerts.progressOf(acme), step)
      if (verdict === null) return
      const action = { kind: 'close', verdict, reason: '' } as const
      await alerts.changeTriage(acme, id, (found) => actOn(found, action, { by: bob, at: instantAt(began) }))
    },
    list: (token?: string) =>
      call(listRuleVerdicts(ports), { params: { id: acme }, ...(token !== undefined && { token }) }),
  }
}

describe('an owner or admin', () => {
  test('sees for each rule how its incidents of the last 30 days were closed, and exceptions to make', async () => {
    const { closed, list } = await verdictRoutes()
    await closed('false-positive', [alertRecord(5, { ruleId: exportRule, ...by(bob) }), alertRecord(4)])
    await closed('expected', [alertRecord(3, { ruleId: exportRule, ...by(bob) })])
    await closed('true-positive', [alertRecord(2, { ruleId: exportRule, ...by(alice) })])
    await closed(null, [alertRecord(1, { ruleId: deletedRule, title: 'Deleted since' })])
    await closed('false-positive', [alertRecord(31 * 24, { ruleId: exportRule })])
    const { status, json } = await list('alice')
    expect(status).toBe(200)
    const none = { open: 0, truePositives: 0, falsePositives: 0, expected: 0, exceptions: [] }
    expect(json).toEqual({
      object: 'list',
      data: [
        {
          ...none,
          ruleId: exportRule,
          title: 'Vault exported',
          incidents: 3,
          truePositives: 1,
          falsePositives: 1,
          expected: 1,
          exceptions: [{ conditions: { actingUserIds: [bob] }, incidents: 2 }],
        },
        {
          ...none,
          ruleId: loginsRule,
          title: 'Many failed logins',
          incidents: 1,
          falsePositives: 1,
          exceptions: [{ conditions: { actingUserIds: [alice] }, incidents: 1 }],
        },
        { ...none, ruleId: deletedRule, title: 'Deleted since', incidents: 1, open: 1 },
      ],
      isPartial: false,
    })
  })

  test('sees nothing without incidents, and that there were more than are read', async () => {
    const { closed, list } = await verdictRoutes()
    expect((await list('bob')).json).toEqual({ object: 'list', data: [], isPartial: false })
    const records = Array.from({ length: 301 }, (_, hours) => alertRecord(hours))
    await closed('false-positive', records)
    expect((await list('bob')).json).toMatchObject({ data: [{ incidents: 1, falsePositives: 1 }], isPartial: true })
  })

  test('is proposed nothing for a rule that there is no more', async () => {
    const { closed, list } = await verdictRoutes()
    await closed('false-positive', [alertRecord(1, { ruleId: deletedRule })])
    expect((await list('alice')).json).toMatchObject({ data: [{ falsePositives: 1, exceptions: [] }] })
  })
})

test.each(strangers)('anybody else sees nothing: %s', async (_, token, status) => {
  const { closed, list } = await verdictRoutes()
  await closed('false-positive', [alertRecord(1)])
  const response = await list(token)
  expect(response.status).toBe(status)
  expect(response.text).not.toContain('Many failed logins')
})
