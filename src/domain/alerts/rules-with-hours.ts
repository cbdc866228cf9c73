// Which rules depend on an organization's alerting hours: they count anew when the hours change, all others go on. Pure.
import { type AlertingHours, defaultHours } from './hours/alerting-hours.ts'
import { madeOnce, withEventRules } from './made-documents.ts'
import { asksFor } from './preview-range.ts'
import type { RuleDocument } from './rule-documents.ts'

/**
 * A rule as it is evaluated with these hours: if it looks at them, its rules over events say what it depends on. The same
 * object for a rule that does not look at them.
 */
export function withHours(text: RuleDocument, hours: AlertingHours): RuleDocument {
  return hoursOnce(text, hours, () => {
    const decisive = decisiveFor(text, hours)
    return decisive === undefined ? text : withEventRules(text, (rule) => ({ ...rule, hours: decisive }))
  })
}

const hoursOnce = madeOnce()

/** What of the hours decides whether events match; undefined for a rule that does not look at them, or that counts as ever in UTC. */
function decisiveFor({ set }: RuleDocument, { timeZone, workingHours, holidays }: AlertingHours): string | undefined {
  if (asksFor(set, ['offHours'])) {
    const dates = holidays.map(({ date }) => date).sort()
    return JSON.stringify([timeZone, Object.entries(workingHours).sort(), dates])
  }
  return asksFor(set, ['hourOfDay', 'weekday']) && timeZone !== defaultHours.timeZone ? timeZone : undefined
}
