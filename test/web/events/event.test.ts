// The actor and the sentence of an event, with names in place of ids.
import { describe, expect, test } from 'vitest'
import { listedEvent, phrasesOf, sentenceOf } from '../../../web/events/event.ts'
import { peopleOf, withActors } from '../../../web/events/filters/people.ts'

const id = 'c0000001-0000-4000-8000-000000000001'
const event = (properties: Readonly<Record<string, unknown>>) =>
  listedEvent({ id: 'e', type: 1000, date: '2026-05-08T12:00:00.000Z', ...properties })

describe('the sentence', () => {
  test('has names where there are some, and the beginnings of ids where not', () => {
    expect(sentenceOf(event({ type: 1502, organizationUserId: id, memberName: 'Dave' }))).toBe('Edited user Dave.')
    expect(sentenceOf(event({ type: 1107, cipherId: id }))).toBe('Viewed item c0000001.')
    expect(sentenceOf(event({ type: 2000, domainName: 'demo.test' }))).toBe('Added domain demo.test.')
    expect(sentenceOf(event({ type: 1107 }))).toBe('Viewed item.')
    expect(sentenceOf(event({ type: 7 }))).toBe('Event of type 7.')
  })

  test('sets names apart from words', () => {
    expect(phrasesOf(event({ type: 1400, groupName: 'a {group}' }))[1]).toEqual({ kind: 'name', text: 'a {group}' })
  })

  test.each([
    [
      { type: 1107, cipherId: id, itemName: 'Bank' },
      { kind: 'name', text: 'Bank', subject: { kind: 'item', id } },
    ],
    [
      { type: 1107, cipherId: id },
      { kind: 'id', text: 'c0000001', subject: { kind: 'item', id } },
    ],
    [
      { type: 1502, organizationUserId: id, memberName: 'Dave' },
      { kind: 'name', text: 'Dave', subject: { kind: 'person', id } },
    ],
    [
      { type: 2100, secretId: id },
      { kind: 'id', text: 'c0000001', subject: { kind: 'secret', id } },
    ],
    [
      { type: 2304, serviceAccountId: id },
      { kind: 'id', text: 'c0000001', subject: { kind: 'machine', id } },
    ],
    [
      { type: 1400, groupId: id, groupName: 'Engineers' },
      { kind: 'name', text: 'Engineers' },
    ],
  ])('names whom or what has a page: %j', (properties, phrase) => {
    expect(phrasesOf(event(properties))[1]).toEqual(phrase)
  })
})

describe('who did it', () => {
  test.each([
    [{ actingUserId: id, actingUserName: 'Dave', actingUserEmail: 'd@demo.test' }, 'Dave'],
    [{ actingUserId: id, actingUserEmail: 'd@demo.test' }, 'd@demo.test'],
    [{ actingUserId: id }, 'c0000001'],
    [{ type: 1603, actingUserId: id }, 'a provider’s user'],
    [{ type: 1603, actingUserId: id, actingUserName: 'Pat' }, 'Pat'],
    [{ systemUser: 1 }, 'SCIM'],
    [{ systemUser: 200 }, 'VaultwardenAdmin'],
    [{ systemUser: 99 }, null],
    [{}, null],
  ])('is %o', (properties, name) => expect(event(properties).actor.name).toBe(name))
})

describe('people', () => {
  const [one, other] = ['a', 'b'].map((letter) => letter.repeat(8) + id.slice(8))
  const people = peopleOf(
    withActors(new Map(), [
      event({ actingUserId: one, actingUserName: 'Ann', actingUserEmail: 'ann@demo.test' }),
      event({ actingUserId: other, actingUserName: 'Anna', actingUserEmail: 'anna@demo.test' }),
      event({}),
    ]),
  )

  test('are found by label, by what only one is called, and by id', () => {
    expect(people.options.map(({ label }) => label)).toEqual(['Ann (ann@demo.test)', 'Anna (anna@demo.test)'])
    expect(people.idOf('ann (ann@demo.test)')).toBe(one)
    expect(people.idOf(' anna ')).toBe(other)
    expect(people.idOf(id.toUpperCase())).toBe(id)
    expect(people.idOf('')).toBe('')
  })

  test('are not guessed from a name that is unknown or ambiguous', () => {
    expect(people.idOf('ann')).toBeUndefined()
    expect(people.idOf('Bob')).toBeUndefined()
  })
})
