// Filters of the events view: what the address says, what the API is asked, and which events pass.
import { describe, expect, test } from 'vitest'
import { eventTypes } from '../../../../src/domain/events/event-types.ts'
import { listedEvent } from '../../../../web/events/event.ts'
import {
  around,
  canFilterBy,
  fieldTime,
  parametersFor,
  passes,
  rangeIn,
  timeOfField,
} from '../../../../web/events/filters/filters.ts'

const now = Date.parse('2026-05-08T12:00:00.000Z')
const asked = (query: string) => Object.fromEntries(parametersFor(new URLSearchParams(query), now))

describe('the range', () => {
  test('is the last 7 days, or as named', () => {
    expect(asked('')).toEqual({ start: '2026-05-01T12:00:00.000Z' })
    expect(asked('range=1h')).toEqual({ start: '2026-05-08T11:00:00.000Z' })
    expect(asked('range=toString')).toEqual({ start: '2026-05-01T12:00:00.000Z' })
  })

  test('is its own when it has an end of its own', () => {
    expect(asked('range=1h&start=2026-01-01&end=2026-01-02')).toEqual({ start: '2026-01-01', end: '2026-01-02' })
    expect(rangeIn(new URLSearchParams('range=own'))).toEqual({ kind: 'own', start: null, end: null })
  })

  test('goes through fields of date and time, the end to the last millisecond of its minute', () => {
    expect(timeOfField(fieldTime('2026-05-08T12:34:00.000Z'))).toBe('2026-05-08T12:34:00.000Z')
    expect(timeOfField(fieldTime('2026-05-08T12:34:56.789Z'), true)).toBe('2026-05-08T12:34:59.999Z')
    expect([fieldTime(null), fieldTime('x'), timeOfField('')]).toEqual(['', '', null])
  })
})

describe('filters', () => {
  test('are asked for by the same names, those without a value not at all', () => {
    expect(asked('start=s&actingUserId=a&itemId=i&ipAddress=+&device=9&other=1')).toEqual({
      start: 's',
      actingUserId: 'a',
      itemId: 'i',
      device: '9',
    })
  })

  test('by category ask for its types, and one type goes before it', () => {
    const policies = eventTypes.filter(({ category }) => category === 'policy').map(({ code }) => code)
    expect(asked('start=s&category=policy')).toEqual({ start: 's', type: policies.join(',') })
    expect(asked('start=s&category=policy&type=1107,1108')).toEqual({ start: 's', type: '1107,1108' })
    expect(asked('start=s&category=nothing')).toEqual({ start: 's' })
  })
})

test.each([
  ['ipAddress', '192.0.2.1', true],
  ['ipAddress', '2001:db8::1', true],
  ['ipAddress', 'unknown', false],
  ['itemId', 'x', true],
])('the API takes %s=%s: %s', (name, value, takes) => expect(canFilterBy(name, value)).toBe(takes))

describe('an event that comes', () => {
  const event = listedEvent({
    id: 'e',
    type: 1107,
    date: '2026-05-08T12:00:00.000Z',
    ipAddress: '192.0.2.1',
    deviceType: 9,
    actingUserId: 'aa',
    cipherId: 'cc',
    organizationUserId: 'dd',
  })
  test.each([
    '',
    'type=1107,1108',
    'category=item',
    'ipAddress=192.0.2.1',
    'ipAddress=::ffff:192.0.2.1',
    'ipAddress=192.0.2.0/24',
    'ipAddress=10.0.0.0/8, 192.0.2.0/31',
    'device=9',
    'actingUserId=AA',
    'itemId=cc',
    'itemId=dd',
    'memberId=dd',
  ])('passes %s', (query) => expect(passes(event, new URLSearchParams(query))).toBe(true))
  test.each([
    'type=1108',
    'category=user',
    'ipAddress=192.0.2.2',
    'ipAddress=192.0.2.2/31,::/0',
    'ipAddress=192.0.2',
    'device=8',
    'actingUserId=b',
    'itemId=aa',
    'memberId=cc',
    'device=9&type=1',
  ])('does not pass %s', (query) => expect(passes(event, new URLSearchParams(query))).toBe(false))
})

describe('a search', () => {
  test('is asked for beside the range and the filters', () => {
    expect(asked('range=1h&q=who:alice&device=9')).toEqual({
      start: '2026-05-08T11:00:00.000Z',
      q: 'who:alice',
      device: '9',
    })
    expect(asked('range=1h&q=+')).toEqual({ start: '2026-05-08T11:00:00.000Z' })
  })

  test('with times asks for its range, and for the rest', () => {
    expect(asked('range=1h&q=after:2026-05-01+who:alice')).toEqual({
      start: '2026-05-01T00:00:00.000Z',
      q: `${' '.repeat(17)}who:alice`,
    })
    expect(asked('start=s&q=before:2026-05-01')).toEqual({ end: '2026-04-30T23:59:59.9999999Z' })
  })

  test('and all filters give way to what is around an event', () => {
    expect(around('2026-05-08T12:00:00.123Z')).toMatchObject({
      q: null,
      itemId: null,
      device: null,
      range: 'own',
      start: '2026-05-08T11:50:00.123Z',
      end: '2026-05-08T12:10:00.123Z',
    })
  })
})
