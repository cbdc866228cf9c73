// What the inbox draws: Slack's and Teams' marks as they mean them, and no name in a real message as more than text.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { prettyJson } from '../../../local/inbox/json.ts'
import { markdownRuns } from '../../../local/inbox/markdown.ts'
import { mrkdwnRuns } from '../../../local/inbox/mrkdwn.ts'
import type { Part, Received, Run } from '../../../local/inbox/rendering.ts'
import { receiveSlack } from '../../../local/inbox/slack.ts'
import { receiveTeams } from '../../../local/inbox/teams.ts'
import type { Batch, MessageContext } from '../../../src/domain/notifications/messages/request.ts'
import { slackWebhookRequest } from '../../../src/domain/notifications/targets/slack/message.ts'
import { teamsRequest } from '../../../src/domain/notifications/targets/teams/message.ts'
import { anyAbout, anyBatch } from '../../domain/notifications/samples.ts'
import { targets } from '../../domain/notifications/targets/samples.ts'

/** Runs in short: the text, its styles and where it leads. */
const short = (runs: readonly Run[]) =>
  runs.map(({ text, styles, url }) => [text, ...styles, ...(url === null ? [] : [url])].join(' | '))

describe('mrkdwn', () => {
  test.each([
    ['*bold* and _italic_, ~struck~', ['bold | bold', ' and ', 'italic | italic', ', ', 'struck | strike']],
    ['*bold _and italic_*', ['bold  | bold', 'and italic | bold | italic']],
    ['2*3*4 snake_case_name * lone *', ['2*3*4 snake_case_name * lone *']],
    ['*not\nover lines*', ['*not\nover lines*']],
    ['`*code*` ```a\nb```', ['*code* | code', ' ', 'a\nb | code']],
    ['<https://a.test/?b&amp;c|the *log*>', ['the *log* | https://a.test/?b&c']],
    ['<https://a.test>', ['https://a.test | https://a.test/']],
    ['<javascript:alert(1)|click>', ['click']],
    ['<!channel> <@U1> <#C1|general>', ['@channel | mention', ' ', '@U1 | mention', ' ', '#general | mention']],
    ['<|empty> <>', ['empty', ' <>']],
    ['&lt;b&gt; &amp;lt; &quot;', ['<b> &lt; &quot;']],
    ['', []],
  ])('%j', (text, expected) => {
    expect(short(mrkdwnRuns(text))).toEqual(expected)
  })
})

describe("a card's Markdown", () => {
  test.each([
    ['**bold** _italic_ *too*', ['bold | bold', ' ', 'italic | italic', ' ', 'too | italic']],
    ['\\*\\*no\\*\\* \\[x\\]\\(https://evil\\.test\\)', ['**no** [x](https://evil.test)']],
    ['[the **log**](https://a.test/x)', ['the  | https://a.test/x', 'log | bold | https://a.test/x']],
    ['[x](javascript:alert%281%29)', ['x']],
    ['snake_case_name', ['snake_case_name']],
    ['**a\\*\\*b**', ['a**b | bold']],
  ])('%j', (text, expected) => {
    expect(short(markdownRuns(text))).toEqual(expected)
  })
})

test.each([
  ['mrkdwn', mrkdwnRuns],
  ["a card's Markdown", markdownRuns],
])('%s loses no text of any kind', (_, runsOf) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab *_~`<>|[]()\\\n&') }), (text) => {
      const letters = (of: string) => of.replace(/[^ab]/g, '').length
      const drawn = runsOf(text)
      const retained = letters(drawn.map((each) => each.text).join(''))
      // A link's address is not shown beside its text.
      expect(retained).toBeLessThanOrEqual(letters(text))
      if (!/[<[]/.test(text)) expect(retained).toBe(letters(text))
    }),
  )
})

function partsOf(received: Received): readonly Part[] {
  if (received.kind === 'malformed') throw new Error(received.reason)
  return received.rendering.parts
}

const slack = (...blocks: readonly object[]) => partsOf(receiveSlack(JSON.stringify({ text: 'a', blocks })))
const card = (body: readonly object[], actions: readonly object[] = []) => {
  const content = { type: 'AdaptiveCard', version: '1.4', body, actions }
  const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content }]
  const [box] = partsOf(receiveTeams(JSON.stringify({ type: 'message', attachments })))
  return box?.kind === 'box' ? box.parts : []
}
const span = (text: string, ...styles: readonly string[]) => ({ text, styles, url: null })

test('Slack blocks that Keytrail does not send are drawn, or said not to be', () => {
  const plain = { type: 'plain_text', text: '*as it is* &lt;a&gt;' }
  const header = { type: 'header', text: { type: 'plain_text', text: 'Ada &lt;ada@acme.test&gt;' } }
  expect(slack(header, { type: 'divider' }, { type: 'section', text: plain }, { type: 'image' })).toEqual([
    { kind: 'heading', text: 'Ada <ada@acme.test>' },
    { kind: 'line' },
    { kind: 'text', runs: [span('*as it is* <a>')] },
    { kind: 'note', runs: [span('(not drawn: a block of type image)', 'subtle')] },
  ])
})

test('a bar has the colour that it is given, and no other text gets there', () => {
  const attachments = [
    { color: '#A1b2C3', fallback: 'x' },
    { color: 'red;background:url(//evil.test)', fallback: 'x' },
  ]
  expect(partsOf(receiveSlack(JSON.stringify({ attachments })))).toMatchObject([
    { colour: '#A1b2C3' },
    { colour: null },
  ])
})

test("cards are drawn with what their elements hold, however they write a list's words", () => {
  const drawn = card(
    [
      { type: 'TextBlock', text: 'a **b**', size: 'Large', weight: 'Bolder', color: 'Attention', wrap: true },
      { type: 'RichTextBlock', inlines: ['**a**', { type: 'TextRun', text: 'b', isSubtle: true, size: 'huge' }] },
      { type: 'FactSet', separator: true, facts: [{ title: 'who', value: '_me_' }] },
      {
        type: 'ColumnSet',
        columns: [{ type: 'Column', width: 'auto', items: [{ type: 'TextBlock', text: 'one' }] }, { items: [] }],
      },
      { type: 'Container', items: [{ type: 'Image', url: 'https://evil.test/pixel' }] },
      { type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', title: 'x', url: 'javascript:1' }] },
    ],
    [{ type: 'Action.Submit', title: 'Yes' }],
  )
  expect(drawn).toEqual([
    {
      kind: 'text',
      runs: [span('a ', 'large', 'bold', 'attention'), span('b', 'large', 'bold', 'attention', 'bold')],
    },
    { kind: 'text', runs: [span('**a**'), span('b', 'subtle')] },
    { kind: 'line' },
    { kind: 'facts', facts: [{ name: 'who', runs: [span('me', 'italic')] }] },
    { kind: 'columns', columns: [[{ kind: 'text', runs: [span('one')] }], []] },
    { kind: 'note', runs: [span('(not drawn: an element of type Image)', 'subtle')] },
    { kind: 'links', links: [{ title: 'x', url: null }] },
    { kind: 'links', links: [{ title: 'Yes', url: null }] },
  ])
})

/** Every run and link that parts hold. */
function everything(parts: readonly Part[]): readonly Pick<Run, 'url' | 'styles'>[] {
  return parts.flatMap((part) => {
    if (part.kind === 'text' || part.kind === 'note') return part.runs
    if (part.kind === 'grid') return part.cells.flat()
    if (part.kind === 'facts') return part.facts.flatMap(({ runs }) => runs)
    if (part.kind === 'box') return everything(part.parts)
    if (part.kind === 'columns') return part.columns.flatMap(everything)
    return part.kind === 'links' ? part.links.map(({ url }) => ({ url, styles: [] })) : []
  })
}

describe('real messages with hostile names', () => {
  test.each([
    [
      'Slack',
      (batch: Batch, about: MessageContext) =>
        receiveSlack(slackWebhookRequest(targets['slack-webhook'], batch, about).body),
    ],
    ['Teams', (batch: Batch, about: MessageContext) => receiveTeams(teamsRequest(targets.teams, batch, about).body)],
  ])('in %s are taken, link to the app alone and mention nobody', (_, received) => {
    fc.assert(
      fc.property(anyBatch(5), anyAbout, (batch, about) => {
        const all = everything(partsOf(received(batch, about)))
        const links = all.flatMap(({ url }) => url ?? [])
        expect(links.filter((url) => about.appUrl === null || !url.startsWith(about.appUrl))).toEqual([])
        expect(all.filter(({ styles }) => styles.includes('mention'))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

test('JSON is shown with escapes for what would turn or hide text', () => {
  expect(prettyJson({ a: '\u202Eb\u200B' })).toBe('{\n  "a": "\\u202eb\\u200b"\n}')
})
