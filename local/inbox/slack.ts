// A Slack incoming webhook, as far as Keytrail uses one: takes Block Kit, refuses with Slack's errors, and renders messages as Slack does. Pure.
import * as v from 'valibot'
import { prettyJson, readJson } from './json.ts'
import { mrkdwnRuns, unescaped } from './mrkdwn.ts'
import { notRendered, type Part, type Received, run, textIn } from './rendering.ts'

/** Slack's limits (docs.slack.dev/reference/block-kit/blocks): characters of a text, of a header; fields of a section; blocks; attachments. */
const textCharsMax = 3_000
const headerCharsMax = 150
const fieldsMax = 10
const blocksMax = 50
const attachmentsMax = 100
/** A message's own text is cut here (docs.slack.dev/reference/methods/chat.postMessage). */
const messageCharsMax = 40_000

const blockText = v.pipe(v.string(), v.minLength(1), v.maxLength(textCharsMax))
const Text = v.variant('type', [
  v.object({ type: v.literal('mrkdwn'), text: blockText }),
  v.object({ type: v.literal('plain_text'), text: blockText }),
])
type Text = v.InferOutput<typeof Text>

const Header = v.object({
  type: v.literal('header'),
  text: v.object({
    type: v.literal('plain_text'),
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(headerCharsMax)),
  }),
})
const Section = v.pipe(
  v.object({
    type: v.literal('section'),
    text: v.optional(Text),
    fields: v.optional(v.pipe(v.array(Text), v.minLength(1), v.maxLength(fieldsMax))),
  }),
  v.check(({ text, fields }) => text !== undefined || fields !== undefined),
)
const Context = v.object({ type: v.literal('context'), elements: v.pipe(v.array(Text), v.minLength(1)) })
const Divider = v.object({ type: v.literal('divider') })
/** Blocks that Slack has and Keytrail does not send. */
const others = [
  'actions',
  'alert',
  'card',
  'file',
  'image',
  'input',
  'markdown',
  'rich_text',
  'table',
  'video',
] as const
const Other = v.object({ type: v.picklist(others) })
const Block = v.variant('type', [Header, Section, Context, Divider, Other])

const Blocks = v.optional(v.pipe(v.array(Block), v.maxLength(blocksMax)), [])
const Attachment = v.object({
  color: v.optional(v.string(), ''),
  fallback: v.optional(v.string(), ''),
  blocks: Blocks,
})
const Message = v.object({
  text: v.pipe(
    v.optional(v.string(), ''),
    v.transform((text) => text.slice(0, messageCharsMax)),
  ),
  blocks: Blocks,
  attachments: v.optional(v.pipe(v.array(Attachment), v.maxLength(attachmentsMax)), []),
})

/** Reads a body as Slack does; a refusal has Slack's error text. */
export function receiveSlack(body: string): Received {
  const json = readJson(body)
  if (typeof json !== 'object' || json === null) return { kind: 'malformed', reason: 'invalid_payload' }
  const read = v.safeParse(Message, json)
  if (!read.success) return { kind: 'malformed', reason: refusal(String(read.issues[0].path?.[0]?.key)) }

  const { text, blocks, attachments } = read.output
  if (text === '' && blocks.length === 0 && attachments.length === 0) return { kind: 'malformed', reason: 'no_text' }
  // With blocks, the text is only for notifications and screen readers.
  const top: readonly Part[] = blocks.length > 0 ? blocks.flatMap(partsOf) : text ? [paragraph(mrkdwnRuns(text))] : []
  const boxes = attachments.map(({ color, fallback, blocks }): Part => {
    const parts = blocks.length > 0 ? blocks.flatMap(partsOf) : [paragraph([run(fallback)])]
    return { kind: 'box', colour: /^#[0-9a-f]{6}$/i.test(color) ? color : null, parts }
  })
  const title = textIn(mrkdwnRuns(text)) || titleOf(blocks)
  return { kind: 'message', rendering: { title, parts: [...top, ...boxes], raw: prettyJson(json) } }
}

const refusal = (property: string) =>
  property === 'blocks' || property === 'attachments' ? `invalid_${property}` : 'invalid_payload'

const titleOf = (blocks: readonly v.InferOutput<typeof Block>[]): string =>
  unescaped(blocks.find((block) => block.type === 'header')?.text.text ?? 'A message without a text')

function partsOf(block: v.InferOutput<typeof Block>): readonly Part[] {
  switch (block.type) {
    case 'header':
      return [{ kind: 'heading', text: unescaped(block.text.text) }]
    case 'section':
      return [
        ...(block.text ? [paragraph(runsOf(block.text))] : []),
        ...(block.fields ? [{ kind: 'grid' as const, cells: block.fields.map(runsOf) }] : []),
      ]
    case 'context':
      return block.elements.map((each) => ({ kind: 'note', runs: runsOf(each) }))
    case 'divider':
      return [{ kind: 'line' }]
    default:
      return [notRendered(`a block of type ${block.type}`)]
  }
}

const paragraph = (runs: ReturnType<typeof mrkdwnRuns>): Part => ({ kind: 'text', runs })
const runsOf = ({ type, text }: Text) => (type === 'mrkdwn' ? mrkdwnRuns(text) : [run(unescaped(text))])
