// Which notifications follow from a step of the evaluation: one for each integration that subscribed. Pure.
import type { AlertingHours } from '../alerts/hours/alerting-hours.ts'
import { type Instant, instantAt, millisecondsOf } from '../instant.ts'
import { type IncidentNews, isPerIncident } from './incident-news.ts'
import type { Integration } from './integration.ts'
import {
  type AlertNews,
  type Content,
  type EventFacts,
  type Notification,
  notificationId,
} from './messages/notification.ts'
import { stageOf } from './messages/threads.ts'
import { releaseOf } from './quiet-hours.ts'
import { wantsAlert, wantsEvent, wantsResolved } from './subscriptions.ts'
import type { TargetKind } from './targets/registry.ts'

/** How old something may be and still cause a notification, in milliseconds: as old as late events may be and still count. */
export const notifiableMs = 7 * 86_400_000

/** What a step found. It read what arrived from `seenFrom` to `seenTo`: no notification is dated later, unless it waits. */
export type News = {
  readonly raised: readonly AlertNews[]
  readonly resolved: readonly (AlertNews & { readonly endedAt: Instant })[]
  readonly events: readonly EventFacts[]
  readonly incidents: readonly IncidentNews[]
  readonly seenFrom: Instant
  readonly seenTo: Instant
}

/** The integrations that subscribed to something; the others cost nothing. */
export const subscribersOf = (integrations: readonly Integration[]): readonly Integration[] =>
  integrations.filter(
    ({ state, subscriptions: { alerts, events } }) => state.kind === 'active' && (alerts !== null || events !== null),
  )

/** Since when an alert must have fired last to be news. */
export const newsSince = (now: Instant): Instant => instantAt(millisecondsOf(now) - notifiableMs)

/**
 * Every notification, by integration. What is dated more than `notifiableMs` before `now` is skipped: a first read of old
 * data, or an import, is no news. A notification's `at` is the date of what it is about, so the same step makes the same
 * notifications again, and each integration gets them in order. One that waits for a digest, or for the end of quiet hours,
 * has the date at which it is released; what follows in its thread, right after it.
 */
export function notificationsOf(
  integrations: readonly Integration[],
  news: News,
  now: Instant,
  hours: AlertingHours,
): Notification[] {
  const all = contentsOf(news, newsSince(now))
  return integrations.flatMap((integration) =>
    [
      ...all.filter(({ content }) => wants(integration, content)),
      ...news.incidents.filter(({ integrationId }) => integrationId === integration.id),
    ].map(({ content, date }) => ({
      id: notificationId(integration.id, content),
      at: releasedAt(integration, content, date < news.seenTo ? date : news.seenTo, news, hours),
      integrationId: integration.id,
      content,
    })),
  )
}

/** Targets that store what they get, so that people ask them: nothing waits for them. */
const stores: readonly TargetKind[] = ['hec', 'datadog']
/** How much later what follows in a thread is released than what opens one, in milliseconds. */
const followingMs = 1

/** The date of a notification: `at`, unless it waits. What arrives late is new when it arrives. */
function releasedAt(
  { target }: Integration,
  content: NewsContent,
  at: Instant,
  { seenFrom }: News,
  hours: AlertingHours,
): Instant {
  if (content.kind === 'event' || stores.includes(target.kind)) return at
  const newMs = Math.max(millisecondsOf(at), millisecondsOf(seenFrom))
  const level = content.kind === 'incident' ? content.thread.level : content.alert.level
  const releasedMs = releaseOf(hours, level, newMs)
  if (releasedMs === newMs) return at
  return instantAt(releasedMs + (stageOf(content) === 'opens' ? 0 : followingMs))
}

type StepContent = Extract<Content, { kind: 'alert' | 'resolved' | 'event' }>
type NewsContent = StepContent | IncidentNews['content']

/** The contents of notifications, each with the date that orders it. */
function contentsOf({ raised, resolved, events }: News, earliest: Instant) {
  const all: readonly (readonly [content: StepContent, until: Instant, date: Instant])[] = [
    ...raised.map((news) => [{ kind: 'alert', ...news }, news.alert.to, news.alert.from] as const),
    ...resolved.map((end) => [{ kind: 'resolved', ...end }, end.endedAt, end.endedAt] as const),
    ...events.map((facts) => [{ kind: 'event', facts }, facts.event.date, facts.event.date] as const),
  ]
  return all.filter(([, until]) => until >= earliest).map(([content, , date]) => ({ content, date }))
}

function wants(integration: Integration, content: StepContent): boolean {
  switch (content.kind) {
    case 'alert':
      return !isPerIncident(integration) && wantsAlert(integration, content.alert)
    case 'resolved':
      return !isPerIncident(integration) && wantsResolved(integration, content.alert)
    case 'event':
      return wantsEvent(integration, content.facts.fields, content.facts.event.type)
  }
}
