// Which incidents the page shows: what its address asks for, and what belongs to the list after an action.
import { expect, test } from 'vitest'
import { belongs, filtersOf, isFiltered, openIncidents, pathOfIncidents } from '../../../web/incidents/filters.ts'

const now = Date.parse('2024-03-01T12:00:00Z')
const ada = 'c0000000-0000-4000-8000-000000000001'
const filters = (query: string) => filtersOf(new URLSearchParams(query))

test('reads filters from the address, and passes over what the API would refuse', () => {
  const nothing = { text: '', level: '', assignee: '', person: '', address: '', item: '' }

  expect(filters('')).toEqual({ tab: 'open', ...nothing })
  expect(filters(`state=all&text=+root+&level=high&assignee=me&person=${ada}&address=10.0.0.0/8&item=${ada}`)).toEqual({
    tab: 'all',
    text: 'root',
    level: 'high',
    assignee: 'me',
    person: ada,
    address: '10.0.0.0/8',
    item: ada,
  })
  const wrong = `state=lost&text=${'x'.repeat(201)}&level=severe&assignee=you&person=me&address=10.0.0&item=root`
  expect(filters(wrong)).toEqual({ tab: 'open', ...nothing })
})

test('the state alone is no filter', () => {
  expect([isFiltered(filters('state=closed')), isFiltered(filters('assignee=none'))]).toEqual([false, true])
})

test('asks for a year of incidents, with the filters that are set', () => {
  expect(pathOfIncidents('o', openIncidents, { now })).toBe(
    '/organizations/o/incidents?limit=50&start=2023-03-01&state=open',
  )
  expect(pathOfIncidents('o', filters('state=all&level=high&address=10.0.0.0/8'), { now, token: 'a&b' })).toBe(
    '/organizations/o/incidents?limit=50&continuationToken=a%26b&level=high&address=10.0.0.0%2F8',
  )
})

test('an incident leaves the list with its state and its assignee', () => {
  const mine = { state: 'open', assignee: { id: ada, name: 'Ada' } } as const

  expect(
    ['', 'state=all', 'assignee=me', `assignee=${ada.toUpperCase()}`].map((query) => belongs(mine, filters(query))),
  ).toEqual([true, true, true, true])
  expect(
    ['state=closed', 'assignee=none', `assignee=${ada.replace('1', '2')}`].map((query) =>
      belongs(mine, filters(query)),
    ),
  ).toEqual([false, false, false])
})
