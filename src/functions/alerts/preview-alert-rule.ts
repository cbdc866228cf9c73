// POST /organizations/{id}/alert-rules/preview: what a rule, saved or not, would have said of the events that are stored.
import type { HttpResponseInit } from '@azure/functions'
import * as v from 'valibot'
import { alertContext } from '../../application/alerts/alert-context.ts'
import { ruleNamed } from '../../application/alerts/organization-rules.ts'
import { inSlices, type Turns } from '../../concurrency/slices.ts'
import { alertView } from '../../domain/alerts/alert-view.ts'
import type { Alert } from '../../domain/alerts/engine/alerts.ts'
import { buildEngine } from '../../domain/alerts/engine/engine.ts'
import { previewing } from '../../domain/alerts/preview.ts'
import { asksFor, type PreviewRange, prerollMsOf, previewRangeOf } from '../../domain/alerts/preview-range.ts'
import { settingsFor } from '../../domain/alerts/rule-configuration.ts'
import { type RuleDocument, readRuleDocument } from '../../domain/alerts/rule-documents.ts'
import { GivenSettings, settingsErrors } from '../../domain/alerts/rule-views.ts'
import { settingsProblems, withSettings } from '../../domain/alerts/rules-in-force.ts'
import { recordOf } from '../../domain/alerts/summary-text.ts'
import type { StoredEvent } from '../../domain/events/event.ts'
import { Guid } from '../../domain/guid.ts'
import { earliestInstantMs, formatInstant, instantAt, millisecondsOf } from '../../domain/instant.ts'
import type { EventQuery } from '../../domain/log/query.ts'
import type { EventStore } from '../../ports/events.ts'
import type { RuleConfigurations } from '../../ports/rule-configurations.ts'
import { readJson } from '../http/body.ts'
import { type ManagingPorts, managing } from '../http/managing.ts'
import { isWrong, wrongParameter } from '../http/parameters.ts'
import { badRequest, failure, notFound, ok } from '../http/responses.ts'
import { invalidRule } from './alert-rules.ts'

export type PreviewPorts = ManagingPorts & {
  /** The built-in rules. */
  readonly builtInRules: readonly RuleDocument[]
  readonly configurations: Pick<RuleConfigurations, 'configurationOf'>
  readonly store: Pick<EventStore, 'list'>
  readonly turns?: Turns
}

/** Most events of one preview, with those before its range that the rule must know of. */
export const previewEventsMax = 100_000
/** Most alerts that a preview shows; it tells how many there are. */
export const previewAlertsMax = 100

/** One less than 1,000: a store reads one more to tell whether anything follows, and answers 1,000 rows at once. */
const pageEvents = 999

const PreviewRequest = v.pipe(
  v.strictObject({
    text: v.optional(v.string()),
    ruleId: v.optional(Guid),
    settings: v.optional(GivenSettings),
    start: v.optional(v.string()),
    end: v.optional(v.string()),
  }),
  v.check(({ text, ruleId }) => (text === undefined) !== (ruleId === undefined), 'has either text or ruleId'),
  v.check(({ text, settings }) => text === undefined || settings === undefined, 'has settings only beside ruleId'),
)
type PreviewRequest = v.InferOutput<typeof PreviewRequest>

/** Answers what the rule would have raised, were nothing known before the first event that is read. Nothing is stored. */
export const previewAlertRule = managing(async (request, organizationId, ports: PreviewPorts) => {
  const body = await readJson(request, PreviewRequest)
  if (body.kind === 'invalid') return body.answer
  const range = previewRangeOf(body.value.start, body.value.end, instantAt(ports.now()))
  if (isWrong(range)) return wrongParameter(range)
  const asked = await ruleAsked(body.value, organizationId, ports)
  if ('answer' in asked) return asked.answer

  const events = await eventsFor(asked.rule, organizationId, range, ports.store)
  if (!events) return failure(413, tooMany)
  return ok(await previewed(asked.rule, organizationId, range, events, ports))
})

const tooMany =
  `The range and the time before it that the rule must know of hold more than ${previewEventsMax} events. ` +
  'Choose a shorter range, or a rule with a shorter timespan.'

type Asked = { readonly rule: RuleDocument } | { readonly answer: HttpResponseInit }

/** The rule of a text, or a known one: with the settings that are given, else as the organization has set it. */
async function ruleAsked(
  { text, ruleId, settings }: PreviewRequest,
  organizationId: Guid,
  { builtInRules, configurations }: PreviewPorts,
): Promise<Asked> {
  if (text !== undefined) {
    const read = readRuleDocument(text, { builtIn: false })
    return read.kind === 'rule' ? read : { answer: invalidRule(read.problems) }
  }
  const configuration = await configurations.configurationOf(organizationId)
  const known = await ruleNamed(builtInRules, configuration, ruleId)
  if (!known) return { answer: notFound() }
  const problems = settings ? settingsProblems(known.rule, settings) : []
  if (problems.length > 0) return { answer: badRequest(settingsErrors(problems, 'settings.')) }
  return { rule: withSettings(known, settings ?? settingsFor(configuration, known.id)) }
}

/** The events that decide what a rule says of a range, oldest first; undefined when there are too many. */
async function eventsFor(
  rule: RuleDocument,
  organizationId: Guid,
  { from, to }: PreviewRange,
  store: PreviewPorts['store'],
): Promise<readonly StoredEvent[] | undefined> {
  const begin = instantAt(Math.max(earliestInstantMs, millisecondsOf(from) - prerollMsOf(rule)))
  const query: EventQuery = {
    log: { kind: 'organization', id: organizationId },
    from: begin,
    to,
    filters: [],
    traits: {},
  }
  const events: StoredEvent[] = []
  let next: string | null = null
  do {
    const page = await store.list(query, pageEvents, next)
    if (!page) throw new Error('the store does not know its own position')
    events.push(...page.events)
    if (events.length > previewEventsMax) return undefined
    next = page.next
  } while (next !== null)
  return events.reverse()
}

async function previewed(
  text: RuleDocument,
  organizationId: Guid,
  { from, to }: PreviewRange,
  events: readonly StoredEvent[],
  { directory, now, turns }: PreviewPorts,
) {
  const asksItems = asksFor(text.set, ['itemCritical'])
  const context = await alertContext(directory, organizationId, asksItems ? events : [])
  const { alerts, days, counters } = await inSlices(
    previewing({ engine: buildEngine([text.set]), events, context, from, to }),
    turns,
  )

  const shown = alerts.slice(0, previewAlertsMax)
  const samples = samplesOf(shown, events)
  const at = instantAt(now())
  const views = shown.map((alert) => {
    const found = alert.samples.flatMap(({ id }) => samples.get(id) ?? [])
    const record = recordOf({ alert, rule: text.rule, names: context.names, samples: found, muted: false })
    return alertView(organizationId, { record, acknowledged: null }, context.names, at)
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
    warnings: text.warnings,
  }
}

/** The events that alerts name as examples. */
function samplesOf(alerts: readonly Alert[], events: readonly StoredEvent[]): ReadonlyMap<Guid, StoredEvent> {
  const wanted = new Set(alerts.flatMap(({ samples }) => samples.map(({ id }) => id)))
  return new Map(events.flatMap((event) => (wanted.has(event.id) ? [[event.id, event] as const] : [])))
}
