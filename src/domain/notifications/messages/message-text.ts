// What a notification says to people, before it takes a chat's form: title, text, facts and a link. Pure.
import type { AlertRecord } from '../../alerts/alert.ts'
import type { Level } from '../../alerts/sigma/rules.ts'
import { linkOf } from '../../alerts/summary-text.ts'
import type { StoredEvent } from '../../events/event.ts'
import { plainWordsOf } from '../../events/sentences.ts'
import { formatInstant, type Instant, instantAt, millisecondsOf } from '../../instant.ts'
import { groupOf } from './alert-text.ts'
import { deviceOf, lineOfEvent, sentenceOf, whoOf } from './event-words.ts'
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

type AlertContent = Extract<Content, { kind: 'alert' | 'resolved' }>

function alertText(content: AlertContent, context: MessageContext): Part {
  const { alert, latest } = content
  const { level, suppressedCount } = alert
  const templateContext = templateContextOf(alert, latest, context)
  const over = content.kind === 'resolved' ? content.endedAt : null
  const facts = [
    { name: 'Level', value: level },
    ...(alert.group.length > 0 ? [{ name: 'About', value: plain(groupOf(alert)) }] : []),
    ...(over ? [] : factsOfSamples(content)),
    { name: 'First event', value: timeOf(alert.firstEventAt) },
    { name: 'Until', value: timeOf(alert.to) },
    ...(suppressedCount > 0
      ? [{ name: 'Fired again', value: suppressedCount === 1 ? 'once' : `${suppressedCount} times` }]
      : []),
    ...(over ? [{ name: 'Over since', value: timeOf(over) }] : []),
    ...(alert.tags.length > 0 && !over ? [{ name: 'Tags', value: plain(alert.tags.join(', ')) }] : []),
  ]
  const response = alert.response && !over ? [{ title: 'What to do', lines: [plain(alert.response)] }] : []
  const lines = alert.samples.map((event, index) => sampleLine(event, content.sampleNames[index] ?? {}))
  const samples = lines.length > 0 && !over ? [{ title: 'Events', lines }] : []
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

/** Who acted in the sample events of an alert, from where, with what; and whether a critical item is among them. */
function factsOfSamples({ alert, sampleNames }: Pick<AlertContent, 'alert' | 'sampleNames'>): MessageText['facts'] {
  const severalOf = (values: readonly (string | null | undefined)[]) => [...new Set(values.filter(Boolean))].join(', ')
  const values = [
    ['Who', severalOf(alert.samples.map((event, index) => whoOf(event, sampleNames[index] ?? {})))],
    ['Address', severalOf(alert.samples.map(({ ipAddress }) => ipAddress))],
    ['Device', severalOf(alert.samples.map(deviceOf))],
    ['Critical item', sampleNames.some(({ itemCritical }) => itemCritical === true) ? 'yes' : ''],
  ] as const
  return values.flatMap(([name, value]) => (value === '' ? [] : [{ name, value: plain(value) }]))
}

function eventText(facts: EventFacts, context: MessageContext): Part {
  const { event, fields } = facts
  const who = whoOf(event, fields)
  const shown: readonly (readonly [name: string, value: unknown])[] = [
    ['Who', who],
    ['When', timeOf(event.date)],
    ['Address', event.ipAddress],
    ['Device', deviceOf(event)],
    ['Member', fields.memberName],
    ['Group', fields.groupName],
    ['Collection', fields.collectionName],
    ['Policy', fields.policyName],
    ['Item', fields.itemName],
    ['Critical item', fields.itemCritical === true ? 'yes' : null],
    ['About', event.objectName],
  ]
  const templateContext = templateContextOf(null, facts, context)
  return {
    label: 'event',
    title: plainWordsOf(event.type),
    text: plain(`${who ? `${who}: ` : ''}${sentenceOf(event, fields)}`),
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

const sampleLine = (event: StoredEvent, fields: EventFacts['fields']): string =>
  plain(`${timeOf(event.date)} ${lineOfEvent(event, fields)}`)

/** A time to the second, as people read it. */
const timeOf = (at: Instant): string => `${formatInstant(at).slice(0, 19).replace('T', ' ')} UTC`
