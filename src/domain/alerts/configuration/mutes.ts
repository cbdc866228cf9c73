// Mutes: what they may cover, for how long, and how responses show them. Pure.

import { canonicalAddress } from '../../addresses.ts'
import { isAuditType } from '../../events/audit-events.ts'
import { type AcceptedEvent, idFields } from '../../events/event.ts'
import { type Guid, parseGuid } from '../../guid.ts'
import { formatInstant, type Instant, instantAt, millisecondsOf, parseInstant } from '../../instant.ts'
import { knownFields } from '../sigma/fields.ts'
import type { FieldRole, Rule } from '../sigma/rules.ts'
import type { Mute } from './rule-configuration.ts'

/** Longest time that a mute may last. */
export const muteDaysMax = 366
const dayMs = 86_400_000

/** Reads until when a mute made at `now` lasts: a time to come, at most `muteDaysMax` ahead; undefined for any other text. */
export function muteEnd(text: string, now: Instant): Instant | undefined {
  const until = parseInstant(text)
  return until && now < until && until <= instantAt(millisecondsOf(now) + muteDaysMax * dayMs) ? until : undefined
}

/**
 * The group that a mute covers, as the rule's alerts have it: every member that the rule groups by, in its order, values in
 * lower case, addresses in their one spelling; null: all of the rule. Undefined when a member is missing, twice, or none of
 * the rule's, and when the value of an id is none: people are shown by name, but identified by id.
 */
export function groupOfMute(rule: Rule, given: Mute['group']): Mute['group'] | undefined {
  if (given === null) return null
  const roles = rule.kind === 'event' ? [] : rule.groupBy
  const values = new Map(given.map(({ name, value }) => [name, value.toLowerCase()]))
  const group = roles.flatMap((role) => {
    const { name } = role
    const value = values.get(name)
    const isPossible = value !== undefined && (!isId(name) || parseGuid(value) !== undefined)
    return isPossible ? [{ name, value: holdsAddresses(role) ? (canonicalAddress(value) ?? value) : value }] : []
  })
  const fits = given.length === roles.length && group.length === roles.length && roles.length > 0
  return fits ? group : undefined
}

const holdsAddresses = ({ name, fields }: FieldRole): boolean =>
  [name, ...fields.values()].some((field) => knownFields.get(field) === 'address')

const isId = (name: string): boolean => idFields.some((field) => field === name)

/** What of an alert decides whether a mute covers it. */
type Mutable = { readonly ruleId: Guid; readonly group: readonly { readonly name: string; readonly value: string }[] }

/** Whether any of these mutes covers an alert with these sample events: one of its rule, and of its group if it names one. */
export const isMutedBy = (mutes: readonly Mute[], alert: Mutable, samples: readonly AcceptedEvent[]): boolean =>
  mutes.some((mute) => covers(mute, alert) && !isOnOwnChange(mute, samples))

const covers = ({ ruleId, group }: Mute, alert: Mutable): boolean =>
  ruleId === alert.ruleId &&
  (group === null ||
    (group.length === alert.group.length &&
      alert.group.every(({ name, value }) => group.some((each) => each.name === name && each.value === value))))

/** Whether an alert is about changes in Keytrail by the one who made the mute: nobody silences what they do themselves. */
const isOnOwnChange = ({ mutedBy }: Mute, samples: readonly AcceptedEvent[]): boolean =>
  samples.some(({ type, actingUserId }) => isAuditType(type) && actingUserId === mutedBy)

/** A mute as responses show it. */
export const muteView = ({ id, ruleId, group, until, mutedBy, mutedAt }: Mute, title: string) => ({
  object: 'alertMute',
  id,
  ruleId,
  title,
  group,
  until: formatInstant(until),
  mutedAt: formatInstant(mutedAt),
  mutedBy,
})
