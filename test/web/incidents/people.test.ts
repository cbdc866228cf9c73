// The people of the organization, for incidents.
import { expect, test } from 'vitest'
import { personsOf } from '../../../web/incidents/people.ts'

test('confirmed owners and admins manage; people without a name go by e-mail address or id', () => {
  const person = (role: string | null, status: string | null, names: object = { name: 'Ada', email: 'a@b.test' }) => ({
    id: 'c0000000-0000-4000-8000-000000000001',
    role,
    status,
    ...names,
  })
  const data = [
    person('owner', 'confirmed'),
    person('admin', 'confirmed', { name: null, email: 'a@b.test' }),
    person('admin', 'invited'),
    person('user', 'confirmed'),
    person(null, null, { name: null, email: null }),
  ]
  const people = personsOf({ object: 'list', data, isPartial: false })
  expect(people.map(({ isManager }) => isManager)).toEqual([true, true, false, false, false])
  expect(people.map(({ name }) => name)).toEqual(['Ada', 'a@b.test', 'Ada', 'Ada', 'c0000000'])
})
