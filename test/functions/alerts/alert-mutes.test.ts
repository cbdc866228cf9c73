// /organizations/{id}/alert-mutes: what owners and admins mute, for how long, and what everybody else gets.
import { describe, expect, test } from 'vitest'
import { mutesMax } from '../../../src/domain/alerts/configuration/rule-configuration.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import { createAlertMute, deleteAlertMute, listAlertMutes } from '../../../src/functions/alerts/alert-mutes.ts'
import { alertPorts, began, exportRule, loginsRule } from '../../support/alerts/alerts.ts'
import { describeMadeAndEnded, idOf } from '../../support/alerts/made-and-ended.ts'
import { selecting } from '../../support/alerts/rules.ts'
import { call } from '../../support/calls.ts'
import { acme, alice, bob, guid, instant } from '../../support/events.ts'

const now = '2026-11-22T06:28:00.000Z'
const until = '2026-11-23T00:00:00.000Z'
const given = { ruleId: loginsRule, until }

async function muteRoutes() {
  const made = await alertPorts()
  const { ports } = made
  const as = (token?: string) => (token === undefined ? {} : { token })
  return {
    ...made,
    list: (token?: string, id = acme) => call(listAlertMutes(ports), { params: { id }, ...as(token) }),
    mute: (body: unknown, token?: string, id = acme) =>
      call(createAlertMute(ports), { method: 'POST', params: { id }, body, ...as(token) }),
    unmute: (muteId: string, token?: string, id = acme) =>
      call(deleteAlertMute(ports), { method: 'DELETE', params: { id, muteId }, ...as(token) }),
  }
}

describe('an owner or admin', () => {
  test.each(['alice', 'bob'])('%s mutes a rule, sees it, and ends it', async (who) => {
    const { mute, list, unmute } = await muteRoutes()
    const muted = await mute(given, who)
    expect(muted.status).toBe(201)
    expect(muted.json).toEqual({
      object: 'alertMute',
      id: idOf(muted.json),
      ruleId: loginsRule,
      title: 'Many failed logins',
      group: null,
      until,
      mutedAt: now,
      mutedBy: who === 'alice' ? alice : bob,
    })
    expect((await list(who)).json).toEqual({ object: 'list', data: [muted.json], continuationToken: null })
    expect(await unmute(idOf(muted.json), who)).toMatchObject({ status: 204, text: '' })
    expect((await list(who)).json).toMatchObject({ data: [] })
    expect((await unmute(idOf(muted.json), who)).status).toBe(404)
  })

  test('mutes one group, written as the rule’s alerts have it', async () => {
    const { mute, list } = await muteRoutes()
    const group = [{ name: 'actingUserId', value: alice }]
    const shouted = [{ name: 'actingUserId', value: alice.toUpperCase() }]
    expect(await mute({ ...given, group: shouted }, 'alice')).toMatchObject({ status: 201, json: { group } })
    expect((await list('alice')).json).toMatchObject({ data: [{ group }] })
  })

  test('sees no mute that is over', async () => {
    const { mute, list, unmute, advance } = await muteRoutes()
    const { json } = await mute(given, 'alice')
    advance(Date.parse(until) - began - 1)
    expect((await list('alice')).json).toMatchObject({ data: [{ until }] })
    advance(1)
    expect((await list('alice')).json).toMatchObject({ data: [] })
    expect((await unmute(idOf(json), 'alice')).status).toBe(404)
  })

  test.each([
    ['body', 'no body', ''],
    ['ruleId', 'no rule', { until }],
    ['ruleId', 'a rule that is none', { ...given, ruleId: guid(9, 'f') }],
    ['until', 'no end', { ruleId: loginsRule }],
    ['until', 'an end that is past', { ...given, until: now }],
    ['until', 'an end more than 366 days ahead', { ...given, until: '2027-11-23T06:28:00.001Z' }],
    ['until', 'an end that is no time', { ...given, until: 'tomorrow' }],
    ['groups', 'a member it does not know', { ...given, groups: [] }],
    ['group', 'a group without members', { ...given, group: [] }],
    ['group', 'a group by another member', { ...given, group: [{ name: 'ipAddress', value: '::1' }] }],
    [
      'group',
      'a group of a rule that does not group',
      { ...given, ruleId: exportRule, group: [{ name: 'x', value: 'y' }] },
    ],
    ['group.0.value', 'a group without a value', { ...given, group: [{ name: 'actingUserId' }] }],
    [
      'group.0.value',
      'a value that is too long',
      { ...given, group: [{ name: 'actingUserId', value: 'x'.repeat(1_001) }] },
    ],
  ])('gets a 400 that names %s for %s', async (member, _, body) => {
    const { mute, list, reported } = await muteRoutes()
    const response = await mute(body, 'alice')
    expect(response).toMatchObject({ status: 400, json: { errors: { [member]: [expect.any(String)] } } })
    expect((await list('alice')).json).toMatchObject({ data: [] })
    expect(reported()).toEqual([])
  })

  test('cannot mute a rule that is always on', async () => {
    const { ports, list } = await muteRoutes()
    const builtInRules = readBuiltInRules([
      `${selecting('{type: 9003}')}id: ${guid(9, 'f')}\nkeytrail: {enabled: always}\n`,
    ])
    const body = { ...given, ruleId: guid(9, 'f') }
    const options = { method: 'POST', params: { id: acme }, body, token: 'alice' }
    const refused = await call(createAlertMute({ ...ports, builtInRules }), options)
    expect(refused).toMatchObject({ status: 409, json: { message: expect.stringContaining('alerting itself') } })
    expect((await list('alice')).json).toMatchObject({ data: [] })
  })

  test('has at most so many mutes; those that are over do not count', async () => {
    const { mute, advance } = await muteRoutes()
    for (let made = 0; made < mutesMax; made += 1) expect((await mute(given, 'alice')).status).toBe(201)
    expect((await mute(given, 'alice')).status).toBe(409)
    advance(Date.parse(until) - began)
    expect((await mute({ ...given, until: '2026-11-24' }, 'alice')).status).toBe(201)
  })
})

describe('every change', () => {
  test('is in the organization’s log: who muted what, and until when', async () => {
    const { mute, unmute, reported } = await muteRoutes()
    const { json } = await mute({ ...given, group: [{ name: 'actingUserId', value: alice }] }, 'alice')
    await unmute(idOf(json), 'bob')
    const common = { organizationId: acme, objectId: loginsRule, date: instant(now) }
    const objectName = `Many failed logins: user ${alice} until 2026-11-23 00:00 UTC`
    expect(reported()).toMatchObject([
      { ...common, type: 9_011, actingUserId: alice, objectName },
      { ...common, type: 9_012, actingUserId: bob, objectName },
    ])
  })
})

async function routes() {
  const made = await muteRoutes()
  return { ...made, make: (token?: string) => made.mute(given, token), end: made.unmute }
}
describeMadeAndEnded('mutes', 9_011, routes, createAlertMute, given)
