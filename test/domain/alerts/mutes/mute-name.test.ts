// What mutes are called in the log.
import { describe, expect, test } from 'vitest'
import { itemsOfMute, muteName } from '../../../../src/domain/alerts/mutes/mute-name.ts'
import { namesFrom } from '../../../../src/domain/directory/names.ts'
import { textCharactersMax } from '../../../../src/domain/events/event.ts'
import { alice, bob, guid, instant } from '../../../support/events.ts'

describe('the name of a mute', () => {
  const until = instant('2026-11-23T00:00:00Z')
  const bank = guid(1, 'd')
  const names = {
    ...namesFrom({ organizations: new Map(), providers: new Map() }),
    person: (id?: string) => ({
      name: id === alice ? 'Alice Adams' : null,
      email: id === bob ? 'bob@acme.test' : null,
    }),
    item: (id?: string) => (id === bank ? 'Bank' : null),
  }
  const of = (...group: readonly (readonly [name: string, value: string])[]) =>
    muteName({ group: group.map(([name, value]) => ({ name, value })), until }, 'Logins', names)

  test('says what it covers, with names for ids, and until when', () => {
    expect(muteName({ group: null, until }, 'Logins', names)).toBe('Logins until 2026-11-23 00:00 UTC')
    expect(of(['actingUserId', alice], ['ipAddress', '::1'])).toBe(
      'Logins: user Alice Adams, address ::1 until 2026-11-23 00:00 UTC',
    )
    expect(of(['userId', bob], ['cipherId', bank])).toBe(
      'Logins: user bob@acme.test, item Bank until 2026-11-23 00:00 UTC',
    )
  })

  test('has the id of what has no name, and the fields that people have no other word for', () => {
    expect(of(['actingUserId', guid(7, 'b')], ['from', 'x'])).toBe(
      `Logins: user ${guid(7, 'b')}, from x until 2026-11-23 00:00 UTC`,
    )
    const items = itemsOfMute({
      group: [
        { name: 'cipherId', value: bank },
        { name: 'cipherId', value: 'none' },
        { name: 'userId', value: bob },
      ],
    })
    expect(items).toEqual([bank])
    expect(itemsOfMute({ group: null })).toEqual([])
  })

  test('keeps its end when the rest is too long for an event', () => {
    const name = of(['domainName', 'x'.repeat(1_000)])
    expect(name).toHaveLength(textCharactersMax)
    expect(name).toMatch(/^Logins: domain x+… until 2026-11-23 00:00 UTC$/)
  })
})
