// Mutes: until when they may last and which groups they may cover.
import { describe, expect, test } from 'vitest'
import { groupOfMute, muteDaysMax, muteEnd } from '../../../../src/domain/alerts/configuration/mutes.ts'
import { parseRules } from '../../../../src/domain/alerts/sigma/parse.ts'
import { instant } from '../../../support/events.ts'

const now = instant('2026-11-22T06:28:00Z')

describe('the end of a mute', () => {
  test('is a time to come, within a year', () => {
    expect(muteEnd('2026-11-22T06:28:00.0000001Z', now)).toBe('2026-11-22T06:28:00.0000001Z')
    expect(muteEnd('2026-11-23', now)).toBe('2026-11-23T00:00:00.0000000Z')
    const latest = new Date(Date.UTC(2026, 10, 22 + muteDaysMax, 6, 28)).toISOString()
    expect(muteEnd(latest, now)).toBe(instant(latest))
    expect(muteEnd(latest.replace('000Z', '0000001Z'), now)).toBeUndefined()
  })

  test.each(['2026-11-22T06:28:00Z', '2020-01-01', 'tomorrow', ''])('is not %j', (text) => {
    expect(muteEnd(text, now)).toBeUndefined()
  })
})

describe('the group of a mute', () => {
  const parsed = parseRules(`
title: Viewed
name: viewed
logsource: {product: keytrail}
detection: {selection: {type: 1107}, condition: selection}
---
title: Viewed a lot
correlation:
  type: event_count
  rules: [viewed]
  group-by: [actingUserId, ipAddress]
  timespan: 15m
  condition: {gte: 10}
`)
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems))
  const [viewed, counted] = parsed.rules
  if (!viewed || !counted) throw new Error('no rules')
  const user = { name: 'actingUserId', value: 'B0000000-0000-4000-8000-000000000001' }
  const address = { name: 'ipAddress', value: '2001:DB8::1' }

  test('is as the rule’s alerts have it, however it is written', () => {
    const group = [
      { name: 'actingUserId', value: 'b0000000-0000-4000-8000-000000000001' },
      { name: 'ipAddress', value: '2001:db8::1' },
    ]
    expect(groupOfMute(counted, [address, user])).toEqual(group)
    expect(groupOfMute(counted, group)).toEqual(group)
  })

  test.each(['2001:db8:0:0::1', '2001:0DB8::0001', '2001:db8::1%eth0'])(
    'covers an address however it is spelled: %s',
    (value) => {
      expect(groupOfMute(counted, [user, { ...address, value }])?.at(1)).toEqual({ ...address, value: '2001:db8::1' })
    },
  )

  test('covers an address under another name, and leaves what is none as it is', () => {
    if (counted.kind !== 'correlation') throw new Error('no correlation')
    const aliased = { ...counted, groupBy: [{ name: 'from', fields: new Map([[viewed.id, 'ipAddress']]) }] }
    const groupFor = (value: string) => groupOfMute(aliased, [{ name: 'from', value }])
    expect(groupFor('::FFFF:203.0.113.66')).toEqual([{ name: 'from', value: '203.0.113.66' }])
    expect(groupFor('Unknown')).toEqual([{ name: 'from', value: 'unknown' }])
  })

  test('is optional: without one, the whole rule is muted', () => {
    expect(groupOfMute(counted, null)).toBeNull()
    expect(groupOfMute(viewed, null)).toBeNull()
  })

  test.each([
    ['no member', []],
    ['a person by name', [{ ...user, value: 'alice@acme.test' }, address]],
    ['a missing member', [user]],
    ['a member twice', [user, user]],
    ['a member of another name', [user, { name: 'deviceType', value: '9' }]],
    ['a member too many', [user, address, { name: 'deviceType', value: '9' }]],
  ])('is not one with %s', (_, given) => {
    expect(groupOfMute(counted, given)).toBeUndefined()
  })

  test('is none for a rule that does not group', () => {
    for (const given of [[], [user]]) expect(groupOfMute(viewed, given)).toBeUndefined()
  })
})
