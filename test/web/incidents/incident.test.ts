// Incidents in the page: whom an incident is about, and when it was.
import { expect, test } from 'vitest'
import { UnexpectedResponse } from '../../../web/api/read.ts'
import { addressesIn, incidentDetailOf, incidentPageOf, whoIn } from '../../../web/incidents/incident.ts'
import { localSpan } from '../../../web/ui/time.tsx'

const response = {
  object: 'incident',
  id: 'i1',
  title: 'Many failed logins: Ada',
  level: 'high',
  from: '2024-03-01T10:00:00Z',
  to: '2024-03-01T11:00:00Z',
  alertCount: 60,
  entities: [
    { kind: 'person', value: 'u1', label: 'Ada' },
    { kind: 'address', value: '203.0.113.7', label: null },
    { kind: 'machine', value: 'm1', label: null },
  ],
  state: 'open',
  assignee: null,
  acknowledged: null,
  closed: null,
  closedBefore: null,
}
const story = {
  sentence: 'Someone guessed.',
  who: [],
  addresses: [],
  taken: { itemCount: 0, criticalCount: 0, secretCount: 0, items: [], exports: [] },
  whatToDo: [],
  isPartial: false,
}

test('an incident is about people and machine accounts, by name where one is known, and from addresses', () => {
  const { items, next } = incidentPageOf({ object: 'list', data: [response], continuationToken: 'more' })

  expect(items.map(whoIn)).toEqual([['Ada', 'm1']])
  expect(items.map(addressesIn)).toEqual([['203.0.113.7']])
  expect(next).toBe('more')
})

test('an incident of a newer app is read, its levels and kinds unknown to the page or not', () => {
  const entities = [{ kind: 'item', value: 'c1', label: 'Root password' }]
  const newer = incidentDetailOf({
    ...response,
    level: 'severe',
    entities,
    alerts: [],
    story,
    timeline: [],
    comments: [],
  })

  expect(newer.level).toBe('severe')
  expect(whoIn(newer)).toEqual(['Root password'])
})

test('refuses a response that is no incident, and names what is wrong', () => {
  const wrong = { ...response, alerts: [], story: { ...story, sentence: null }, timeline: [] }
  expect(() => incidentDetailOf(wrong)).toThrow(new UnexpectedResponse('sentence is no text'))
})

test('a span of time says once what its ends have in common', () => {
  const span = (to: string) => localSpan('2024-03-01T10:00:00Z', to, 'en-GB').replaceAll('\u2009', ' ')

  expect(span('2024-03-01T10:00:30Z')).toMatch(/^1 Mar 2024, \d\d:\d\d$/)
  expect(span('2024-03-01T10:20:00Z')).toMatch(/^1 Mar 2024, \d\d:\d\d\s?–\s?\d\d:\d\d$/)
  expect(localSpan('then', '2024-03-01T10:20:00Z', 'en-GB')).toBe('then – 2024-03-01T10:20:00Z')
})
