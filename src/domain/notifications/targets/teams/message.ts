// Notifications as Adaptive Cards for Microsoft Teams workflows: at most 28 KB, and no name is more than text. Pure.

import type { MessageText } from '../../messages/message-parts.ts'
import { digestTitle, lineOf, messageTextOf } from '../../messages/message-text.ts'
import type { Content } from '../../messages/notification.ts'
import { cut } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'
import { renderTemplate } from '../../messages/templates.ts'

/** Largest message that Teams takes, in bytes (learn.microsoft.com/microsoftteams/platform, "Limitations" of webhooks). */
export const teamsBytesMax = 28 * 1024
/** The version of cards that every Teams client shows (learn.microsoft.com/microsoftteams/platform/task-modules-and-cards). */
export const cardVersion = '1.4'

/** How long each text may be, in UTF-16 units: the next length is tried if the message is too large. */
const textLengths = [6_000, 2_000, 800, 300, 120, 40] as const
const linkCharsMax = 2_000
/** Most notifications of a digest. */
export const teamsDigestMax = 40

const colours = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
  informational: 'accent',
  acknowledged: 'accent',
  resolved: 'good',
  event: 'default',
  notice: 'warning',
  test: 'default',
} satisfies Readonly<Record<MessageText['label'], string>>

/** A workflow with its address in clear. */
export type OpenTeams = { readonly kind: 'teams'; readonly url: string }

/** One notification, or several in short, as a message with one card. */
export function teamsRequest({ url }: OpenTeams, batch: Batch, context: MessageContext): OutgoingRequest {
  const messages = batch.map((each) => messageTextOf(each, context))
  for (const charsMax of textLengths) {
    const body = JSON.stringify(messageOf(batch, messages, context, charsMax))
    if (Buffer.byteLength(body) <= teamsBytesMax) return jsonRequest(url, body)
  }
  return jsonRequest(url, JSON.stringify(envelope([run(digestTitle(batch), { weight: 'bolder' })], null, '')))
}

/** A value in Markdown, with every character that could be a mark escaped. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()<>#+.!|~&-]/g, '\\$&')

function messageOf(batch: Batch, messages: readonly MessageText[], context: MessageContext, charsMax: number) {
  const [message, ...others] = messages
  if (message && others.length === 0)
    return envelope(cardOf(message, context, charsMax), message.link, message.linkText)
  const lines = messages.map((each) => run(cut(lineOf(each), charsMax), { color: colours[each.label] }))
  const title = run(digestTitle(batch), { size: 'large', weight: 'bolder' })
  return envelope([title, ...lines], digestLink(batch, context), 'Look at all')
}

/** The page's list of alerts, or of incidents or events if they are all there is. */
function digestLink(batch: Batch, { appUrl, organization }: MessageContext): string | null {
  const every = (kind: Content['kind']) => batch.every(({ content }) => content.kind === kind)
  const view = every('event') ? 'events' : every('incident') ? 'incidents' : 'alerts'
  return appUrl && `${appUrl}/app/organizations/${organization.id}/${view}`
}

function cardOf(message: MessageText, context: MessageContext, charsMax: number): readonly object[] {
  const { title, text, facts, lists, footer, label, templateContext } = message
  const head = [
    run(label.toUpperCase(), { weight: 'bolder', color: colours[label] }),
    run(cut(title, Math.min(charsMax, 500)), { size: 'large', weight: 'bolder' }),
  ]
  const foot = run(cut(footer, charsMax), { size: 'small', isSubtle: true })
  if (context.template !== null && templateContext) {
    return [...head, markdown(cut(renderTemplate(context.template, templateContext, escapeMarkdown), charsMax)), foot]
  }
  return [
    ...head,
    run(cut(text, charsMax)),
    ...facts.map(({ name, value }) => pair(name, cut(value, charsMax))),
    ...lists.flatMap(({ title: name, lines }) => [
      run(name, { weight: 'bolder' }),
      ...lines.map((line) => run(cut(line, charsMax))),
    ]),
    foot,
  ]
}

/** A zero-width space prevents `{{DATE(…)}}` and `{{TIME(…)}}`, which text runs have too, from being read as functions. */
const textRun = (text: string, style: object = {}) => ({
  type: 'TextRun',
  text: text.replace(/\{(?=\{)/g, '{\u200B') || '—',
  ...style,
})

/** Text without Markdown: unlike a TextBlock, a RichTextBlock reads none. */
const run = (text: string, style: object = {}) => ({ type: 'RichTextBlock', inlines: [textRun(text, style)] })

const pair = (name: string, value: string) => ({
  type: 'RichTextBlock',
  inlines: [textRun(`${name}: `, { weight: 'bolder' }), textRun(value)],
})

/** The organization's template: Markdown, except for the values in it. */
const markdown = (text: string) => ({ type: 'TextBlock', text: text.trim() || '—', wrap: true })

const envelope = (body: readonly object[], link: string | null, linkText: string) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: cardVersion,
        msteams: { width: 'Full' },
        body,
        ...(link !== null &&
          link.length <= linkCharsMax && {
            actions: [{ type: 'Action.OpenUrl', title: linkText, url: link }],
          }),
      },
    },
  ],
})
