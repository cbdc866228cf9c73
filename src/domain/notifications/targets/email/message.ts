// Notifications as e-mails: plain text, and the same as simple HTML in which every value is only text. Pure.
import type { Instant } from '../../../instant.ts'
import type { OutgoingMail } from '../../messages/mail.ts'
import type { MessageText } from '../../messages/message-parts.ts'
import { messageTextOf } from '../../messages/message-text.ts'
import type { Notification } from '../../messages/notification.ts'
import { cut, plain } from '../../messages/plain-text.ts'
import type { Batch, MessageContext } from '../../messages/request.ts'
import { renderTemplate } from '../../messages/templates.ts'
import { isFollowUp, threadOf } from '../../messages/threads.ts'

/** Longest subject, text and line of a list, in UTF-16 units. */
export const subjectCharsMax = 200
const textCharsMax = 8_000
const lineCharsMax = 1_000
/** Most lines of one list. */
const linesMax = 50
/** Longest link that is shown: a longer one is omitted. */
const linkCharsMax = 2_000

/** An e-mail target with its password in clear. */
export type OpenEmail = {
  readonly kind: 'email'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly from: string
  readonly to: readonly string[]
}

/** One notification as an e-mail, for those of its recipients whom it has not reached. */
export function emailOf(
  { host, port, user, password, from, to }: OpenEmail,
  batch: Batch,
  context: MessageContext,
  now: Instant,
): OutgoingMail {
  const { recipients } = batch[0]
  return {
    method: 'MAIL',
    server: { host, port, user, password },
    from,
    to,
    recipients: recipients === undefined ? to : to.filter((each) => recipients.includes(each)),
    ...letterOf(from, batch, context),
    date: now,
  }
}

/**
 * What the e-mail of a notification says, and its id. What opens a thread has the thread's id; what follows refers to
 * it, under the same subject, so that mail programs show one conversation.
 */
export function letterOf(
  from: string,
  [notification]: Batch,
  context: MessageContext,
): Pick<OutgoingMail, 'subject' | 'text' | 'html' | 'messageId' | 'follows'> {
  const message = messageTextOf(notification, context)
  const thread = idOf(threadOf(notification), from)
  const follows = isFollowUp(notification.content)
  const content = contentOf(message, context)
  return {
    subject: subjectOf(notification, message),
    text: textOf(content),
    html: htmlOf(content),
    messageId: follows ? idOf(notification.id, from) : thread,
    follows: follows ? thread : null,
  }
}

/** An id of a message, in the domain of its sender. */
const idOf = (id: string, from: string) => `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`

/** The subject: the same for all of a thread, so an incident's has no level, which may rise. */
function subjectOf(notification: Notification, { title }: MessageText): string {
  const { content } = notification
  const subject =
    content.kind === 'incident'
      ? `Incident: ${plain(content.thread.title)}`
      : content.kind === 'alert' || content.kind === 'resolved'
        ? `${content.alert.level.toUpperCase()}: ${plain(content.alert.title)}`
        : title
  return cut(`${isFollowUp(content) ? 'Re: ' : ''}[Keytrail] ${subject}`, subjectCharsMax)
}

/** What both forms show, in order. Lines are cut; a template replaces the text and everything known. */
type Shown = Pick<MessageText, 'title' | 'facts' | 'lists' | 'link' | 'linkText' | 'footer'> & {
  readonly paragraphs: readonly string[]
}

function contentOf(message: MessageText, { template }: MessageContext): Shown {
  const { title, text, facts, lists, link, linkText, footer, templateContext } = message
  const line = (given: string) => cut(given, lineCharsMax)
  const common = {
    title: line(title),
    link: link !== null && link.length <= linkCharsMax ? link : null,
    linkText,
    footer: line(footer),
  }
  if (template !== null && templateContext) {
    const filled = cut(renderTemplate(template, templateContext, plain), textCharsMax)
    return { ...common, paragraphs: filled.split('\n').map(plain), facts: [], lists: [] }
  }
  return {
    ...common,
    paragraphs: [cut(text, textCharsMax)],
    facts: facts.map(({ name, value }) => ({ name, value: line(value) })),
    lists: lists.map((list) => ({ title: list.title, lines: list.lines.slice(0, linesMax).map(line) })),
  }
}

function textOf({ title, paragraphs, facts, lists, link, linkText, footer }: Shown): string {
  const parts = [
    title,
    paragraphs.join('\n'),
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    ...lists.map((list) => [`${list.title}:`, ...list.lines.map((each) => `- ${each}`)].join('\n')),
    ...(link === null ? [] : [`${linkText}: ${link}`]),
    `-- \n${footer}`,
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function htmlOf({ title, paragraphs, facts, lists, link, linkText, footer }: Shown): string {
  const rows = facts.map(
    ({ name, value }) => `<tr><th align="left" valign="top">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  )
  const parts = [
    `<h2>${escapeHtml(title)}</h2>`,
    `<p>${paragraphs.map(escapeHtml).join('<br>')}</p>`,
    ...(rows.length > 0 ? [`<table cellpadding="4">${rows.join('')}</table>`] : []),
    ...lists.map(
      (list) =>
        `<h3>${escapeHtml(list.title)}</h3><ul>${list.lines.map((each) => `<li>${escapeHtml(each)}</li>`).join('')}</ul>`,
    ),
    ...(link === null ? [] : [`<p><a href="${escapeHtml(link)}">${escapeHtml(linkText)}</a></p>`]),
    `<p><small>${escapeHtml(footer)}</small></p>`,
  ]
  return `<!doctype html><html lang="en"><body>\n${parts.join('\n')}\n</body></html>\n`
}

/** A value as text of HTML, in an element or in a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
