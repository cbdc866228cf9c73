// What exceptions are called in the log.
import { describe, expect, test } from 'vitest'
import type { ExceptionConditions } from '../../../../src/domain/alerts/exceptions/conditions.ts'
import { exceptionName } from '../../../../src/domain/alerts/exceptions/exception-name.ts'
import { alice, bob, guid, instant } from '../../../support/events.ts'

const until = instant('2026-12-22T00:00:00Z')
const exception = (conditions: ExceptionConditions, reason = 'the nightly job') => ({
  id: guid(1, '9'),
  ruleId: null,
  conditions,
  reason,
  createdBy: alice,
  createdAt: instant('2026-11-22T06:28:00Z'),
  until,
})
const [bank, desk] = [guid(1, 'd'), guid(2, 'd')]
const names = {
  person: (id?: string) => ({ name: id === alice ? 'Alice Adams' : null, email: id === bob ? 'bob@acme.test' : null }),
  item: (id?: string) => (id === bank ? 'Bank' : null),
}

describe('the name of an exception', () => {
  test('says of which rule, when, who, from where and about what, until when and why', () => {
    const hours = {
      from: '02:00',
      to: '03:00',
      weekdays: ['Monday' as const, 'Friday' as const],
      zone: 'Europe/Berlin',
    }
    const conditions = {
      actingUserIds: [alice, bob],
      networks: ['203.0.113.7'],
      cipherIds: [bank, desk],
      types: [1107],
    }
    expect(exceptionName(exception({ ...conditions, hours }), 'Copies', names)).toBe(
      `Copies: 02:00 to 03:00 Europe/Berlin Mon Fri, by Alice Adams, bob@acme.test, from 203.0.113.7, about Bank, ${desk}, ` +
        'of “Viewed item” until 2026-12-22 00:00 UTC (the nightly job)',
    )
  })

  test('says that it is of every rule, and has no end', () => {
    const endless = { ...exception({ networks: ['203.0.113.7'] }), until: null }
    expect(exceptionName(endless, null, names)).toBe('Every rule: from 203.0.113.7 (the nightly job)')
  })

  test('has 256 characters at most, with hours and end, and as much of the reason as there is room for', () => {
    const ids = Array.from({ length: 50 }, (_, index) => guid(index, 'b'))
    const hours = {
      from: '02:00',
      to: '03:00',
      weekdays: ['Monday' as const],
      zone: 'America/Argentina/ComodRivadavia',
    }
    const wide = { actingUserIds: ids, cipherIds: ids, serviceAccountIds: ids, networks: ['2001:db8::/32'], hours }
    const long = exceptionName(exception(wide), 'x'.repeat(256), names)
    expect(long).toHaveLength(256)
    expect(long).toMatch(
      /^x{79}…: 02:00 to 03:00 America\/Argentina\/ComodRivadavia Mon, by .* and 48 more, .*… until 2026-12-22 00:00 UTC$/,
    )
    const reason = exceptionName(exception({ actingUserIds: [alice] }, 'r'.repeat(500)), 'Copies', names)
    expect(reason).toHaveLength(256)
    expect(reason).toMatch(/^Copies: by Alice Adams until 2026-12-22 00:00 UTC \(r+…$/)
  })
})
