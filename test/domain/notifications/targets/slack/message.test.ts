// Slack: types that Slack's own package has, its limits at any content, and no name that is more than text.
import type { KnownBlock, MessageAttachment } from '@slack/types'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Batch, MessageContext } from '../../../../../src/domain/notifications/messages/request.ts'
import {
  blocksMax,
  digestMax,
  escapeSlack,
  fieldCharsMax,
  fieldsMax,
  headerCharsMax,
  sectionCharsMax,
  slackMessage,
} from '../../../../../src/domain/notifications/targets/slack/message.ts'
import { buildRequest } from '../../../../../src/domain/notifications/targets/targets.ts'
import { acme } from '../../../../support/events.ts'
import { about, alert, anyAbout, anyBatch, batchOf, contents, merged, notification, now, risen } from '../../samples.ts'
import { targets } from '../samples.ts'

type Message = {
  readonly text: string
  readonly blocks: readonly KnownBlock[]
  readonly attachments: readonly (MessageAttachment & { readonly blocks: readonly KnownBlock[] })[]
}

/** A message as it is sent; that it fits Slack's own types is for the compiler to say. */
function messageOf(batch: Batch, of: MessageContext = about()): Message {
  const typed: Message = slackMessage(batch, of)
  const { body } = buildRequest(targets['slack-webhook'], batch, of, now)
  expect(JSON.parse(body)).toEqual(typed)
  return typed
}

const blocksOf = ({ blocks, attachments }: Message) => [...blocks, ...attachments.flatMap((each) => each.blocks)]

function textsOf(block: KnownBlock): readonly { readonly text: string; readonly max: number; readonly type: string }[] {
  if (block.type === 'header') return [{ ...block.text, max: headerCharsMax }]
  if (block.type === 'section') {
    const fields = block.fields ?? []
    expect(fields.length).toBeLessThanOrEqual(fieldsMax)
    const all = [...(block.text ? [{ ...block.text, max: sectionCharsMax }] : [])]
    return [...all, ...fields.map((each) => ({ ...each, max: fieldCharsMax }))]
  }
  if (block.type !== 'context') throw new Error(`a block that Slack was not meant to get: ${block.type}`)
  return block.elements.flatMap((each) => (each.type === 'mrkdwn' ? [{ ...each, max: fieldCharsMax }] : []))
}

const everyText = (message: Message) => blocksOf(message).flatMap(textsOf)

/** Commands in a text: only links to the app are ours. */
const commandsIn = (text: string) =>
  (text.match(/<[^>]*>?/g) ?? []).filter((each) => !/^<https:[^<>|]*\|[A-Za-z ]+>$/.test(each))

describe('one notification for Slack', () => {
  test('is a header, a text, facts, what to do, events, a link and a line below, beside the colour of the level', () => {
    const message = messageOf(batchOf(notification(contents.alert)))
    expect(message.text).toBe('Many failed logins of one user: Alice failed to log in 12 times.')
    expect(message.attachments[0]?.color).toBe('#d13438')
    const texts = everyText(message).map(({ text }) => text)
    expect(texts).toEqual([
      'Many failed logins of one user',
      'Alice failed to log in 12 times.',
      '*Level*\nhigh',
      '*About*\nAlice',
      '*Who*\nAlice &lt;alice@acme.test&gt;',
      '*Address*\n203.0.113.7',
      '*Device*\nBrowser Extension - Chrome',
      '*First event*\n2026-11-20 09:58:00 UTC',
      '*Until*\n2026-11-20 10:04:00 UTC',
      '*Fired again*\n2 times',
      '*Tags*\nattack.t1110',
      '*What to do*\nAsk the user.',
      '*Events*\n2026-11-20 10:00:00 UTC Alice &lt;alice@acme.test&gt;: Viewed item (name unknown), from 203.0.113.7, Browser Extension - Chrome',
      expect.stringMatching(/^<https:\/\/logs\.acme\.test\/app\/organizations\/[^>]*start=[^>]*\|Look at the log>$/),
      'HIGH · Keytrail · Acme · 2026-11-20 10:04:30 UTC',
    ])
  })

  test('goes where the webhook says, or to the channel of a bot with its token', () => {
    const batch = batchOf(notification(contents.event))
    expect(buildRequest(targets['slack-webhook'], batch, about(), now)).toMatchObject({
      method: 'POST',
      url: targets['slack-webhook'].url,
      signing: null,
    })
    const bot = buildRequest(targets['slack-bot'], batch, about(), now)
    expect(bot.url).toBe('https://slack.com/api/chat.postMessage')
    expect(bot.headers.authorization).toBe('Bearer xoxb-1')
    expect(JSON.parse(bot.body)).toMatchObject({ channel: 'C0123456789', unfurl_links: false })
  })

  test('has the template instead of our text, its own marks as they are and values as text', () => {
    const summary = '<!channel> & *friends*'
    const template = '*#AlertTitle#* by #ActingUserName# <https://wiki.acme.test|wiki>: #Summary#'
    const batch = batchOf(notification({ ...contents.alert, alert: alert({ summary }) }))
    const [, text] = everyText(messageOf(batch, about({ template }))).map((each) => each.text)
    expect(text).toBe(
      '*Many failed logins of one user* by Alice <https://wiki.acme.test|wiki>: &lt;!channel&gt; &amp; ∗friends∗',
    )
  })

  test('has no link where the app has no address', () => {
    const texts = everyText(messageOf(batchOf(notification(contents.alert)), about({ appUrl: null })))
    expect(texts.some(({ text }) => text.includes('http'))).toBe(false)
  })

  test.each([
    ['resolved', 'Resolved: Many failed logins of one user: Alice failed to log in 12 times.'],
    [
      'notice',
      'Integration Pager fails: Nothing has arrived there since 2026-11-19 10:00:00 UTC. ' +
        'Last failure: no connection (ECONNRESET).',
    ],
    ['test', 'Test from Keytrail: This integration works.'],
  ] as const)('says %s', (kind, text) => {
    expect(messageOf(batchOf(notification(contents[kind]))).text).toBe(text)
  })
})

describe('a digest for Slack', () => {
  const many = (count: number): Batch => {
    const all = Array.from({ length: count }, (_, index) =>
      notification({
        ...contents.alert,
        alert: alert({ title: `Alert ${index}`, level: index === 2 ? 'critical' : 'low' }),
      }),
    )
    return batchOf(notification(contents.event), ...all.slice(1))
  }

  test('says how many, has a line for each, and the colour of the most pressing', () => {
    const message = messageOf(many(5))
    expect(message.text).toBe('4 alerts, 1 event')
    expect(message.attachments[0]?.color).toBe('#8b0000')
    const lines = everyText(message).map(({ text }) => text)
    expect(lines).toHaveLength(7)
    expect(lines[1]).toMatch(
      /^EVENT · Viewed item: Alice &lt;alice@acme\.test&gt;: Viewed item \(name unknown\)\. <https:[^>]+\|Look>$/,
    )
    expect(lines[3]).toMatch(/^CRITICAL · Alert 2: Alice failed to log in 12 times\. <https:[^>]+\|Look>$/)
  })

  test('says how many incidents there are, and what else there is of them', () => {
    const { text, attachments } = messageOf(
      batchOf(
        notification(contents.incident),
        notification(contents.incident),
        notification(risen),
        notification(merged),
      ),
    )
    expect(text).toBe('2 incidents, 2 updates of incidents')
    expect(attachments[0]?.color).toBe('#8b0000')
  })

  test('of as many as it may hold leaves none out', () => {
    const message = messageOf(many(digestMax))
    expect(everyText(message).filter(({ text }) => text.includes('Alert '))).toHaveLength(digestMax - 1)
    expect(blocksOf(message).length).toBeLessThanOrEqual(blocksMax)
  })
})

describe('any content for Slack', () => {
  test('stays within every limit, and holds no command', () => {
    fc.assert(
      fc.property(anyBatch(digestMax), anyAbout, (batch, of) => {
        const message = messageOf(batch, of)
        expect(blocksOf(message).length).toBeLessThanOrEqual(blocksMax)
        expect(message.text.length).toBeGreaterThan(0)
        for (const { text, max } of [...everyText(message), { text: message.text, max: 1_000 }]) {
          expect(text.length).toBeGreaterThan(0)
          expect(text.length).toBeLessThanOrEqual(max)
          expect(commandsIn(text)).toEqual([])
          expect(text).not.toMatch(/@(?:here|channel|everyone)/i)
          expect(text.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('in Markdown is looked through for nothing', () => {
    for (const block of blocksOf(messageOf(batchOf(notification(contents.alert))))) {
      if (block.type === 'section')
        for (const each of [block.text, ...(block.fields ?? [])])
          expect(each?.type === 'mrkdwn' ? each.verbatim : true).not.toBe(false)
    }
  })
})

describe('a value for Slack is more than text nowhere', () => {
  /** What Slack would format or do in a text of mrkdwn that has no words of ours. */
  const marksIn = (text: string) => [
    ...(text.match(/[*~`＊＿｀]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g) ?? []),
    ...(text.match(/^\s*(?:>|&gt;|＞)|[<>]|:[a-z_]{5,}:|@(?:here|channel|everyone)/gim) ?? []),
  ]
  /** Without the names of facts, titles of lists, and links that are ours. */
  const withoutOurs = (text: string) =>
    text
      .replace(
        /^\*(?:Level|About|First event|Until|Fired again|Over since|Who|When|Address|Device|Member|Group|Collection|Policy|Critical item|Tags|What to do|Events)\*(?:\n|$)/,
        '',
      )
      .replace(/ ?<https:[^<>|*_~`]*\|(?:Look|Look at the log)>$/, '')
  const formatted = (message: Message) => [
    ...everyText(message).flatMap(({ type, text }) => (type === 'mrkdwn' ? [withoutOurs(text)] : [])),
    message.text,
  ]

  const hostile = fc.string({
    unit: fc.constantFrom(...'*_~`>:@<&|!# a1é\n＊＿｀＞', '*b*', '_i_', ':skull:', '@here', '```'),
    minLength: 1,
    maxLength: 30,
  })
  const batchWith = (value: string): Batch => {
    const { facts } = contents.event
    const label = value
    const hostileAlert = alert({
      title: value,
      summary: value,
      response: value,
      group: [{ name: 'actingUserId', value, label }],
      tags: [value],
    })
    const sampleNames = [{ actingUserName: value, itemName: value, itemCritical: true }]
    const fields = { ...facts.fields, actingUserName: value, memberName: value, deviceName: value }
    const event = { kind: 'event', facts: { ...facts, fields, userName: value } } as const
    const notice = { ...contents.notice, about: { ...contents.notice.about, name: value }, reason: value }
    return batchOf(
      notification({ ...contents.alert, alert: hostileAlert, sampleNames }),
      notification({ ...contents.resolved, alert: hostileAlert }, 2),
      ...[notification(event, 3), notification(notice, 4)],
    )
  }

  test('in messages and digests, with our words or with a template', () => {
    const template = '#AlertTitle# #Summary# #ActingUserName# #UserName# #OrganizationName#'
    fc.assert(
      fc.property(hostile, fc.constantFrom(null, template), (value, words) => {
        const of = { ...about({ template: words }), organization: { id: acme, name: value } }
        const batch = batchWith(value)
        const messages = [messageOf(batch, of), ...batch.map((each) => messageOf(batchOf(each), of))]
        for (const text of messages.flatMap(formatted)) expect([text, marksIn(text)]).toEqual([text, []])
      }),
      { numRuns: 150 },
    )
  })
})

test.each([
  ['*bold* _it_ ~no~ `x`', '∗bold∗ ˍitˍ ∼no∼ ˋxˋ'],
  ['```block```', 'ˋˋˋblockˋˋˋ'],
  ['＊wide＊ ＿it＿ ｀x｀', '﹡wide﹡ ⸏it⸏ ˋxˋ'],
  ['snake_case_name', 'snake_case_name'],
  ['_svc_backup_@acme.test', 'ˍsvc_backupˍ@acme.test'],
  ['a__b', 'aˍˍb'],
  ['> quoted > twice', '› quoted &gt; twice'],
  [' ＞ quoted', ' › quoted'],
  [':skull: and :white_check_mark:', '∶skull: and ∶white_check_mark:'],
  ['2026-11-20 10:04:30 UTC', '2026-11-20 10:04:30 UTC'],
  ['2001:db8::1:ffff:2', '2001:db8::1:ffff:2'],
  ['Fine: all of it', 'Fine: all of it'],
])('%j formats nothing in Slack as %j', (value, escaped) => {
  expect(escapeSlack(value)).toBe(escaped)
})

test('what makes commands of Slack is text after escaping', () => {
  expect(escapeSlack('<!channel> & @here <@U1>')).toBe('&lt;!channel&gt; &amp; @\u200Bhere &lt;@U1&gt;')
})
