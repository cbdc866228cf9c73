// What integrations are to be told of a step of the evaluation: one notification for each that wants it. Pure.
import type { AlertRecord } from '../alerts/alert.ts'
import { type Instant, instantAt, millisecondsOf } from '../instant.ts'
import type { Integration } from './integration.ts'
import { type Content, type EventFacts, type Notification, notificationId } from './messages/notification.ts'
import { wantsAlert, wantsEvent, wantsResolved } from './subscriptions.ts'

/** How far back something may be dated that is still told, in milliseconds: as far as late events count. */
export const notifiableMs = 7 * 86_400_000

/** An alert, with its newest sample event where that is known. */
export type AlertNews = { readonly alert: AlertRecord; readonly latest: EventFacts | null }

/** What a step found. `seenTo` is how far it could see: nothing is told as if it came after that. */
export type News = {
  readonly raised: readonly AlertNews[]
  readonly resolved: readonly (AlertNews & { readonly endedAt: Instant })[]
  readonly events: readonly EventFacts[]
  readonly seenTo: Instant
}

/** The integrations that may be told of something; the others cost nothing. */
export const subscribersOf = (integrations: readonly Integration[]): readonly Integration[] =>
  integrations.filter(
    ({ state, subscriptions: { alerts, events } }) => state.kind === 'active' && (alerts !== null || events !== null),
  )

/**
 * Every notification, by integration. What is dated more than `tellableMs` before `now` is left out: a first look at old
 * data, or an import, is no news. A notification's `at` is the date of what it tells: so the same step made again makes the
 * same, and an integration is told in order.
 */
export function notificationsOf(integrations: readonly Integration[], news: News, now: Instant): Notification[] {
  const earliest = instantAt(millisecondsOf(now) - notifiableMs)
  const all = contentsOf(news, earliest)
  return integrations.flatMap((integration) =>
    all
      .filter(({ content }) => wants(integration, content))
      .map(({ content, date }) => ({
        id: notificationId(integration.id, content),
        at: date < news.seenTo ? date : news.seenTo,
        integrationId: integration.id,
        content,
      })),
  )
}

type NewsContent = Extract<Content, { kind: 'alert' | 'resolved' | 'event' }>

/** What there is to tell, each with the date by which it takes its turn. */
function contentsOf({ raised, resolved, events }: News, earliest: Instant) {
  const told: readonly (readonly [content: NewsContent, until: Instant, date: Instant])[] = [
    ...raised.map(({ alert, latest }) => [{ kind: 'alert', alert, latest }, alert.to, alert.from] as const),
    ...resolved.map((end) => [{ kind: 'resolved', ...end }, end.endedAt, end.endedAt] as const),
    ...events.map((facts) => [{ kind: 'event', facts }, facts.event.date, facts.event.date] as const),
  ]
  return told.filter(([, until]) => until >= earliest).map(([content, , date]) => ({ content, date }))
}

function wants(integration: Integration, content: NewsContent): boolean {
  switch (content.kind) {
    case 'alert':
      return wantsAlert(integration, content.alert)
    case 'resolved':
      return wantsResolved(integration, content.alert)
    case 'event':
      return wantsEvent(integration, content.facts.fields, content.facts.event.type)
  }
}
