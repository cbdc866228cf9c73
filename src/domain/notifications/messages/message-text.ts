// What a notification says to people, before it takes a chat's form: title, text, facts and a link. Pure.
import { plainWordsOf } from '../../events/sentences.ts'
import { alertPart, incidentPart } from './alert-message.ts'
import { deviceOf, sentenceOf, whoOf } from './event-words.ts'
import { type MessageText, type Part, templateContextOf, timeOf } from './message-parts.ts'
import type { Content, EventFacts, Notification } from './notification.ts'
import { plain } from './plain-text.ts'
import type { Batch, MessageContext } from './request.ts'
import { stageOf } from './threads.ts'

/** What one notification says. */
export function messageTextOf({ content, at }: Notification, context: MessageContext): MessageText {
  const footer = ['Keytrail', plain(context.organization.name ?? ''), timeOf(at, context)].filter(Boolean).join(' · ')
  const blank = { facts: [], lists: [], link: null, linkText: 'Look at the log', templateContext: null, footer }
  return { ...blank, ...partOf(content, context) }
}

function partOf(content: Content, context: MessageContext): Part {
  switch (content.kind) {
    case 'alert':
    case 'resolved':
      return alertPart(content, context)
    case 'incident':
      return incidentPart(content, context)
    case 'event':
      return eventText(content.facts, context)
    case 'notice': {
      const title = `Integration ${plain(content.about.name)} fails`
      const since = `Nothing has arrived there since ${timeOf(content.failingSince, context)}.`
      return { label: 'notice', title, text: `${since} Last failure: ${plain(content.reason)}.` }
    }
    case 'test':
      return { label: 'test', title: 'Test from Keytrail', text: 'This integration works.' }
  }
}

/** The title of several notifications: how many of each kind. */
export function digestTitle(batch: Batch): string {
  const of = (kind: Content['kind']) => batch.filter(({ content }) => content.kind === kind).length
  const opened = batch.filter(({ content }) => content.kind === 'incident' && stageOf(content) === 'opens').length
  const parts = [
    ...counted(opened, 'incident', 'incidents'),
    ...counted(of('incident') - opened, 'update of an incident', 'updates of incidents'),
    ...counted(of('alert'), 'alert', 'alerts'),
    ...counted(of('resolved'), 'alert resolved', 'alerts resolved'),
    ...counted(of('event'), 'event', 'events'),
    ...counted(of('notice') + of('test'), 'notice', 'notices'),
  ]
  return parts.join(', ')
}

/** Labels that the title says already. */
const inTitle: ReadonlySet<MessageText['label']> = new Set(['acknowledged', 'resolved', 'notice', 'test'])

/** A message in one line, without its link. */
export const lineOf = ({ label, title, text }: MessageText): string =>
  `${inTitle.has(label) ? '' : `${label.toUpperCase()} · `}${title}: ${text}`

const counted = (count: number, one: string, many: string) =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]

function eventText(facts: EventFacts, context: MessageContext): Part {
  const { event, fields } = facts
  const who = whoOf(event, fields)
  const shown: readonly (readonly [name: string, value: unknown])[] = [
    ['Who', who],
    ['When', timeOf(event.date, context)],
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
