// E-mail: one conversation an alert, both forms in full, and no value that is more than text.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Notification } from '../../../../../src/domain/notifications/messages/notification.ts'
import type { MessageContext } from '../../../../../src/domain/notifications/messages/request.ts'
import { escapeHtml, subjectCharsMax } from '../../../../../src/domain/notifications/targets/email/message.ts'
import { buildRequest } from '../../../../../src/domain/notifications/targets/targets.ts'
import { acme } from '../../../../support/events.ts'
import {
  about,
  acknowledged,
  alert,
  anyAbout,
  anyBatch,
  closed,
  contents,
  merged,
  notification,
  now,
  recurred,
  reopened,
  risen,
} from '../../samples.ts'
import { targets } from '../samples.ts'

const mailOf = (each: Notification, of: MessageContext = about()) => buildRequest(targets.email, [each], of, now)
const alerted = (more: Parameters<typeof alert>[0]) => notification({ ...contents.alert, alert: alert(more) })

describe('an e-mail', () => {
  test('says what happened, what is known, what to do, and where to look, in both forms', () => {
    const { subject, text, html, from, to, recipients, server } = mailOf(notification(contents.alert))
    expect(subject).toBe('[Keytrail] HIGH: Many failed logins of one user')
    expect([from, to, recipients]).toEqual(['keytrail@acme.test', targets.email.to, targets.email.to])
    expect(server).toEqual({ host: 'smtp.acme.test', port: 587, user: 'keytrail', password: 'p4ss' })
    const parts = ['Many failed logins of one user', 'Alice failed to log in 12 times.', 'Level', 'high', 'What to do']
    for (const part of [...parts, 'Ask the user.', 'Events', 'Keytrail · Acme', 'https://logs.acme.test/app/']) {
      expect(text).toContain(part)
      expect(html).toContain(part)
    }
    expect(text + html).not.toContain('p4ss')
  })

  test('that an alert resolved follows the one that raised it, under the same subject', () => {
    const raised = mailOf(notification(contents.alert, 1))
    const resolved = mailOf(notification(contents.resolved, 2))
    expect(raised.messageId).toBe(`<${alert().id}@acme.test>`)
    expect(raised.follows).toBeNull()
    expect(resolved.follows).toBe(raised.messageId)
    expect(resolved.messageId).not.toBe(raised.messageId)
    expect(resolved.subject).toBe(`Re: ${raised.subject}`)
    expect(resolved.text).toMatch(/^Resolved: Many failed logins of one user\n/)
    expect(mailOf(notification(contents.resolved, 2)).messageId).toBe(resolved.messageId)
  })

  test('of an incident is one conversation under one subject, whose level rises in the text', () => {
    const opened = mailOf(notification(contents.incident, 1))
    const followers = [risen, merged, acknowledged, closed, reopened, recurred].map((content, index) =>
      mailOf(notification(content, index + 2)),
    )
    expect(opened.messageId).toBe(`<${contents.incident.thread.id}@acme.test>`)
    expect(opened.subject).toBe('[Keytrail] Incident: Many failed logins of one user: Alice and 1 more person')
    for (const mail of followers) {
      expect(mail.follows).toBe(opened.messageId)
      expect(mail.subject).toBe(`Re: ${opened.subject}`)
    }
    expect(followers[0]?.text).toMatch(/^Now critical: .*\n\nVault exported: Alice exported the vault\.\n/)
    const textsOf = ({ text }: (typeof followers)[number]) => text.split('\n')[2]
    expect(followers.slice(1).map(textsOf)).toEqual([
      'It is a part of the incident “Spraying: Bob”. What follows comes there.',
      'Bob has taken it.',
      'Bob closed it as expected: A test',
      'User (name unknown) opened it again.',
      'Alice failed to log in 12 times.',
    ])
    for (const part of ['What to do', 'Ask the user.', 'About: Alice, user (name unknown), 203.0.113.7', 'Alerts: 2']) {
      expect(opened.text).toContain(part)
    }
    expect(opened.text).toContain(
      `Look at the incident: https://logs.acme.test/app/organizations/${acme}/incidents/${contents.incident.incident.id}\n`,
    )
  })

  test('about no alert is a conversation of its own', () => {
    const mails = [contents.event, contents.notice, contents.test].map((each, index) =>
      mailOf(notification(each, index)),
    )
    expect(mails.map(({ follows }) => follows)).toEqual([null, null, null])
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(3)
    expect(mails.map(({ subject }) => subject)).toContain('[Keytrail] Test from Keytrail')
  })

  test('goes to those alone whom it has not reached, and to none that is no recipient any more', () => {
    const again = { ...notification(contents.alert), recipients: ['bob@acme.test', 'gone@acme.test'] }
    expect(mailOf(again)).toMatchObject({ to: targets.email.to, recipients: ['bob@acme.test'] })
  })

  test('has the template in place of text and facts', () => {
    const { text, html } = mailOf(notification(contents.alert), about({ template: 'Look:\n<b>#Summary#</b>' }))
    expect(text).toContain('Look:\n<b>Alice failed to log in 12 times.</b>\n')
    expect(html).toContain('<p>Look:<br>&lt;b&gt;Alice failed to log in 12 times.&lt;/b&gt;</p>')
    expect(text + html).not.toContain('Count')
  })

  test('has a subject of one line, cut at its limit', () => {
    expect(mailOf(alerted({ title: 'a\r\nBcc: evil@evil.test' })).subject).toBe(
      '[Keytrail] HIGH: a Bcc: evil@evil.test',
    )
    expect(mailOf(alerted({ title: 'x'.repeat(subjectCharsMax) })).subject).toHaveLength(subjectCharsMax)
  })
})

test('escaped text has no mark of HTML', () => {
  expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
  )
})

test('any content makes an e-mail of a bounded size, whose HTML has our elements alone', () => {
  const elements = /<(?!\/?(?:html|body|h2|h3|p|br|table|tr|th|td|ul|li|a|small)\b|!doctype html>)/
  fc.assert(
    fc.property(anyBatch(4), anyAbout, (all, of) => {
      for (const each of all) {
        const { subject, text, html } = mailOf(each, of)
        expect(Buffer.byteLength(text) + Buffer.byteLength(html)).toBeLessThan(1024 * 1024)
        expect(subject).not.toMatch(/[\r\n]/)
        expect(html).not.toMatch(elements)
        expect(html.match(/<a /g)?.length ?? 0).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 40 },
  )
})
