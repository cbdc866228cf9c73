// The summary text of an alert: who did what, where, how often against what threshold; and a link to its events. One line of plain text. Pure.

import { nameUnknown } from '../events/describe.ts'
import type { StoredEvent } from '../events/event.ts'
import { actorInWords } from '../events/sentences.ts'
import { type Guid, parseGuid } from '../guid.ts'
import { millisecondsOf } from '../instant.ts'
import type { AlertRecord, GroupMember } from './alert.ts'
import { fieldTitles, labelOf, personOf, shortened, shown } from './labels.ts'
import type { Rule } from './sigma/rules.ts'
import { distinct, type Wording, whatHappened } from './what-happened.ts'

/** Longest summary, in UTF-16 units; a longer one ends with an ellipsis. */
export const summaryCharactersMax = 600

/** The alert as it is stored. Names keep their text, but for characters that would break or reverse the line. */
export function recordOf(wording: Wording): AlertRecord {
  const { alert, rule, names, samples, muted } = wording
  const { id, ruleId, from, to, firstEventAt, endsAt, count, atLeast, threshold, suppressedCount } = alert
  const group = alert.group.map(({ name, value }) => ({
    name,
    value,
    label: labelOf(fieldOf(rule, name), value, names) ?? nameInEvents(fieldOf(rule, name), value, samples),
  }))
  return {
    id,
    ruleId,
    title: rule.title,
    level: rule.level,
    tags: rule.tags.slice(0, tagsMax).map(shown),
    group,
    from,
    to,
    firstEventAt,
    endsAt,
    count,
    atLeast,
    threshold,
    suppressedCount,
    summary: shortened(summaryOf(wording, group), summaryCharactersMax),
    response: rule.response ?? null,
    samples: samples.map((event) => ({ ...event })),
    muted,
  }
}

/** Most tags of a rule that its alerts have. */
const tagsMax = 50

/** The name that events themselves have: of what an audit event is about, or of a person whom the directory does not know. */
function nameInEvents(field: string, value: string, samples: readonly StoredEvent[]): string | null {
  if (field !== 'objectId' && field !== 'objectName' && field !== 'actingUserId') return null
  // Group keys are in lower case.
  const event = samples.find((each) => each[field]?.toLowerCase() === value)
  const name = field !== 'actingUserId' ? event?.objectName : (event?.actingUserName ?? event?.actingUserEmail)
  return name === undefined ? null : shown(name) || null
}

/** The field of a group-by name: of an alias, that of the first rule over events. */
function fieldOf(rule: Rule, name: string): string {
  const role = rule.kind === 'correlation' ? rule.groupBy.find((each) => each.name === name) : undefined
  const first = rule.kind === 'correlation' ? rule.correlated[0] : undefined
  return role && first ? fieldOf(first, role.fields.get(first.id) ?? name) : name
}

/** "Dave Miller <dave@demo.test>: 14 times “Logged in” within 15 minutes (threshold 10), from 203.0.113.7 and 1 more address." */
function summaryOf(wording: Wording, group: readonly GroupMember[]): string {
  const what = whatHappened(wording)
  // "Deleted integration Pager" needs no "integration Pager" before it. A label may be cut, and end with an ellipsis.
  const isSaid = ({ value, label }: GroupMember) =>
    what.toLowerCase().includes((label ?? value).replace(/…$/, '').toLowerCase())
  const unsaid = group.filter((each) => !isThing(each.name) || !isSaid(each))
  const who = whoOf(wording, group, unsaid)
  return `${who === '' ? capitalized(what) : `${who}: ${what}`}${whereOf(wording)}${againOf(wording)}.`
}

/** Who acted, unless the group says it, and what the alert is about. */
function whoOf(wording: Wording, group: readonly GroupMember[], unsaid: readonly GroupMember[]): string {
  const { rule, samples } = wording
  const about = unsaid.map((each) => memberOf(each, fieldOf(rule, each.name), samples))
  const actors = group.some(({ name }) => actorFields.has(fieldOf(rule, name))) ? '' : actorsOf(wording)
  // Who fails to log in is also the user whom the event is about.
  return [...(actors === '' || about.some((each) => each.endsWith(actors)) ? [] : [actors]), ...about].join(', ')
}

/** Whether a group-by name is one of things that sentences name. */
const isThing = (name: string): boolean =>
  ['objectId', 'objectName', 'domainName', 'policyId', 'collectionId', 'groupId'].includes(name)

const actorFields: ReadonlySet<string> = new Set(['actingUserId', 'actingUserName', 'actingUserEmail'])

/** The people who acted in the samples: the first by name, the others by number. */
function actorsOf({ names, samples }: Wording): string {
  const acted = samples.filter(({ actingUserId }) => actingUserId !== undefined)
  const [first] = acted
  if (!first) return ''
  const more = distinct(acted.map(({ actingUserId }) => actingUserId)).length - 1
  const name = personOf(first, names, actorInWords(first.type))
  return more === 0 ? name : `${name} and ${others(more, 'person', 'people')}`
}

/** A person by name alone; anything else with what it is. */
function memberOf({ name, value, label }: GroupMember, field: string, samples: readonly StoredEvent[]): string {
  const text = label ?? (parseGuid(value) ? nameUnknown : shown(value))
  if (name === 'actingUserId' && label !== null) return text
  const isObject = field === 'objectId' || field === 'objectName'
  const title = isObject ? objectTitle(samples[0]?.type ?? 0) : fieldTitles.get(name)
  return `${title ?? name} ${text}`
}

/** What audit events from a type on are about. */
const objectTitles = [
  ['rule', 9_000],
  ['exception', 9_004],
  ['list', 9_006],
  ['alerting hours', 9_007],
  ['alert', 9_010],
  ['rule', 9_011],
  ['key', 9_020],
  ['integration', 9_030],
  ['source', 9_040],
  ['organization', 9_060],
] as const

/** What an audit event of this type is about. */
function objectTitle(type: number): string {
  const [title] = objectTitles.findLast(([, from]) => from <= type) ?? ['object']
  return title
}

/** The addresses of the samples, unless the group has one: it is mentioned already. */
function whereOf({ alert, samples }: Wording): string {
  if (alert.group.some(({ name }) => name === 'ipAddress')) return ''
  const addresses = distinct(samples.map(({ ipAddress }) => ipAddress))
  const [first] = addresses
  if (first === undefined) return ''
  const more = addresses.length > 1 ? ` and ${others(addresses.length - 1, 'address', 'addresses')}` : ''
  // The samples are the first events: later ones may have come from elsewhere. A count of points says nothing of events.
  const from = alert.count > samples.length && !alert.points ? 'first from' : 'from'
  return `, ${from} ${shown(first)}${more}`
}

/** How often a rule over single events matched again. */
function againOf({ alert, rule }: Wording): string {
  if (rule.kind !== 'event' || alert.suppressedCount === 0) return ''
  return `, and ${others(alert.suppressedCount, 'event like it', 'events like it')}`
}

const others = (count: number, one: string, several: string) => `${count} more ${count === 1 ? one : several}`

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The parameter of the page that filters by the value of each field. */
const parameters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    actingUserId: 'actingUserId',
    organizationUserId: 'memberId',
    cipherId: 'itemId',
    groupId: 'groupId',
    collectionId: 'collectionId',
    policyId: 'policyId',
    secretId: 'secretId',
    projectId: 'projectId',
    type: 'type',
    ipAddress: 'ipAddress',
    deviceType: 'device',
  }),
)

/**
 * The path of the event-log page with the range and the group of an alert: relative to the app. What the page doesn't
 * filter by is omitted, so that it shows more events rather than fewer.
 */
export function linkOf(organizationId: Guid, { group, firstEventAt, to }: AlertRecord): string {
  // Alerts are dated to the millisecond, events finer.
  const end = new Date(millisecondsOf(to) + 1).toISOString()
  const query = [
    ['start', new Date(millisecondsOf(firstEventAt)).toISOString()],
    ['end', end],
    ...group.flatMap(({ name, value }) => {
      const parameter = parameters.get(name)
      return parameter ? [[parameter, value]] : []
    }),
  ]
  const written = query.map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`)
  return `/app/organizations/${organizationId}/events?${written.join('&')}`
}
