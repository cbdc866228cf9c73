// Alerts in the page: what the address asks for, what mutes cover, and what is said of counts.
import { expect, test } from 'vitest'
import { alertOf, type Mute } from '../../../web/alerts/alert.ts'
import { filtersOf, pathOfAlerts } from '../../../web/alerts/filters.ts'
import { covers, endOf } from '../../../web/alerts/mutes/muting.ts'
import { placeWords } from '../../../web/alerts/places.ts'
import { actorsOf, fieldName, groupText, groupValueText, namesActor, subjectOf } from '../../../web/alerts/texts.ts'
import { UnexpectedResponse } from '../../../web/api/read.ts'
import { translator } from '../../../web/locale/i18n.ts'

const now = Date.parse('2024-03-01T12:00:00Z')
const t = translator('en')

const response = {
  object: 'alert',
  id: 'a1',
  ruleId: 'r1',
  title: 'Many failed logins',
  level: 'high',
  tags: ['attack.t1110'],
  state: 'open',
  active: true,
  muted: false,
  group: [{ name: 'actingUserId', value: 'U1', label: 'Ada' }],
  from: '2024-03-01T10:00:00Z',
  to: '2024-03-01T11:00:00Z',
  firstEventAt: '2024-03-01T09:59:00Z',
  endsAt: null,
  count: 12,
  atLeast: false,
  threshold: 10,
  heldBack: 0,
  summary: 'Ada failed.',
  response: null,
  samples: [],
  places: [
    { ipAddress: '203.0.113.7', country: 'DE', networkNumber: 64_500, networkName: 'Example Net', isHosting: null },
    { ipAddress: '203.0.113.8', country: null, networkNumber: null, networkName: 'Other Net', isHosting: true },
  ],
  link: '/organizations/o/events',
  acknowledgedAt: null,
  acknowledgedBy: null,
}
const alert = alertOf(response)
const mute = (change: Partial<Mute> = {}): Mute => ({
  id: 'm',
  ruleId: 'r1',
  title: 'T',
  group: null,
  until: '2024-03-02T00:00:00Z',
  mutedAt: '',
  mutedBy: 'u',
  ...change,
})

test('refuses a response that is no alert, and names what is wrong', () => {
  expect(() => alertOf({ ...response, count: '12' })).toThrow(new UnexpectedResponse('count is no number'))
})

test('says the country and network of an address, as far as they are known', () => {
  const words = (address: string | null) => placeWords(address, alert.places)
  expect(words('203.0.113.7')).toEqual(['DE', 'Example Net'])
  expect(words('203.0.113.8')).toEqual(['Other Net'])
  expect([words('203.0.113.9'), words(null)]).toEqual([[], []])
  expect(alertOf({ ...response, places: undefined }).places).toEqual([])
})

test('reads filters from the address, and passes over what it does not know', () => {
  const filters = (query: string) => filtersOf(new URLSearchParams(query))

  expect(filters('')).toEqual({ tab: 'open', level: '', ruleId: '' })
  expect(filters('state=all&level=critical,high&rule=r1')).toEqual({ tab: 'all', level: 'critical,high', ruleId: 'r1' })
  expect(filters('state=closed&level=severe')).toEqual({ tab: 'open', level: '', ruleId: '' })
})

test('asks for a year of alerts, with the filters that are set', () => {
  const filters = { tab: 'acknowledged', level: 'high', ruleId: 'r1' } as const

  expect(pathOfAlerts('o', filters, { now })).toBe(
    '/organizations/o/alerts?limit=50&start=2023-03-01&state=acknowledged&level=high&ruleId=r1',
  )
  expect(pathOfAlerts('o', { tab: 'all', level: '', ruleId: '' }, { now, token: 'a&b' })).toBe(
    '/organizations/o/alerts?limit=50&continuationToken=a%26b',
  )
})

test('a mute of the rule covers the alert; one of another rule, or that is over, does not', () => {
  expect(covers(mute(), alert, now)).toBe(true)
  expect(covers(mute({ ruleId: 'r2' }), alert, now)).toBe(false)
  expect(covers(mute({ until: '2024-03-01T12:00:00Z' }), alert, now)).toBe(false)
})

test('a mute of a group covers alerts of that group, in either case', () => {
  const group = (value: string) => [{ name: 'actingUserId', value, label: null }]

  expect(covers(mute({ group: group('u1') }), alert, now)).toBe(true)
  expect(covers(mute({ group: group('u2') }), alert, now)).toBe(false)
  expect(covers(mute({ group: [] }), alert, now)).toBe(false)
})

test('a mute ends so many hours from now', () => {
  expect(endOf(24, now)).toBe('2024-03-02T12:00:00.000Z')
})

test('calls things by their names where there are any', () => {
  const people = () => 'Ada'

  expect(groupText(alert.group)).toBe('\u2068Ada\u2069')
  expect(fieldName('ipAddress', t)).toBe('Address')
  expect(fieldName('objectName', t)).toBe('About')
  expect(fieldName('weekday', t)).toBe('weekday')
  expect(groupValueText({ name: 'actingUserId', value: 'u1', label: null }, people)).toBe('\u2068Ada\u2069')
  expect(groupValueText({ name: 'ipAddress', value: '203.0.113.1', label: null }, people)).toBe(
    '\u2068203.0.113.1\u2069',
  )
})

test('an alert without a group is about who acted in its sample events, each once; else about everything', () => {
  const event = (id: string, actingUserName: string | null) => ({ id, type: 1700, date: '2024-03-01', actingUserName })
  const samples = [event('1', 'Ada'), event('2', 'Ada'), event('3', null), event('4', 'Bob')]

  expect(subjectOf(alert, t)).toEqual(['Ada'])
  expect(subjectOf(alertOf({ ...response, group: [], samples }), t)).toEqual(['Ada', 'Bob'])
  expect(subjectOf(alertOf({ ...response, group: [] }), t)).toEqual(['The whole organization'])
})

test('who acted is said beside the group, unless the group says it', () => {
  const ofAddress = alertOf({ ...response, group: [{ name: 'ipAddress', value: '203.0.113.7', label: null }] })
  expect([namesActor(alert), namesActor(ofAddress)]).toEqual([true, false])
  expect(actorsOf(ofAddress)).toEqual(actorsOf(alert))
})
