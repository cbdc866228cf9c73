// Exceptions in an organization's rule configuration: added and ended within its limits. Pure.
import type { AcceptedEvent } from '../../events/event.ts'
import type { Guid } from '../../guid.ts'
import type { Instant } from '../../instant.ts'
import { namesAnything } from '../exceptions/conditions.ts'
import { isNeededAt, lastsAt, type RuleException } from '../exceptions/exception.ts'
import { type ConfigurationChange, changed, hasRule, type RuleConfiguration, refused } from './rule-configuration.ts'

/** Most exceptions of an organization, and their most UTF-16 units as JSON: what their row has room for. */
export const exceptionsMax = 200
export const exceptionsCharsMax = 120_000

/**
 * Adds an exception of a rule, or of every rule. Refuses one of every rule that names hours alone, and more than
 * `exceptionsMax` that last, or than there is room for. Those that are over longest make room.
 */
export function addException(
  configuration: RuleConfiguration,
  added: RuleException,
  builtInIds: ReadonlySet<Guid>,
  auditEvent: AcceptedEvent,
): ConfigurationChange {
  const { ruleId, conditions } = added
  if (ruleId !== null && !builtInIds.has(ruleId) && !hasRule(configuration, ruleId)) return refused('rule-unknown')
  if (ruleId === null && !namesAnything(conditions)) return refused('exception-too-wide')
  const kept = configuration.exceptions.filter((each) => isNeededAt(each, auditEvent.date))
  const over = kept.filter((each) => !lastsAt(each, auditEvent.date)).sort(byEnd)
  for (;;) {
    const exceptions = [...kept, added]
    const reason = refusalOf(exceptions)
    if (!reason) return changed({ ...configuration, exceptions }, auditEvent)
    const longestOver = over.shift()
    if (!longestOver) return refused(reason)
    kept.splice(kept.indexOf(longestOver), 1)
  }
}

function refusalOf(exceptions: readonly RuleException[]) {
  if (exceptions.length > exceptionsMax) return 'too-many-exceptions'
  return JSON.stringify(exceptions).length > exceptionsCharsMax ? 'exceptions-too-long' : undefined
}

const byEnd = (one: RuleException, other: RuleException): number => ((one.until ?? '') < (other.until ?? '') ? -1 : 1)

/** Ends an exception: rules count anew what it covered. Refuses one that is over already. */
export function endException(
  configuration: RuleConfiguration,
  id: Guid,
  auditEvent: AcceptedEvent,
): ConfigurationChange {
  const known = exceptionsAt(configuration, auditEvent.date).some((each) => each.id === id)
  if (!known) return refused('exception-unknown')
  return changed(
    { ...configuration, exceptions: configuration.exceptions.filter((each) => each.id !== id) },
    auditEvent,
  )
}

/** The exceptions that last at `at`, in the order they were made. */
export const exceptionsAt = ({ exceptions }: RuleConfiguration, at: Instant): RuleException[] =>
  exceptions.filter((each) => lastsAt(each, at))
