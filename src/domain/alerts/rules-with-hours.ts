// Which rules depend on an organization's alerting hours: they count anew when the hours change, all others go on. Pure.
import { type AlertingHours, defaultHours } from './hours/alerting-hours.ts'
import { asksFor } from './preview-range.ts'
import type { RuleDocument } from './rule-documents.ts'

/**
 * A rule as it is evaluated with these hours: if it looks at them, its rules over events say what it depends on. The same
 * object for a rule that does not look at them.
 */
export function withHours(text: RuleDocument, hours: AlertingHours): RuleDocument {
  const known = madeBefore.get(text)
  if (known?.hours === hours) return known.made
  const decisive = decisiveFor(text, hours)
  const made = decisive === undefined ? text : sayingHours(text, decisive)
  madeBefore.set(text, { hours, made })
  return made
}

/** A rule with the last hours: while they stay the same, it need not be compiled again. */
const madeBefore = new WeakMap<RuleDocument, { readonly hours: AlertingHours; readonly made: RuleDocument }>()

/** What of the hours decides whether events match; undefined for a rule that does not look at them, or that counts as ever in UTC. */
function decisiveFor({ set }: RuleDocument, { timeZone, workingHours, holidays }: AlertingHours): string | undefined {
  if (asksFor(set, ['offHours'])) {
    const dates = holidays.map(({ date }) => date).sort()
    return JSON.stringify([timeZone, Object.entries(workingHours).sort(), dates])
  }
  return asksFor(set, ['hourOfDay', 'weekday']) && timeZone !== defaultHours.timeZone ? timeZone : undefined
}

function sayingHours(text: RuleDocument, hours: string): RuleDocument {
  const rules = new Map(text.set.map((rule) => [rule, rule.kind === 'event' ? { ...rule, hours } : rule]))
  const set = text.set.map((rule) => rules.get(rule) ?? rule)
  return { ...text, set, rule: rules.get(text.rule) ?? text.rule }
}
