// Events in their stages, and the log that each belongs to.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { AcceptedEvent, idFields, logOf, SubmittedEvent, textCharactersMax } from '../../../src/domain/events/event.ts'
import { acme, alice, event, guid } from '../../support/events.ts'

describe('logOf', () => {
  const organizationId = acme
  const providerId = guid(1, '9')
  const userId = alice

  test.each([
    ['its organization', { organizationId, providerId, userId }, { kind: 'organization', id: organizationId }],
    ['its provider without an organization', { providerId, userId }, { kind: 'provider', id: providerId }],
    ['its user without either', { userId }, { kind: 'user', id: userId }],
    ['no owner without any', {}, undefined],
  ])('is the log of %s', (_, owners, log) => {
    expect(logOf(owners)).toEqual(log)
  })
})

describe('a submitted event', () => {
  test('needs only its type, and may have unknown properties', () => {
    const nothing = { type: 1107, cipherId: null, organizationId: null, date: null }
    expect(v.parse(SubmittedEvent, { type: 1107, collectionId: 'not read' })).toEqual(nothing)
  })

  test('keeps its date as sent', () => {
    expect(v.parse(SubmittedEvent, { type: 1107, date: { seconds: 7 } }).date).toEqual({ seconds: 7 })
  })

  test.each([
    ['no type', {}],
    ['a type in text', { type: '1107' }],
    ['half a type', { type: 1107.5 }],
    ['an item that is no GUID', { type: 1107, cipherId: 'x' }],
    ['an organization that is no GUID', { type: 1107, organizationId: 7 }],
  ])('has not %s', (_, members) => {
    expect(v.is(SubmittedEvent, members)).toBe(false)
  })
})

describe('an accepted event', () => {
  const fits = (members: Record<string, unknown>) => v.is(AcceptedEvent, { ...event(), ...members })
  const long = (characters: number) => 'x'.repeat(characters)

  test('has a field for each id', () => {
    expect(Object.keys(AcceptedEvent.entries)).toEqual(expect.arrayContaining([...idFields]))
  })

  const limits: readonly (readonly [field: string, good: readonly unknown[], bad: readonly unknown[]])[] = [
    ['type', [0, 65_535], [-1, 65_536, 1.5, '1107']],
    ['deviceType', [0, 32_767], [-1, 32_768, '9']],
    ['systemUser', [0, 32_767], [-1, 32_768, null]],
    ['ipAddress', ['', long(textCharactersMax)], [long(textCharactersMax + 1), 7]],
    ['domainName', ['', long(textCharactersMax)], [long(textCharactersMax + 1), null]],
    ['objectName', ['', long(textCharactersMax)], [long(textCharactersMax + 1), null]],
    ['clientDate', ['', long(textCharactersMax)], [long(textCharactersMax + 1)]],
    ['date', ['2026-11-22T06:27:51.5010000Z'], ['2026-11-22T06:27:51.501Z', undefined]],
    ...idFields.map((field) => [field, [alice, undefined], ['x', null]] as const),
  ]

  test.each(limits)('holds %s within its limits', (field, good, bad) => {
    for (const value of good) expect(fits({ [field]: value }), String(value)).toBe(true)
    for (const value of bad) expect(fits({ [field]: value }), String(value)).toBe(false)
  })
})
