// Exceptions in the page: what one made from an alert may cover, in words, and what is typed for lists.
import { describe, expect, test } from 'vitest'
import { alertOf } from '../../../web/alerts/alert.ts'
import { endIn, exceptionOf, suggestionOf, zoneOf } from '../../../web/exceptions/exception.ts'
import { conditionText } from '../../../web/exceptions/texts.ts'
import { isListName, refusedValues, valuesIn } from '../../../web/exceptions/value-list.ts'
import { translator } from '../../../web/locale/i18n.ts'

const t = translator('en')
const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '')
const ada = 'c0000000-0000-4000-8000-000000000001'

const event = (date: string, more: object = {}) => ({
  object: 'event',
  id: date,
  type: 1111,
  date,
  actingUserId: ada,
  actingUserName: 'Ada',
  ipAddress: '203.0.113.7',
  cipherId: `d0000000-0000-4000-8000-0000000${date.slice(14, 19).replace(':', '0')}`,
  itemName: 'Backup key',
  ...more,
})
const alert = (samples: readonly object[], more: object = {}) =>
  alertOf({
    id: 'a1',
    ruleId: 'r1',
    title: 'A user copies more than usual',
    level: 'medium',
    tags: [],
    state: 'open',
    active: true,
    muted: false,
    group: [{ name: 'actingUserId', value: ada.toUpperCase(), label: 'Ada' }],
    from: '2026-03-02T01:20:00Z',
    to: '2026-03-02T01:50:00Z',
    firstEventAt: '2026-03-02T01:05:00Z',
    endsAt: null,
    count: 45,
    atLeast: false,
    threshold: 15,
    heldBack: 0,
    summary: '',
    response: null,
    link: '',
    acknowledgedAt: null,
    acknowledgedBy: null,
    samples,
    ...more,
  })

describe('what an exception of an alert may cover', () => {
  test('is its people, addresses and hours, each once; and its item, if it is one', () => {
    const nightly = alert([event('2026-03-02T01:05:00Z'), event('2026-03-02T01:06:00Z')])
    expect(suggestionOf(nightly, 'UTC')).toMatchObject({
      people: [{ value: ada, name: 'Ada' }],
      addresses: [{ value: '203.0.113.7', name: '203.0.113.7' }],
      items: [],
      machines: [],
      hours: { from: '01:00', to: '02:00', zone: 'UTC', weekdays: { length: 7 } },
    })
    const one = suggestionOf(alert([event('2026-03-02T01:05:00Z')]), 'UTC')
    expect(one.items).toMatchObject([{ name: 'Backup key' }])
  })

  test('has hours by the clock of the zone, also over midnight, and none if it lasted longer', () => {
    const times = { from: '2026-03-02T22:20:00Z', to: '2026-03-02T23:50:00Z', firstEventAt: '2026-03-02T22:05:00Z' }
    expect(suggestionOf(alert([], times), 'UTC').hours).toMatchObject({ from: '22:00', to: '24:00' })
    expect(suggestionOf(alert([], times), 'Europe/Berlin').hours).toMatchObject({ from: '23:00', to: '01:00' })
    expect(suggestionOf(alert([], { ...times, to: '2026-03-03T03:59:00Z' }), 'UTC').hours).toMatchObject({
      from: '22:00',
      to: '04:00',
    })
    expect(suggestionOf(alert([], { ...times, to: '2026-03-03T04:00:00Z' }), 'UTC').hours).toBeNull()
  })

  test('lasts for days, or without an end', () => {
    expect(endIn(90, Date.parse('2026-03-02T00:00:00Z'))).toBe('2026-05-31T00:00:00.000Z')
    expect(endIn(0, 0)).toBeNull()
  })
})

test('an exception is read as the API has it, and says in words what it covers', () => {
  const hours = { from: '02:00', to: '03:00', weekdays: ['Monday', 'Friday'], zone: 'Europe/Berlin' }
  const conditions = { actingUserIds: [ada], networks: ['203.0.113.7', '10.0.0.0/8'], types: [1111], hours }
  const given = {
    object: 'alertException',
    id: 'e',
    ruleId: null,
    title: null,
    conditions,
    reason: 'backup',
    until: null,
    createdAt: '2026-03-02T00:00:00Z',
    createdBy: ada,
  }
  const { object: _, ...expected } = given
  expect(exceptionOf(given)).toEqual(expected)
  expect(plain(conditionText(exceptionOf(given).conditions, () => 'Ada', t))).toBe(
    'by Ada, from 203.0.113.7, 10.0.0.0/8, of type “Copied password for item”, between 02:00 and 03:00 (Europe/Berlin, Monday, Friday)',
  )
})

describe('lists of values', () => {
  test('are typed one a line', () => {
    expect(valuesIn(' a \n\nb\n')).toEqual(['a', 'b'])
  })

  test('name the values that were refused', () => {
    expect(refusedValues({ 'values.1': ['is none'], kind: ['x'] }, ['a', 'b'])).toEqual([
      { value: 'b', problem: 'is none' },
    ])
  })

  test.each([
    ['backup_jobs', true],
    ['Backup', false],
    ['', false],
  ])('have names as the API takes them: %s', (name, expected) => {
    expect(isListName(name)).toBe(expected)
  })
})

test('hours are suggested in the zone of the organization, or of the browser if it set none', () => {
  expect(zoneOf({ isDefault: false, timeZone: 'UTC' }, 'Asia/Tokyo')).toBe('UTC')
  expect(zoneOf({ isDefault: true, timeZone: 'UTC' }, 'Asia/Tokyo')).toBe('Asia/Tokyo')
  expect(zoneOf(undefined, 'Asia/Tokyo')).toBe('Asia/Tokyo')
})
