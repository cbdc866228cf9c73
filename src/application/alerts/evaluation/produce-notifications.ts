// Makes notifications of what an evaluation finds: they are stored before its step is, and delivered after it.
import { inParallel } from '../../../concurrency/parallel.ts'
import type { AlertRecord } from '../../../domain/alerts/alert.ts'
import type { AlertingHours } from '../../../domain/alerts/hours/alerting-hours.ts'
import type { IncidentRecord } from '../../../domain/alerts/incidents/incident.ts'
import type { FieldValues } from '../../../domain/alerts/sigma/fields.ts'
import type { StoredEvent } from '../../../domain/events/event.ts'
import type { Guid } from '../../../domain/guid.ts'
import { type Instant, instantAt } from '../../../domain/instant.ts'
import { followIncidents, isPerIncident } from '../../../domain/notifications/incident-news.ts'
import type { Integration } from '../../../domain/notifications/integration.ts'
import { type EventFacts, eventFacts, namesOf } from '../../../domain/notifications/messages/notification.ts'
import { type News, newsSince, notificationsOf, subscribersOf } from '../../../domain/notifications/produce.ts'
import type { AlertReader } from '../../../ports/alerts/alerts.ts'
import type { IncidentTriage } from '../../../ports/alerts/incidents.ts'
import type { DirectoryReader } from '../../../ports/directory.ts'
import { unlessDamaged } from '../../../ports/errors.ts'
import type { Integrations } from '../../../ports/integrations.ts'
import type { Outbox } from '../../../ports/outbox.ts'
import { type DispatchPorts, dispatchDeliveries } from '../../notifications/dispatch-deliveries.ts'
import { addNotifications } from '../../notifications/producing/add-notifications.ts'
import { alertContext } from '../alert-context.ts'
import type { Findings, StepResult } from './evaluation-step.ts'

const findsAtOnce = 8

/** What evaluation needs if the app has integrations. */
export type ProducerPorts = DispatchPorts & {
  readonly integrations: Pick<Integrations, 'integrationsOf'>
  readonly outbox: Pick<Outbox, 'add'>
}

type Producing = ProducerPorts & {
  readonly organizationId: Guid
  readonly alerts: Pick<AlertReader, 'find'> & Pick<IncidentTriage, 'findTriaged'>
  readonly directory: DirectoryReader
  readonly hours: AlertingHours
  readonly now: () => number
}

/** Notifies the integrations of one organization during one run; without any, it costs one read. */
type Producer = {
  /**
   * Resolves once the notifications of a step wait durably, to its incidents with the threads of those notifications, which are
   * to be stored with the step. The same step again adds nothing.
   */
  readonly notify: (step: StepResult) => Promise<readonly IncidentRecord[]>
  /** Starts the delivery of everything that is due, from this run or an earlier one. */
  readonly dispatch: () => Promise<void>
}

/** Reads which integrations the organization's runs notify. */
export async function producer(ports: Producing): Promise<Producer> {
  const { integrations, organizationId, hours, now } = ports
  const known = await integrations.integrationsOf(organizationId)
  const subscribers = subscribersOf(known)
  return {
    notify: async (step) => {
      const { incidents = [], findings } = step
      if (subscribers.length === 0 || !findings) return incidents
      const found = await newsOf(ports, subscribers, step.alerts, findings)
      const isNews = newsSince(instantAt(now()))
      const raised = found.raised.filter(({ alert }) => alert.to >= isNews)
      const closings = await closingsOf(ports, incidents, raised)
      const followed = followIncidents(subscribers, known, incidents, raised, closings)
      const made = notificationsOf(subscribers, { ...found, incidents: followed.news }, instantAt(now()), hours)
      await addNotifications(ports, organizationId, made, now())
      return followed.incidents
    },
    dispatch: () => dispatchDeliveries(ports, organizationId, known, now()),
  }
}

/** When people closed those incidents that these alerts open again, if any integration was notified of them. */
async function closingsOf(
  { alerts, organizationId }: Producing,
  incidents: readonly IncidentRecord[],
  raised: readonly { readonly alert: AlertRecord }[],
): Promise<ReadonlyMap<Guid, Instant>> {
  const withNews = new Set(raised.map(({ alert }) => alert.incidentId))
  const asked = incidents.filter(({ id, threads }) => threads.length > 0 && withNews.has(id))
  const found = await inParallel(asked, findsAtOnce, async (record) => {
    const stored = await unlessDamaged(alerts.findTriaged(organizationId, record.id))
    const closed = stored?.triage.closed
    return closed && closed.alertCount !== record.alertCount ? [[record.id, closed.at] as const] : []
  })
  return new Map(found.flat())
}

/** What these are notified of after a step; it looks up only what some of them ask for. */
async function newsOf(
  ports: Producing,
  subscribers: readonly Integration[],
  records: readonly AlertRecord[],
  { changes, events, context, seenFrom, seenTo }: Findings,
): Promise<Omit<News, 'incidents'>> {
  const ask = (question: (subscriptions: Integration['subscriptions']) => boolean) =>
    subscribers.some(({ subscriptions }) => question(subscriptions))
  const asked = ask(({ alerts }) => alerts !== null) ? changes : []
  const isNew = new Set(asked.flatMap((change) => (change.kind === 'raised' ? [change.alert.id] : [])))
  const raised = records.filter(({ id }) => isNew.has(id))
  const asksForEnds = (each: Integration) => each.subscriptions.alerts?.resolved === true && !isPerIncident(each)
  const ends = subscribers.some(asksForEnds)
    ? changes.flatMap((change) => (change.kind === 'resolved' ? [change.resolved] : []))
    : []
  const resolved = await inParallel(ends, findsAtOnce, async ({ alertId, at: endedAt }) => {
    const alert = records.find(({ id }) => id === alertId) ?? (await recordOf(ports, alertId))
    return alert ? [{ alert, endedAt }] : []
  })

  const fields = new Map(events.map((each) => [each.event.id, each.fields]))
  const known = await knownOf(ports, [...raised, ...resolved.flat().map(({ alert }) => alert)], fields)
  return {
    raised: raised.map((alert) => ({ alert, ...known(alert) })),
    resolved: resolved.flat().map(({ alert, endedAt }) => ({ alert, ...known(alert), endedAt })),
    events: ask((subscriptions) => subscriptions.events !== null)
      ? events.map((each) => factsOf(each.event, each.fields, context))
      : [],
    seenFrom: instantAt(seenFrom),
    seenTo: instantAt(seenTo),
  }
}

/** The record of an alert; undefined if there is none, or it can't be read. */
async function recordOf({ alerts, organizationId }: Producing, alertId: Guid): Promise<AlertRecord | undefined> {
  return (await unlessDamaged(alerts.find(organizationId, alertId)))?.record
}

type Known = Pick<News['raised'][number], 'latest' | 'sampleNames'>

/** What is known of the sample events of each of these alerts, above all of the newest. */
async function knownOf(
  { directory, organizationId, hours }: Producing,
  alerts: readonly AlertRecord[],
  fields: ReadonlyMap<Guid, FieldValues>,
): Promise<(alert: AlertRecord) => Known> {
  const samples = alerts.flatMap((alert) => alert.samples)
  if (samples.length === 0) return () => ({ latest: null, sampleNames: [] })
  const context = await alertContext(directory, organizationId, samples, hours)
  return (alert) => {
    const newest = alert.samples.at(-1)
    const latest = newest ? factsOf(newest, fields.get(newest.id), context) : null
    return { latest, sampleNames: alert.samples.map((event) => namesOf(event, context)) }
  }
}

/** An event with its facts; `fields` are those it was evaluated with, which can't be found out later. */
function factsOf(event: StoredEvent, fields: FieldValues | undefined, context: Findings['context']): EventFacts {
  const facts = eventFacts(event, context)
  return fields ? { ...facts, fields: { ...fields } } : facts
}
