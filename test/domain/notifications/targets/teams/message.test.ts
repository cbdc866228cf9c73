// Teams: cards that Microsoft's own package reads without complaint, at most 28 KB at any content.
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Batch, MessageContext } from '../../../../../src/domain/notifications/messages/request.ts'
import {
  cardVersion,
  escapeMarkdown,
  teamsBytesMax,
  teamsRequest,
} from '../../../../../src/domain/notifications/targets/teams/message.ts'
import { about, alert, anyAbout, anyBatch, batchOf, contents, notification } from '../../samples.ts'
import { targets } from '../samples.ts'

// The package's entry is for bundlers: its built file is what Node reads.
const cards: typeof import('adaptivecards') = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js')

const bodyOf = (batch: Batch, of: MessageContext = about()) => teamsRequest(targets.teams, batch, of).body

/** The card of a message, read and validated by Microsoft's package; throws what it complains of. */
function cardIn(body: string) {
  const message = JSON.parse(body)
  expect(message).toMatchObject({ type: 'message', attachments: { length: 1 } })
  const [attachment] = message.attachments
  expect(attachment.contentType).toBe('application/vnd.microsoft.card.adaptive')
  expect(attachment.content).toMatchObject({ type: 'AdaptiveCard', version: cardVersion })
  const reading = new cards.SerializationContext()
  const card = new cards.AdaptiveCard()
  card.parse(attachment.content, reading)
  const complaints = Array.from({ length: reading.eventCount }, (_, index) => reading.getEventAt(index).message)
  expect([...complaints, ...card.validateProperties().validationEvents.map((each) => each.message)]).toEqual([])
  return { body: attachment.content.body, actions: attachment.content.actions ?? [] }
}

type Element = {
  readonly type: string
  readonly text?: string
  readonly inlines?: readonly { readonly text: string }[]
}
const textOf = ({ text, inlines }: Element) => text ?? (inlines ?? []).map((each) => each.text).join('')

describe('one notification for Teams', () => {
  test('is a card with title, text, facts, what to do, events and a link', () => {
    const { body, actions } = cardIn(bodyOf(batchOf(notification(contents.alert))))
    expect(body.map(textOf)).toEqual([
      'HIGH',
      'Many failed logins of one user',
      'Alice failed to log in 12 times.',
      'Level: high',
      'About: Alice',
      'Who: Alice <alice@acme.test>',
      'Address: 203.0.113.7',
      'Device: Browser Extension - Chrome',
      'First event: 2026-11-20 09:58:00 UTC',
      'Until: 2026-11-20 10:04:00 UTC',
      'Fired again: 2 times',
      'Tags: attack.t1110',
      'What to do',
      'Ask the user.',
      'Events',
      '2026-11-20 10:00:00 UTC Alice <alice@acme.test>: Viewed item (name unknown), from 203.0.113.7, Browser Extension - Chrome',
      'Keytrail · Acme · 2026-11-20 10:04:30 UTC',
    ])
    expect(actions).toEqual([
      { type: 'Action.OpenUrl', title: 'Look at the log', url: expect.stringMatching(/^https:/) },
    ])
  })

  test('has the template instead of our text, its Markdown as it is and values as text', () => {
    const hostile = alert({ summary: '[click](https://evil.test) **now**' })
    const batch = batchOf(notification({ ...contents.alert, alert: hostile }))
    const { body } = cardIn(bodyOf(batch, about({ template: '**#AlertTitle#** #Summary#' })))
    expect(body.find(({ type }: Element) => type === 'TextBlock').text).toBe(
      '**Many failed logins of one user** \\[click\\]\\(https://evil\\.test\\) \\*\\*now\\*\\*',
    )
  })

  test('shows values where no Markdown is read', () => {
    const hostile = alert({ title: '[x](https://evil.test)', summary: '**b**', response: '# h' })
    const { body } = cardIn(bodyOf(batchOf(notification({ ...contents.alert, alert: hostile }))))
    expect(body.every(({ type }: Element) => type === 'RichTextBlock')).toBe(true)
  })

  test('runs no function that a value names', () => {
    const time = '{{DATE(2020-01-01T00:00:00Z)}} {{{TIME(2020-01-01T00:00:00Z)}}}'
    const hostile = batchOf(
      notification({ ...contents.alert, alert: alert({ title: time, summary: time, response: time }) }),
    )
    for (const template of [null, '#Summary#'])
      expect(bodyOf(hostile, about({ template }))).not.toMatch(/\{\{(?:DATE|TIME)/)
  })

  test('is cut if it is too large, but for title and link', () => {
    const huge = alert({ summary: '\u0800'.repeat(20_000), response: '\u0800'.repeat(20_000) })
    const body = bodyOf(batchOf(notification({ ...contents.alert, alert: huge })))
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(teamsBytesMax)
    const card = cardIn(body)
    expect(card.body.map(textOf)).toContain('Many failed logins of one user')
    expect(card.actions).toHaveLength(1)
  })
})

test('several notifications are one card with a line each', () => {
  const { body } = cardIn(bodyOf(batchOf(notification(contents.alert), notification(contents.event, 2))))
  expect(body.map(textOf)).toEqual([
    '1 alert, 1 event',
    'HIGH · Many failed logins of one user: Alice failed to log in 12 times.',
    'EVENT · Viewed item: Alice <alice@acme.test>: Viewed item (name unknown).',
  ])
})

test('any content fits, and is a card', () => {
  fc.assert(
    fc.property(anyBatch(40), anyAbout, (batch, of) => {
      for (const some of [batch, batchOf(batch[0])]) {
        const body = bodyOf(some, of)
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(teamsBytesMax)
        cardIn(body)
      }
    }),
    { numRuns: 100 },
  )
})

test('every mark of Markdown is text after escaping', () => {
  expect(escapeMarkdown('&lt;')).toBe('\\&lt;')
  expect(escapeMarkdown('*_`[a](b) ~~x~~ # 1. - + > | <b>')).toBe(
    '\\*\\_\\`\\[a\\]\\(b\\) \\~\\~x\\~\\~ \\# 1\\. \\- \\+ \\> \\| \\<b\\>',
  )
})
