// What a notification says to people, before it takes a chat's form: title, text, facts and a link. Pure.
import type { AlertRecord } from '../../alerts/alert.ts'
import type { Level } from '../../alerts/sigma/rules.ts'
import { linkOf } from '../../alerts/summary-text.ts'
import { describe } from '../../events/describe.ts'
import type { StoredEvent } from '../../events/event.ts'
import { plainWordsOf } from '../../events/sentences.ts'
import { formatInstant, type Instant, instantAt, millisecondsOf } from '../../instant.ts'
import { countOf, groupOf } from './alert-text.ts'
import type { Content, EventFacts, Notification } from './notification.ts'
import { plain } from './plain-text.ts'
import type { Batch, MessageContext } from './request.ts'
import type { TemplateContext } from './template-values.ts'

/**
 * Plain text, one line each. `label` says what kind of thing it is, as a word and by its colour. `templateContext` fills
 * templates; null if they do not apply.
 */
export type MessageText = {
  readonly label: Level | 'resolved' | 'event' | 'notice' | 'test'
  readonly title: string
  readonly text: string
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly lists: readonly { readonly title: string; readonly lines: readonly string[] }[]
  readonly link: string | null
  readonly footer: string
  readonly templateContext: TemplateContext | null
}

/** What one notification says. */
export function messageTextOf({ content, at }: Notification, context: MessageContext): MessageText {
  const footer = ['Keytrail', plain(context.organization.name ?? ''), timeOf(at)].filter(Boolean).join(' · ')
  const blank = { facts: [], lists: [], link: null, templateContext: null, footer }
  switch (content.kind) {
    case 'alert':
    case 'resolved':
      return { ...blank, ...alertText(content, context) }
    case 'event':
      return { ...blank, ...eventText(content.facts, context) }
    case 'notice': {
      const title = `Integration ${plain(content.about.name)} fails`
      const since = `Nothing has arrived there since ${timeOf(content.failingSince)}.`
      return { ...blank, label: 'notice', title, text: `${since} Last failure: ${plain(content.reason)}.` }
    }
    case 'test':
      return { ...blank, label: 'test', title: 'Test from Keytrail', text: 'This integration works.' }
  }
}

/** The title of several notifications: how many of each kind. */
export function digestTitle(batch: Batch): string {
  const of = (kind: Content['kind']) => batch.filter(({ content }) => content.kind === kind).length
  const parts = [
    ...counted(of('alert'), 'alert', 'alerts'),
    ...counted(of('resolved'), 'alert resolved', 'alerts resolved'),
    ...counted(of('event'), 'event', 'events'),
    ...counted(of('notice') + of('test'), 'notice', 'notices'),
  ]
  return parts.join(', ')
}

/** Labels that the title says already. */
const inTitle: ReadonlySet<MessageText['label']> = new Set(['resolved', 'notice', 'test'])

/** A message in one line, without its link. */
export const lineOf = ({ label, title, text }: MessageText): string =>
  `${inTitle.has(label) ? '' : `${label.toUpperCase()} · `}${title}: ${text}`

const counted = (count: number, one: string, many: string) =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]

type Part = Pick<MessageText, 'label' | 'title' | 'text'> & Partial<MessageText>

function alertText(content: Extract<Content, { kind: 'alert' | 'resolved' }>, context: MessageContext): Part {
  const { alert, latest } = content
  const { level, count, threshold, suppressedCount } = alert
  const templateContext = templateContextOf(alert, latest, context)
  const over = content.kind === 'resolved' ? content.endedAt : null
  const facts = [
    { name: 'Level', value: level },
    { name: 'Count', value: count === 0 ? '0' : `${countOf(alert)}, threshold ${threshold}` },
    ...(alert.group.length > 0 ? [{ name: 'About', value: plain(groupOf(alert)) }] : []),
    { name: 'First event', value: timeOf(alert.firstEventAt) },
    { name: 'Until', value: timeOf(alert.to) },
    ...(suppressedCount > 0 ? [{ name: 'Held back', value: String(suppressedCount) }] : []),
    ...(over ? [{ name: 'Over since', value: timeOf(over) }] : []),
  ]
  const response = alert.response && !over ? [{ title: 'What to do', lines: [plain(alert.response)] }] : []
  const samples = alert.samples.length > 0 && !over ? [{ title: 'Events', lines: alert.samples.map(sampleLine) }] : []
  const title = over ? `Resolved: ${plain(alert.title)}` : plain(alert.title)
  const label = over ? 'resolved' : level
  return {
    label,
    title,
    text: plain(alert.summary),
    facts,
    lists: [...response, ...samples],
    link: templateContext.link,
    templateContext,
  }
}

function eventText(facts: EventFacts, context: MessageContext): Part {
  const { event, fields } = facts
  const who = fields.actingUserName ?? fields.actingUserEmail ?? event.actingUserId
  const shown: readonly (readonly [name: string, value: unknown])[] = [
    ['Who', who],
    ['When', timeOf(event.date)],
    ['Address', event.ipAddress],
    ['Device', fields.deviceName],
    ['Member', fields.memberName],
    ['Group', fields.groupName],
    ['Collection', fields.collectionName],
    ['Policy', fields.policyName],
    ['Item', fields.itemName],
    ['About', event.objectName],
  ]
  const templateContext = templateContextOf(null, facts, context)
  return {
    label: 'event',
    title: plainWordsOf(event.type),
    text: plain(`${who ? `${who}: ` : ''}${describe(event)}`),
    facts: shown.flatMap(([name, value]) => (value ? [{ name, value: plain(String(value)) }] : [])),
    link: templateContext.link,
    templateContext,
  }
}

function templateContextOf(
  alert: AlertRecord | null,
  facts: EventFacts | null,
  context: MessageContext,
): TemplateContext {
  const { organization, appUrl } = context
  const path = alert ? linkOf(organization.id, alert) : facts && eventPath(facts.event, context)
  return {
    alert,
    facts,
    organizationName: organization.name,
    link: appUrl && path ? `${appUrl}${unmarked(path)}` : null,
  }
}

/** A path in which chats find nothing to format: characters that are plain in URLs but marks in chats are percent-encoded. */
const unmarked = (path: string): string =>
  path.replace(/[*_~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

/** The path of the event log's page, at the event's millisecond. */
function eventPath({ date }: StoredEvent, { organization }: MessageContext): string {
  const [start, end] = [0, 1].map((ms) => encodeURIComponent(formatInstant(instantAt(millisecondsOf(date) + ms))))
  return `/app/organizations/${organization.id}/events?start=${start}&end=${end}`
}

const sampleLine = (event: StoredEvent): string =>
  plain(`${timeOf(event.date)} ${describe(event)}${event.ipAddress ? ` (${event.ipAddress})` : ''}`)

/** A time to the second, as people read it. */
const timeOf = (at: Instant): string => `${formatInstant(at).slice(0, 19).replace('T', ' ')} UTC`
