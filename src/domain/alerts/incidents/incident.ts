// An incident: alerts that belong together, as one record of bounded size. Pure.
import * as v from 'valibot'
import { nameUnknown } from '../../events/describe.ts'
import { Guid, guidOfContent } from '../../guid.ts'
import { Instant } from '../../instant.ts'
import type { AlertRecord } from '../alert.ts'
import { shortened } from '../labels.ts'
import { levels } from '../sigma/rules.ts'
import { type Entity, type LinkingEntity, partsOfKey } from './entities.ts'
import { IncidentThread, joinedThreads } from './threads.ts'
import type { Triaged } from './triage/triage.ts'

/** Most alerts that a record lists: those that are not muted, then the most severe, of these the earliest. */
export const alertsListedMax = 50
/** Most entities that a record lists: those that came first. */
export const entitiesListedMax = 40
/** Most items that a record has: those with the smallest ids, the same for any order. */
export const itemsListedMax = 40
/** Most ids that `recent` has. */
const recentMax = 200
/** Most ids of merged incidents that a record has: those that were merged last. */
export const mergedIdsMax = 50
/** Longest title of a listed alert, in UTF-16 units. */
const titleCharsMax = 64

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Level = v.picklist(levels)

/** An alert as its incident lists it; `who` is the key of its first entity, `muted` whether a mute covered it when it was last written. */
const ListedAlert = v.object({
  id: Guid,
  ruleId: Guid,
  title: v.string(),
  level: Level,
  from: Instant,
  to: Instant,
  who: v.nullable(v.string()),
  muted: v.optional(v.boolean(), false),
})
type ListedAlert = v.InferOutput<typeof ListedAlert>

/**
 * Alerts that belong together. It spans its alerts, from the first `from` to the last `to`, and has the level of the
 * most severe that was not muted; `muted` says that all were, and then it has the level of the most severe. `begunAt` is when it began as first stored: its place in lists, which never changes. `mergedInto` is the
 * incident that it turned out to be a part of; then that one lists the alerts, and has the id in `mergedIds`. `recent` has the last digits of the ids of
 * alerts and incidents that were added last: a step of evaluation that was cut short and is made again adds none twice.
 * `items` are those of sample events. `threads`: which integrations were notified of it; none in those that an earlier version stored.
 */
export const IncidentRecord = v.object({
  id: Guid,
  begunAt: Instant,
  from: Instant,
  to: Instant,
  level: Level,
  title: v.string(),
  alertCount: whole,
  alerts: v.array(ListedAlert),
  entities: v.array(v.object({ key: v.string(), label: v.nullable(v.string()) })),
  items: v.optional(v.array(Guid), []),
  muted: v.optional(v.boolean(), false),
  mergedInto: v.nullable(Guid),
  mergedIds: v.optional(v.array(Guid), []),
  recent: v.array(v.string()),
  threads: v.optional(v.array(IncidentThread), []),
})
export type IncidentRecord = Readonly<v.InferOutput<typeof IncidentRecord>>

/** An incident, and what people did to it. */
export type TriagedIncident = Triaged<IncidentRecord>

/** The id of the incident that begins with this alert. */
export const incidentIdOf = (alertId: Guid): Guid => guidOfContent('incident', alertId)

/** An alert to group: as it is stored, with its entities. */
export type GroupedAlert = {
  readonly record: Pick<AlertRecord, 'id' | 'ruleId' | 'title' | 'level' | 'from' | 'to' | 'muted'>
  readonly entities: readonly LinkingEntity[]
  /** The items of its sample events. */
  readonly items: readonly Guid[]
  /** The incident that the stored alert belongs to; undefined for an alert that is new. */
  readonly incidentId: Guid | undefined
}

/** The last digits of an id: enough to tell those of one incident apart. */
const shortId = (id: Guid): string => id.slice(-12)

/** What goes into an incident: alerts that are new or have changed, and incidents that it turned out to include. */
type Additions = { readonly alerts: readonly GroupedAlert[]; readonly merged: readonly IncidentRecord[] }

/**
 * The incident `id` with these alerts and incidents added to `known`, if it is known; the same again adds nothing.
 * `isCounted` says of which alerts an incident that is stored has counted them.
 */
export function incidentWith(
  id: Guid,
  known: IncidentRecord | undefined,
  { alerts, merged }: Additions,
  isCounted: (alert: GroupedAlert) => boolean,
): IncidentRecord {
  const parts = [...(known ? [known] : []), ...merged]
  const recent = new Set(parts.flatMap((part) => part.recent))
  const newAlerts = alerts.filter((alert) => !isCounted(alert) && !recent.has(shortId(alert.record.id)))
  // A part that another one has added already counts there.
  const newParts = merged.filter((part) => !recent.has(shortId(part.id)))
  for (const part of newParts) recent.add(shortId(part.id))
  for (const { record } of newAlerts) recent.add(shortId(record.id))
  const listed = listedAlerts([...parts.flatMap((part) => part.alerts), ...alerts.map(listedOf)])
  const entities = listedEntities([
    ...parts.flatMap((part) => part.entities),
    ...alerts.flatMap((alert) => alert.entities),
  ])
  const spans = [...parts, ...alerts.map(({ record }) => record)]
  const heard = spans.filter(({ muted }) => !muted)
  const from = spans.map((each) => each.from).reduce(earlier)
  return {
    id,
    begunAt: known?.begunAt ?? from,
    from,
    to: spans.map((each) => each.to).reduce(later),
    level: (heard.length > 0 ? heard : spans).map((each) => each.level).reduce(graver),
    title: titleOf(listed, entities),
    alertCount: (known?.alertCount ?? 0) + newAlerts.length + sum(newParts.map(({ alertCount }) => alertCount)),
    alerts: listed,
    entities,
    items: listedItems([...parts, ...alerts].flatMap((each) => each.items)),
    muted: heard.length === 0,
    mergedInto: null,
    mergedIds: mergedIdsOf(known, newParts),
    recent: [...recent].slice(-recentMax),
    threads: joinedThreads(parts.map((part) => part.threads)),
  }
}

/** What stays of an incident that turned out to be a part of another. */
export const mergedRecord = (record: IncidentRecord, mergedInto: Guid): IncidentRecord => ({
  ...record,
  alerts: [],
  entities: [],
  items: [],
  mergedInto,
  mergedIds: [],
})

/** The ids of a known incident's parts, then of those that are merged into it now, each with its own parts before it. */
function mergedIdsOf(known: IncidentRecord | undefined, newParts: readonly IncidentRecord[]): Guid[] {
  const added = newParts.flatMap(({ id, mergedIds }) => [...mergedIds, id])
  return [...new Set([...(known?.mergedIds ?? []), ...added])].slice(-mergedIdsMax)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
const earlier = (one: Instant, other: Instant): Instant => (one < other ? one : other)
const later = (one: Instant, other: Instant): Instant => (one > other ? one : other)
const rankOf = (level: (typeof levels)[number]): number => levels.indexOf(level)
const graver = <L extends (typeof levels)[number]>(one: L, other: L): L => (rankOf(one) < rankOf(other) ? other : one)

const listedOf = ({ record, entities }: GroupedAlert): ListedAlert => ({
  id: record.id,
  ruleId: record.ruleId,
  title: shortened(record.title, titleCharsMax),
  level: record.level,
  from: record.from,
  to: record.to,
  who: entities[0]?.key ?? null,
  muted: record.muted,
})

/** Each alert once, as it is last in the list. */
function listedAlerts(alerts: readonly ListedAlert[]): ListedAlert[] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]))
  return [...byId.values()].sort(bySeverity).slice(0, alertsListedMax)
}

const bySeverity = (one: ListedAlert, other: ListedAlert): number =>
  Number(one.muted) - Number(other.muted) || rankOf(other.level) - rankOf(one.level) || (key(one) < key(other) ? -1 : 1)
const key = ({ from, id }: ListedAlert): string => from + id

/** Each entity once, with a name if one is known. */
function listedEntities(entities: readonly Entity[]): Entity[] {
  const byKey = new Map<string, string | null>()
  for (const { key, label } of entities) {
    if (byKey.size < entitiesListedMax || byKey.has(key)) byKey.set(key, byKey.get(key) ?? label)
  }
  return [...byKey].map(([key, label]) => ({ key, label }))
}

/** Each item once. */
const listedItems = (ids: readonly Guid[]): Guid[] => [...new Set(ids)].sort().slice(0, itemsListedMax)

/** "Failed logins, then a login: Dave Miller and 2 more people": the first of the listed alerts, and whom all are about. */
function titleOf([first]: readonly ListedAlert[], entities: readonly Entity[]): string {
  if (!first) return ''
  const who = entities.find(({ key }) => key === first.who) ?? entities[0]
  if (!who) return first.title
  const others = entities.filter((each) => each !== who && isPerson(each)).length
  const more = entities.length === entitiesListedMax && others > 0 ? 'many more people' : peopleInWords(others)
  return `${first.title}: ${wordsOf(who)}${more === '' ? '' : ` and ${more}`}`
}

const isPerson = ({ key }: Entity): boolean => ['person', 'member'].includes(partsOfKey(key).kind)

function peopleInWords(count: number): string {
  if (count === 0) return ''
  return count === 1 ? '1 more person' : `${count} more people`
}

function wordsOf({ key, label }: Entity): string {
  const { kind, value } = partsOfKey(key)
  if (kind === 'address') return `address ${value}`
  return label ?? `${kind === 'machine' ? 'machine account' : 'user'} ${nameUnknown}`
}
