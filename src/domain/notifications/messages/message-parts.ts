// What messages of every kind are made of: their parts, times and links. Pure.
import type { AlertRecord } from '../../alerts/alert.ts'
import { offsetsOf } from '../../alerts/hours/time-zones.ts'
import type { Level } from '../../alerts/sigma/rules.ts'
import { linkOf } from '../../alerts/summary-text.ts'
import type { StoredEvent } from '../../events/event.ts'
import type { Guid } from '../../guid.ts'
import { formatInstant, type Instant, instantAt, millisecondsOf } from '../../instant.ts'
import type { EventFacts } from './notification.ts'
import type { MessageContext } from './request.ts'
import type { TemplateContext } from './template-values.ts'

/**
 * Plain text, one line each. `label` says what kind of thing it is, as a word and by its colour. `templateContext` fills
 * templates; null if they do not apply.
 */
export type MessageText = {
  readonly label: Level | 'acknowledged' | 'resolved' | 'event' | 'notice' | 'test'
  readonly title: string
  readonly text: string
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly lists: readonly { readonly title: string; readonly lines: readonly string[] }[]
  readonly link: string | null
  /** What the link leads to, as an invitation. */
  readonly linkText: string
  readonly footer: string
  readonly templateContext: TemplateContext | null
}

/** What a kind of notification says; the rest is the same for all. */
export type Part = Pick<MessageText, 'label' | 'title' | 'text'> & Partial<MessageText>

/** A time to the second, on the clocks of the organization's zone: "2026-11-20 11:04:30 Europe/Berlin". */
export function timeOf(at: Instant, { timeZone }: Pick<MessageContext, 'timeZone'>): string {
  const ms = millisecondsOf(at)
  const local = instantAt(ms + offsetsOf(timeZone)(ms))
  return `${local.slice(0, 19).replace('T', ' ')} ${timeZone}`
}

/** What fills the templates of an alert or an event, with the link to it. */
export function templateContextOf(
  alert: AlertRecord | null,
  facts: EventFacts | null,
  context: MessageContext,
): TemplateContext {
  const { organization } = context
  const path = alert ? linkOf(organization.id, alert) : facts && eventPath(facts.event, context)
  return { alert, facts, organizationName: organization.name, link: path && linkTo(path, context) }
}

/** The link to an incident; null where it is not known where the page is. */
export const incidentLink = (id: Guid, context: MessageContext): string | null =>
  linkTo(`/app/organizations/${context.organization.id}/incidents/${id}`, context)

const linkTo = (path: string, { appUrl }: MessageContext): string | null => appUrl && `${appUrl}${unmarked(path)}`

/** A path in which chats find nothing to format: characters that are plain in URLs but marks in chats are percent-encoded. */
const unmarked = (path: string): string =>
  path.replace(/[*_~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

/** The path of the event log's page, at the event's millisecond. */
function eventPath({ date }: StoredEvent, { organization }: MessageContext): string {
  const [start, end] = [0, 1].map((ms) => encodeURIComponent(formatInstant(instantAt(millisecondsOf(date) + ms))))
  return `/app/organizations/${organization.id}/events?start=${start}&end=${end}`
}
