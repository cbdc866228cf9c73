// Notifications in Slack's Block Kit, for incoming webhooks and for chat.postMessage: within Slack's limits, and no value is more than text. Pure.

import { digestTitle, lineOf, type MessageText, messageTextOf } from '../../messages/message-text.ts'
import { cut } from '../../messages/plain-text.ts'
import { type Batch, jsonRequest, type MessageContext, type OutgoingRequest } from '../../messages/request.ts'
import { renderTemplate } from '../../messages/templates.ts'

/** Slack's limits (docs.slack.dev/reference/block-kit/blocks): characters of a header, of a section, of one of its fields; fields of a section; blocks of a message. */
export const headerCharsMax = 150
export const sectionCharsMax = 3_000
export const fieldCharsMax = 2_000
export const fieldsMax = 10
export const blocksMax = 50
/** Most notifications in one digest, and how much of each it shows, in characters. */
export const digestMax = 40
const digestLineCharsMax = 600
/** How much of the text that stands in for the blocks, in characters. */
const fallbackCharsMax = 1_000
/** Longest link that is shown: a longer one can't be whole beside a text. */
const linkCharsMax = 2_000

/** Where bots post. */
export const slackPostUrl = 'https://slack.com/api/chat.postMessage'

/** The colour of the bar beside a message. */
const colours: Readonly<Record<MessageText['label'], string>> = {
  critical: '#8b0000',
  high: '#d13438',
  medium: '#ca5010',
  low: '#c19c00',
  informational: '#0078d4',
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

// Arrays are not readonly here, so that Slack's own types fit.
/** A message as Slack takes it: what it is about, the rest beside a coloured bar, and a text in place of both. */
export type SlackMessage = {
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
export function slackMessage(batch: Batch, about: MessageContext): SlackMessage {
  const [first, ...others] = batch
  return others.length === 0 ? messageOf(messageTextOf(first, about), about) : digestOf(batch, about)
}

/** The request to an incoming webhook. */
export const slackWebhookRequest = (
  { url }: OpenSlackWebhook,
  batch: Batch,
  context: MessageContext,
): OutgoingRequest => jsonRequest(url, JSON.stringify(slackMessage(batch, context)))

/** The request that has a bot post in its channel. */
export function slackBotRequest(
  { token, channel }: OpenSlackBot,
  batch: Batch,
  context: MessageContext,
): OutgoingRequest {
  const body = JSON.stringify({ channel, ...slackMessage(batch, context) })
  return jsonRequest(slackPostUrl, body, { authorization: `Bearer ${token}` })
}

/**
 * A text for Slack where it formats nothing (`plain_text`): `&`, `<` and `>` are what makes its commands
 * (docs.slack.dev/messaging/formatting-message-text), and a blank without width keeps `@here` and its like from being read
 * as one.
 */
export const escapeCommands = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=here|channel|everyone)/gi, '@\u200B')

/**
 * A value for Slack where it formats (`mrkdwn`): also without its marks. Slack has no way to escape them, and blanks
 * without width make some, so a character that looks alike takes the place of each: of `*`, `~`, backticks, their wide
 * forms, `_` but within a word, `>` at the beginning, and the colon of an emoji's name.
 */
export const escapeSlack = (text: string): string =>
  escapeCommands(
    text
      .replace(/^(\s*)[>\uFF1E]/, '$1\u203A')
      .replace(/[*~`\uFF0A\uFF3F\uFF40]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (mark) => lookAlikes[mark] ?? mark)
      // Up to four hexadecimal digits between colons are a part of a time or of an address.
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

function messageOf(story: MessageText, about: MessageContext): SlackMessage {
  const { title, facts, lists, link, footer, label } = story
  const template =
    about.template !== null && story.templateContext ? { text: about.template, told: story.templateContext } : null
  const blocks = template
    ? [section(renderTemplate(template.text, template.told, escapeSlack))]
    : [
        words(escapeCommands(story.text)),
        ...chunks(facts, fieldsMax).map((some) => ({
          type: 'section' as const,
          fields: some.map(({ name, value }) =>
            markdown(`*${escapeSlack(name)}*\n${escapeSlack(value)}`, fieldCharsMax),
          ),
        })),
        ...lists.map(({ title, lines }) => section(`*${escapeSlack(title)}*\n${lines.map(escapeSlack).join('\n')}`)),
      ]
  return envelope(title, story, [
    ...blocks,
    ...linkIn(link, 'Look at the log').map(section),
    context(`${label.toUpperCase()} · ${footer}`),
  ])
}

function digestOf(batch: Batch, about: MessageContext): SlackMessage {
  const stories = batch.map((each) => messageTextOf(each, about))
  const worst = order.find((label) => stories.some((each) => each.label === label)) ?? 'event'
  const sections = stories.map((story) => {
    const told =
      about.template !== null && story.templateContext
        ? renderTemplate(about.template, story.templateContext, escapeSlack)
        : escapeSlack(lineOf(story))
    const line = cutEscaped(told, digestLineCharsMax)
    return section([line, ...linkIn(story.link, 'Look')].join(' '))
  })
  const title = digestTitle(batch)
  const footer = stories.at(-1)?.footer ?? 'Keytrail'
  return envelope(title, { label: worst, text: '' }, [...sections, context(footer)])
}

/** The most pressing first. */
const order: readonly MessageText['label'][] = [
  ...(['critical', 'high', 'medium', 'low', 'informational', 'notice', 'resolved', 'event', 'test'] as const),
]

/** A header, the rest beside a coloured bar, and the text for notifications and screen readers. */
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
const words = (text: string): Block => ({
  type: 'section',
  text: { type: 'plain_text', text: cutEscaped(text, sectionCharsMax).trim() || '—', emoji: false },
})
const section = (text: string): Block => ({ type: 'section', text: markdown(text, sectionCharsMax) })
const context = (text: string): Block => ({ type: 'context', elements: [markdown(escapeSlack(text), fieldCharsMax)] })

/** `verbatim`: Slack looks for no names or addresses in it. A text has one character at least. */
const markdown = (text: string, charsMax: number): Markdown => ({
  type: 'mrkdwn',
  verbatim: true,
  text: cutEscaped(text, charsMax).trim() || '—',
})

// No button: without an app that answers it, Slack marks one that was pressed as failed.
const linkIn = (link: string | null, label: string): readonly string[] => {
  const url = link && escapeCommands(link).replaceAll('|', '%7C')
  return url && url.length <= linkCharsMax ? [`<${url}|${label}>`] : []
}

/** Cuts a text for Slack where neither an escaped character nor a link is torn. */
const cutEscaped = (text: string, charsMax: number): string => {
  if (text.length <= charsMax) return text
  return `${cut(text, charsMax)
    .slice(0, -1)
    .replace(/(?:&[a-z]{0,3}|<[^>]*)$/, '')}…`
}

const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
