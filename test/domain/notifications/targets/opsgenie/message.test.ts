// Opsgenie: what its documented limits take, one alias an alert, and any content.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Notification } from '../../../../../src/domain/notifications/messages/notification.ts'
import type { MessageContext } from '../../../../../src/domain/notifications/messages/request.ts'
import {
  descriptionCharsMax,
  messageCharsMax,
  tagCharsMax,
  tagsMax,
} from '../../../../../src/domain/notifications/targets/opsgenie/message.ts'
import { buildRequest } from '../../../../../src/domain/notifications/targets/targets.ts'
import { opsgenieFake } from '../../../../support/notifications/opsgenie-fake.ts'
import { about, alert, anyAbout, anyBatch, contents, merged, notification, now, risen } from '../../samples.ts'
import { targets } from '../samples.ts'

const requestOf = (each: Notification, of: MessageContext = about()) => buildRequest(targets.opsgenie, [each], of, now)
const bodyOf = (each: Notification, of?: MessageContext) => JSON.parse(requestOf(each, of).body)
const alerted = (more: Parameters<typeof alert>[0]) => notification({ ...contents.alert, alert: alert(more) })

describe('Opsgenie', () => {
  test('gets an alert with the title, a priority from the level, the text, what to do, a link and ids', () => {
    const request = requestOf(notification(contents.alert))
    expect(request.url).toBe('https://api.opsgenie.com/v2/alerts')
    expect(request.headers.authorization).toBe('GenieKey genie')
    const body = JSON.parse(request.body)
    expect(body).toMatchObject({
      message: 'Many failed logins of one user',
      alias: alert().id,
      priority: 'P2',
      tags: ['keytrail', 'attack.t1110'],
      entity: 'Acme',
      source: 'Keytrail',
      details: { type: 'alert.raised', alertId: alert().id, level: 'high' },
    })
    for (const part of ['Alice failed to log in 12 times.', 'Level: high', 'What to do:\nAsk the user.', 'Events:']) {
      expect(body.description).toContain(part)
    }
    expect(body.description).toMatch(/\n\nhttps:\/\/logs\.acme\.test\/app\/organizations\/\S+$/)
  })

  test('gets the alias closed when the alert resolves', () => {
    const request = requestOf(notification(contents.resolved, 2))
    expect(request.url).toBe(`https://api.opsgenie.com/v2/alerts/${alert().id}/close?identifierType=alias`)
    expect(JSON.parse(request.body)).toEqual({ source: 'Keytrail', note: expect.stringContaining('Resolved: Many') })
  })

  test('gets an incident under one alias, which it closes as a part of another', () => {
    const { incident, thread } = contents.incident
    const [opened, higher] = [contents.incident, risen].map((content) => bodyOf(notification(content)))
    expect(opened).toMatchObject({
      alias: thread.id,
      message: incident.title,
      priority: 'P2',
      details: { type: 'incident.opened', incidentId: incident.id, level: 'high' },
    })
    expect(opened.description).toMatch(/\n\nhttps:\/\/logs\.acme\.test\/app\/organizations\/\S+\/incidents\/\S+$/)
    expect(higher).toMatchObject({ alias: thread.id, priority: 'P1' })
    expect(requestOf(notification(merged)).url).toMatch(`/v2/alerts/${thread.id}/close?identifierType=alias`)
  })

  test.each([
    ['api.eu.opsgenie.com', 'https://api.eu.opsgenie.com/v2/alerts'],
    ['api.atlassian.com', 'https://api.atlassian.com/jsm/ops/integration/v2/alerts'],
  ] as const)('gets it at the address of its site %s', (site, url) => {
    const of = (each: Notification) => buildRequest({ ...targets.opsgenie, site }, [each], about(), now).url
    expect(of(notification(contents.alert))).toBe(url)
    expect(of(notification(contents.resolved))).toBe(`${url}/${alert().id}/close?identifierType=alias`)
  })

  test('gets every level as one of its priorities', () => {
    const levels = ['critical', 'high', 'medium', 'low', 'informational'] as const
    expect(levels.map((level) => bodyOf(alerted({ level })).priority)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5'])
    const others = [contents.event, contents.notice, contents.test].map((each) => bodyOf(notification(each)).priority)
    expect(others).toEqual(['P5', 'P3', 'P5'])
  })

  test('gets what is at its limits whole, and one past them cut', () => {
    const messageOf = (title: string) => bodyOf(alerted({ title })).message
    expect(messageOf('x'.repeat(messageCharsMax))).toBe('x'.repeat(messageCharsMax))
    expect(messageOf('x'.repeat(messageCharsMax + 1))).toBe(`${'x'.repeat(messageCharsMax - 1)}…`)
    const { description } = bodyOf(alerted({ summary: 'x'.repeat(descriptionCharsMax) }))
    expect(description).toHaveLength(descriptionCharsMax)
    expect(description).toMatch(/…\n\nhttps:\S+$/)
    const { tags } = bodyOf(alerted({ tags: Array.from({ length: 30 }, () => 't'.repeat(tagCharsMax + 1)) }))
    expect(tags).toHaveLength(tagsMax)
    expect(tags[1]).toBe(`${'t'.repeat(tagCharsMax - 1)}…`)
  })
})

test('any content is what Opsgenie takes', () => {
  const { take } = opsgenieFake(targets.opsgenie.apiKey)
  fc.assert(
    fc.property(anyBatch(5), anyAbout, (all, of) => {
      for (const each of all) expect(take(requestOf(each, of))).toMatchObject({ status: 202 })
    }),
    { numRuns: 40 },
  )
})
