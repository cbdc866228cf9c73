// Notifications in Slack's Block Kit, for incoming webhooks and for chat.postMessage: within Slack's limits, and no value is more than text. Pure.

import type { MessageText } from '../../messages/message-parts.ts'
import { digestTitle, lineOf, messageTextOf } from '../../messages/message-text.ts'
import { cut } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'
import { renderTemplate } from '../../messages/templates.ts'
import { stageOf } from '../../messages/threads.ts'

/** Slack's limits (docs.slack.dev/reference/block-kit/blocks): characters of a header, of a section, of one of its fields; fields of a section; blocks of a message. */
export const headerCharsMax = 150
export const sectionCharsMax = 3_000
export const fieldCharsMax = 2_000
export const fieldsMax = 10
export const blocksMax = 50
/** Most notifications in one digest, and how much of each it shows, in characters. */
export const digestMax = 40
const digestLineCharsMax = 600
/** Longest text for notifications and screen readers, in characters. */
const fallbackCharsMax = 1_000
/** Longest link that is shown: a longer one does not fit beside a text. */
const linkCharsMax = 2_000

/** Where bots post. */
const slackPostUrl = 'https://slack.com/api/chat.postMessage'

/** The colour of the stripe beside a message. */
const colours: Readonly<Record<MessageText['label'], string>> = {
  critical: '#8b0000',
  high: '#d13438',
  medium: '#ca5010',
  low: '#c19c00',
  informational: '#0078d4',
  acknowledged: '#0078d4',
  resolved: '#107c10',
  event: '#69797e',
  notice: '#ca5010',
  test: '#0078d4',
}

type Markdown = { type: 'mrkdwn'; text: string; verbatim: true }
type Plain = { type: 'plain_text'; text: string; emoji: false }
type Block =
  | { type: 'header'; text: Plain }
  | { type: 'section'; text: Markdown | Plain }
  | { type: 'section'; fields: Markdown[] }
  | { type: 'context'; elements: Markdown[] }

// Its arrays are mutable, as in Slack's own types.
/** A message as Slack takes it: a header, the rest beside a coloured stripe, and a text for notifications and screen readers. */
type SlackMessage = {
  text: string
  blocks: Block[]
  attachments: { color: string; fallback: string; blocks: Block[] }[]
  unfurl_links: false
  unfurl_media: false
}

/** Slack with its secrets in clear: an incoming webhook, or a bot and its channel. */
export type OpenSlackWebhook = { readonly kind: 'slack-webhook'; readonly url: string }
export type OpenSlackBot = { readonly kind: 'slack-bot'; readonly token: string; readonly channel: string }

/** One notification as a message, several as a digest of at most `digestMax`. */
export function slackMessage(batch: Batch, context: MessageContext): SlackMessage {
  const [first, ...others] = batch
  return others.length === 0 ? messageOf(messageTextOf(first, context), context) : digestOf(batch, context)
}

/** The request to an incoming webhook. */
export const slackWebhookRequest = (
  { url }: OpenSlackWebhook,
  batch: Batch,
  context: MessageContext,
): OutgoingRequest => jsonRequest(url, JSON.stringify(slackMessage(batch, context)))

/** The request that has a bot post in its channel, or reply there: what raises a level or opens an incident again shows in the channel as well. */
export function slackBotRequest(
  { token, channel }: OpenSlackBot,
  batch: Batch,
  context: MessageContext,
): OutgoingRequest {
  const { replyTo } = context
  const isLoud = ['continues', 'reopens'].includes(stageOf(batch[0].content) ?? '')
  const reply = replyTo === undefined ? {} : { thread_ts: replyTo, reply_broadcast: isLoud }
  const body = JSON.stringify({ channel, ...reply, ...slackMessage(batch, context) })
  return jsonRequest(slackPostUrl, body, { authorization: `Bearer ${token}` })
}

/**
 * A text for Slack where it formats nothing (`plain_text`): `&`, `<` and `>` are what makes its commands
 * (docs.slack.dev/messaging/formatting-message-text), and a zero-width space prevents `@here` and the like from being read
 * as one.
 */
const escapeCommands = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=here|channel|everyone)/gi, '@\u200B')

/**
 * A value for Slack where it formats (`mrkdwn`): also without its marks. Slack cannot escape them, and zero-width spaces
 * create some, so each is replaced by a character that looks alike: `*`, `~`, backticks, their wide forms, `_` except
 * within a word, `>` at the beginning, and the colon of an emoji's name.
 */
export const escapeSlack = (text: string): string =>
  escapeCommands(
    text
      .replace(/^(\s*)[>\uFF1E]/, '$1\u203A')
      .replace(/[*~`\uFF0A\uFF3F\uFF40]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (mark) => lookAlikes[mark] ?? mark)
      // Up to four hexadecimal digits between colons belong to a time or an address.
      .replace(/:(?=(?![\da-f]{1,4}:)[^\s:]{1,100}:)/gi, '\u2236'),
  )

const lookAlikes: Readonly<Record<string, string>> = {
  '*': '\u2217',
  _: '\u02CD',
  '~': '\u223C',
  '`': '\u02CB',
  '\uFF0A': '\uFE61',
  '\uFF3F': '\u2E0F',
  '\uFF40': '\u02CB',
}

function messageOf(message: MessageText, context: MessageContext): SlackMessage {
  const { title, facts, lists, link, linkText, footer, label } = message
  const template =
    context.template !== null && message.templateContext
      ? { text: context.template, values: message.templateContext }
      : null
  const blocks = template
    ? [section(renderTemplate(template.text, template.values, escapeSlack))]
    : [
        plainSection(escapeCommands(message.text)),
        ...chunks(facts, fieldsMax).map((some) => ({
          type: 'section' as const,
          fields: some.map(({ name, value }) =>
            markdown(`*${escapeSlack(name)}*\n${escapeSlack(value)}`, fieldCharsMax),
          ),
        })),
        ...lists.map(({ title, lines }) => section(`*${escapeSlack(title)}*\n${lines.map(escapeSlack).join('\n')}`)),
      ]
  return envelope(title, message, [
    ...blocks,
    ...linkIn(link, linkText).map(section),
    footnote(`${label.toUpperCase()} · ${footer}`),
  ])
}

function digestOf(batch: Batch, context: MessageContext): SlackMessage {
  const messages = batch.map((each) => messageTextOf(each, context))
  const worst = bySeverity.find((label) => messages.some((each) => each.label === label)) ?? 'event'
  const sections = messages.map((message) => {
    const line =
      context.template !== null && message.templateContext
        ? renderTemplate(context.template, message.templateContext, escapeSlack)
        : escapeSlack(lineOf(message))
    const shortLine = cutEscaped(line, digestLineCharsMax)
    return section([shortLine, ...linkIn(message.link, 'Look')].join(' '))
  })
  const title = digestTitle(batch)
  const footer = messages.at(-1)?.footer ?? 'Keytrail'
  return envelope(title, { label: worst, text: '' }, [...sections, footnote(footer)])
}

/** The most severe first. */
const bySeverity: readonly MessageText['label'][] = [
  'critical',
  'high',
  'medium',
  'low',
  'informational',
  'notice',
  'acknowledged',
  'resolved',
  'event',
  'test',
]

/** A message with this header, these blocks beside the coloured stripe, and a text for notifications and screen readers. */
function envelope(title: string, { label, text }: Pick<MessageText, 'label' | 'text'>, blocks: Block[]): SlackMessage {
  const fallback = cutEscaped(escapeSlack(`${title}${text ? `: ${text}` : ''}`), fallbackCharsMax) || 'Keytrail'
  const header = cutEscaped(escapeCommands(title), headerCharsMax) || 'Keytrail'
  return {
    text: fallback,
    blocks: [{ type: 'header', text: { type: 'plain_text', text: header, emoji: false } }],
    attachments: [{ color: colours[label], fallback, blocks }],
    unfurl_links: false,
    unfurl_media: false,
  }
}

/** A section in which Slack formats nothing. */
const plainSection = (text: string): Block => ({
  type: 'section',
  text: { type: 'plain_text', text: cutEscaped(text, sectionCharsMax).trim() || '—', emoji: false },
})
const section = (text: string): Block => ({ type: 'section', text: markdown(text, sectionCharsMax) })
const footnote = (text: string): Block => ({ type: 'context', elements: [markdown(escapeSlack(text), fieldCharsMax)] })

/** `verbatim`: Slack looks for no names or addresses in it. Slack requires at least one character. */
const markdown = (text: string, charsMax: number): Markdown => ({
  type: 'mrkdwn',
  verbatim: true,
  text: cutEscaped(text, charsMax).trim() || '—',
})

// No button: without an app that responds, Slack marks a pressed one as failed.
const linkIn = (link: string | null, label: string): readonly string[] => {
  const url = link && escapeCommands(link).replaceAll('|', '%7C')
  return url && url.length <= linkCharsMax ? [`<${url}|${label}>`] : []
}

/** Cuts a text for Slack without tearing an escaped character or a link. */
const cutEscaped = (text: string, charsMax: number): string => {
  if (text.length <= charsMax) return text
  return `${cut(text, charsMax)
    .slice(0, -1)
    .replace(/(?:&[a-z]{0,3}|<[^>]*)$/, '')}…`
}

const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
