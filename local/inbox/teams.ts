// A Teams workflow that posts cards, as far as Keytrail uses one: takes the envelope with an Adaptive Card, and renders it as Teams does. Pure.
import * as v from 'valibot'
import { prettyJson, readJson } from './json.ts'
import { markdownRuns } from './markdown.ts'
import { type Link, notRendered, type Part, type Received, run, type Style, textIn, webUrl } from './rendering.ts'

/** Words of a closed list, in either case; anything else is skipped, as in Teams. */
const oneOf = <const T extends string>(...words: readonly T[]) =>
  v.fallback(v.optional(v.pipe(v.string(), v.toLowerCase(), v.picklist(words))), undefined)

const styled = {
  size: oneOf('small', 'large', 'extralarge'),
  weight: oneOf('bolder'),
  color: oneOf('accent', 'good', 'warning', 'attention'),
  isSubtle: v.optional(v.boolean(), false),
  italic: v.optional(v.boolean(), false),
  strikethrough: v.optional(v.boolean(), false),
}
const TextRun = v.object({ type: v.literal('TextRun'), text: v.string(), ...styled })
const Action = v.object({
  type: v.pipe(v.string(), v.startsWith('Action.')),
  title: v.string(),
  url: v.optional(v.string(), ''),
})

const separator = v.optional(v.boolean(), false)
const TextBlock = v.object({ type: v.literal('TextBlock'), separator, text: v.string(), ...styled })
const RichTextBlock = v.object({
  type: v.literal('RichTextBlock'),
  separator,
  inlines: v.array(v.union([v.string(), TextRun])),
})
const FactSet = v.object({
  type: v.literal('FactSet'),
  separator,
  facts: v.array(v.object({ title: v.string(), value: v.string() })),
})
const ActionSet = v.object({ type: v.literal('ActionSet'), separator, actions: v.array(Action) })

type Container = { type: 'Container'; separator: boolean; items: Element[] }
type ColumnSet = { type: 'ColumnSet'; separator: boolean; columns: { items: Element[] }[] }
type Other = { type: 'other'; separator: boolean; name: string }
type Element =
  | v.InferOutput<typeof TextBlock | typeof RichTextBlock | typeof FactSet | typeof ActionSet>
  | Container
  | ColumnSet
  | Other

const items = v.optional(v.array(v.lazy((): v.GenericSchema<unknown, Element> => Element)), [])
const known = ['TextBlock', 'RichTextBlock', 'FactSet', 'ActionSet', 'Container', 'ColumnSet']
/** Elements of cards that Keytrail does not send. */
const Other = v.pipe(
  v.object({
    type: v.pipe(
      v.string(),
      v.check((type) => !known.includes(type)),
    ),
    separator,
  }),
  v.transform(({ type, separator }): Other => ({ type: 'other', separator, name: type })),
)
const Element = v.union([
  v.variant('type', [
    TextBlock,
    RichTextBlock,
    FactSet,
    ActionSet,
    v.object({ type: v.literal('Container'), separator, items }),
    v.object({ type: v.literal('ColumnSet'), separator, columns: v.array(v.object({ items })) }),
  ]),
  Other,
])

const Envelope = v.object({
  type: v.literal('message'),
  attachments: v.pipe(
    v.array(
      v.object({
        contentType: v.literal('application/vnd.microsoft.card.adaptive'),
        content: v.object({
          type: v.literal('AdaptiveCard'),
          body: v.array(Element),
          actions: v.optional(v.array(Action), []),
        }),
      }),
    ),
    v.minLength(1),
  ),
})

/** Reads a body as a workflow does. */
export function receiveTeams(body: string): Received {
  const json = readJson(body)
  const read = v.safeParse(Envelope, json)
  if (!read.success) return { kind: 'malformed', reason: 'this is no message with an Adaptive Card' }
  const cards = read.output.attachments.map(({ content }) => content)
  const parts = cards.map(
    (card): Part => ({ kind: 'box', colour: null, parts: [...card.body.flatMap(rendered), ...linksOf(card.actions)] }),
  )
  const title = cards
    .flatMap((card) => card.body.flatMap(textsOf))
    .slice(0, 2)
    .join(': ')
  return { kind: 'message', rendering: { title: title || 'A card without text', parts, raw: prettyJson(json) } }
}

const rendered = (element: Element): readonly Part[] => [
  ...(element.separator ? [{ kind: 'line' as const }] : []),
  ...partsOf(element),
]

function partsOf(element: Element): readonly Part[] {
  switch (element.type) {
    case 'TextBlock':
      return [{ kind: 'text', runs: markdownRuns(element.text, stylesOf(element)) }]
    case 'RichTextBlock':
      return [
        {
          kind: 'text',
          runs: element.inlines.map((each) => (typeof each === 'string' ? run(each) : run(each.text, stylesOf(each)))),
        },
      ]
    case 'FactSet':
      return [
        { kind: 'facts', facts: element.facts.map(({ title, value }) => ({ name: title, runs: markdownRuns(value) })) },
      ]
    case 'ActionSet':
      return linksOf(element.actions)
    case 'Container':
      return element.items.flatMap(rendered)
    case 'ColumnSet':
      return [{ kind: 'columns', columns: element.columns.map((column) => column.items.flatMap(rendered)) }]
    case 'other':
      return [notRendered(`an element of type ${element.name}`)]
  }
}

/** Actions: those that open a page are links, the others only titles. */
function linksOf(actions: readonly v.InferOutput<typeof Action>[]): readonly Part[] {
  const links = actions.map(
    ({ type, title, url }): Link => ({ title, url: type === 'Action.OpenUrl' ? webUrl(url) : null }),
  )
  return links.length > 0 ? [{ kind: 'links', links }] : []
}

/** The text of an element in one line. */
function textsOf(element: Element): readonly string[] {
  return partsOf(element).flatMap((part) => (part.kind === 'text' ? [textIn(part.runs)] : []))
}

type Styled = Pick<v.InferOutput<typeof TextRun>, keyof typeof styled>
function stylesOf({ size, weight, color, isSubtle, italic, strikethrough }: Styled): readonly Style[] {
  return [
    ...(size === undefined ? [] : [size === 'small' ? ('small' as const) : ('large' as const)]),
    ...(weight === 'bolder' ? (['bold'] as const) : []),
    ...(color === undefined ? [] : [color]),
    ...(isSubtle ? (['subtle'] as const) : []),
    ...(italic ? (['italic'] as const) : []),
    ...(strikethrough ? (['strike'] as const) : []),
  ]
}
