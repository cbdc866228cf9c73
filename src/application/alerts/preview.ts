// Previews a rule: what it, saved or not, would have raised on the events that are stored. Nothing is stored.
import { inSlices, type Turns } from '../../concurrency/slices.ts'
import { alertView } from '../../domain/alerts/alert-view.ts'
import { type ChangedCounts, countsAfter } from '../../domain/alerts/changed-counts.ts'
import { listProblems, listWarnings } from '../../domain/alerts/configuration/list-uses.ts'
import { hoursOf, noSettings, type RuleSettings } from '../../domain/alerts/configuration/rule-configuration.ts'
import { buildEngine } from '../../domain/alerts/engine/compiled/engine.ts'
import type { Alert } from '../../domain/alerts/engine/states/alerts.ts'
import type { ExceptionConditions } from '../../domain/alerts/exceptions/conditions.ts'
import { exceptionDraft } from '../../domain/alerts/exceptions/exception.ts'
import type { AlertingHours } from '../../domain/alerts/hours/alerting-hours.ts'
import type { ValueList } from '../../domain/alerts/lists/value-list.ts'
import { previewing } from '../../domain/alerts/preview.ts'
import { asksFor, type PreviewRange, prerollOf } from '../../domain/alerts/preview-range.ts'
import {
  groupByWarnings,
  type RuleDocument,
  readRuleDocument,
  warningsFor,
} from '../../domain/alerts/rule-documents.ts'
import { asInForce, settingsProblems } from '../../domain/alerts/rules-in-force.ts'
import type { RuleProblem } from '../../domain/alerts/sigma/problems.ts'
import { recordOf } from '../../domain/alerts/summary-text.ts'
import type { StoredEvent } from '../../domain/events/event.ts'
import type { Guid } from '../../domain/guid.ts'
import { earliestInstantMs, formatInstant, instantAt, millisecondsOf } from '../../domain/instant.ts'
import type { EventQuery } from '../../domain/log/query.ts'
import type { Places } from '../../ports/alerts/places.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import type { EventStore } from '../../ports/events.ts'
import { alertContext } from './alert-context.ts'
import { ruleNamed } from './organization-rules.ts'

export type PreviewPorts = {
  /** The built-in rules. */
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: Pick<RuleConfigurations, 'configurationOf'>
  readonly store: Pick<EventStore, 'list'>
  readonly directory: DirectoryReader
  /** Absent: nothing is known of places. */
  readonly places?: Places | undefined
  readonly now: () => number
  readonly turns?: Turns
}

/** Most events of one preview, with those before its range that the rule depends on. */
export const previewEventsMax = 100_000
/** Most alerts that a preview shows; it also says how many there are. */
export const previewAlertsMax = 100

/** One less than 1,000: a store reads one more to know whether anything follows, and returns 1,000 rows at once. */
const pageEvents = 999

/**
 * A rule document, or a known rule: with the settings that are given, else as the organization has set it, and without the events of
 * `except`. Both: the document
 * in place of the custom rule of this id.
 */
type PreviewSubject = {
  readonly text?: string | undefined
  readonly ruleId?: Guid | undefined
  readonly settings?: RuleSettings | undefined
  readonly except?: ExceptionConditions | undefined
}

export type PreviewRefusal =
  | { readonly kind: 'refused'; readonly reason: 'rule-unknown' }
  | { readonly kind: 'refused'; readonly reason: 'too-many-events'; readonly counts: ChangedCounts | null }
  | { readonly kind: 'refused'; readonly reason: 'rule-invalid'; readonly problems: readonly RuleProblem[] }
  | {
      readonly kind: 'refused'
      readonly reason: 'settings-invalid'
      readonly problems: ReturnType<typeof settingsProblems>
    }

/**
 * What the rule would have raised in the range if nothing were known before the first event that is read; and for a known
 * rule, what saving the settings would do to its counts.
 */
export async function previewRule(
  ports: PreviewPorts,
  organizationId: Guid,
  subject: PreviewSubject,
  range: PreviewRange,
): Promise<{ readonly kind: 'preview'; readonly view: object } | PreviewRefusal> {
  const asked = await ruleAsked(subject, organizationId, ports)
  if (asked.kind === 'refused') return asked
  const { rule, counts } = asked
  const events = await eventsFor(rule, organizationId, range, ports.store)
  if (!events) return { kind: 'refused', reason: 'too-many-events', counts }
  return { kind: 'preview', view: { ...(await previewed(asked, organizationId, range, events, ports)), counts } }
}

/** A rule as it would be evaluated, with the alerting hours; `counts` is null for a rule document that replaces none. */
type Asked = {
  readonly kind: 'rule'
  readonly rule: RuleDocument
  readonly hours: AlertingHours
  readonly lists: readonly ValueList[]
  readonly counts: ChangedCounts | null
}

async function ruleAsked(
  { text, ruleId, settings, except }: PreviewSubject,
  organizationId: Guid,
  { builtInRules, configurations }: PreviewPorts,
): Promise<Asked | PreviewRefusal> {
  const configuration = await configurations.configurationOf(organizationId)
  const { lists } = configuration
  const hours = hoursOf(configuration)
  if (text !== undefined && ruleId === undefined) {
    const read = readRuleDocument(text, { builtIn: false })
    const problems = read.kind === 'invalid' ? read.problems : listProblems(read.rule.listUses, lists)
    if (read.kind === 'invalid' || problems.length > 0) return { kind: 'refused', reason: 'rule-invalid', problems }
    return { kind: 'rule', rule: asInForce(read.rule, configuration, noSettings), hours, lists, counts: null }
  }
  const known = await ruleNamed(builtInRules, configuration, ruleId)
  if (!known || (text !== undefined && known.builtIn)) return { kind: 'refused', reason: 'rule-unknown' }
  if (text !== undefined) {
    const read = readRuleDocument(text, { builtIn: false, id: known.id })
    const problems = read.kind === 'invalid' ? read.problems : listProblems(read.rule.listUses, lists)
    if (read.kind === 'invalid' || problems.length > 0) return { kind: 'refused', reason: 'rule-invalid', problems }
    const replaced = asInForce(read.rule, configuration)
    return {
      kind: 'rule',
      rule: replaced,
      hours,
      lists,
      counts: countsAfter(asInForce(known, configuration), replaced),
    }
  }
  const problems = settings ? settingsProblems(known.rule, settings) : []
  if (problems.length > 0) return { kind: 'refused', reason: 'settings-invalid', problems }
  // The settings in force come last: only the last ones that were asked for stay compiled.
  const exceptions = except ? [...configuration.exceptions, exceptionDraft(known.id, except)] : configuration.exceptions
  const rule = asInForce(known, { ...configuration, exceptions }, settings)
  return { kind: 'rule', rule, hours, lists, counts: countsAfter(asInForce(known, configuration), rule) }
}

/**
 * The events on which a rule's alerts in a range depend, oldest first: as far back as they are few enough, and undefined if
 * that is not far enough.
 */
async function eventsFor(
  rule: RuleDocument,
  organizationId: Guid,
  { from, to }: PreviewRange,
  store: PreviewPorts['store'],
): Promise<readonly StoredEvent[] | undefined> {
  const { leastMs, wholeMs } = prerollOf(rule)
  const before = (ms: number) => instantAt(Math.max(earliestInstantMs, millisecondsOf(from) - ms))
  const query: EventQuery = {
    log: { kind: 'organization', id: organizationId },
    from: before(wholeMs),
    to,
    filters: [],
    traits: {},
  }
  const events: StoredEvent[] = []
  let next: string | null = null
  do {
    const page = await store.list(query, pageEvents, next)
    if (!page) throw new Error('the store does not know its own cursor')
    events.push(...page.events)
    const isEnough = (events.at(-1)?.date ?? from) < before(leastMs)
    if (events.length > previewEventsMax && !isEnough) return undefined
    next = events.length > previewEventsMax ? null : page.next
  } while (next !== null)
  return events.reverse()
}

async function previewed(
  { rule: text, hours, lists }: Asked,
  organizationId: Guid,
  { from, to }: PreviewRange,
  events: readonly StoredEvent[],
  { directory, places, now, turns }: PreviewPorts,
) {
  const asksItems = asksFor(text.set, ['itemCritical'])
  const context = await alertContext(directory, organizationId, asksItems ? events : [], hours)
  const { alerts, days, counters, absentGroupFields } = await inSlices(
    previewing({ engine: buildEngine([text.set]), events, context, placeOf: places?.placeOf, from, to }),
    turns,
  )

  const shown = alerts.slice(0, previewAlertsMax)
  const samples = samplesOf(shown, events)
  const { names } = await alertContext(directory, organizationId, [...samples.values()], hours)
  const at = instantAt(now())
  const views = shown.map((alert) => {
    const found = alert.samples.flatMap(({ id }) => samples.get(id) ?? [])
    const record = recordOf({ alert, rule: text.rule, names, samples: found, muted: false })
    return alertView(organizationId, { record, acknowledged: null }, names, at, { placeOf: places?.placeOf })
  })
  return {
    object: 'alertPreview',
    start: formatInstant(from),
    end: formatInstant(to),
    events: events.filter(({ date }) => from <= date).length,
    days,
    alerts: views,
    alertsTotal: alerts.length,
    learning: counters.learning,
    warnings: [
      ...warningsFor(text, places?.hasData ?? false),
      ...listWarnings(text.listUses, lists),
      ...groupByWarnings(text, absentGroupFields),
    ],
  }
}

/** The events that alerts name as examples. */
function samplesOf(alerts: readonly Alert[], events: readonly StoredEvent[]): ReadonlyMap<Guid, StoredEvent> {
  const wanted = new Set(alerts.flatMap(({ samples }) => samples.map(({ id }) => id)))
  return new Map(events.flatMap((event) => (wanted.has(event.id) ? [[event.id, event] as const] : [])))
}
