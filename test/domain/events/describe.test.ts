// The sentences that describe events.
import { expect, test } from 'vitest'
import { namesFrom } from '../../../src/domain/directory/names.ts'
import { describeWithIds, describe as sentenceOf } from '../../../src/domain/events/describe.ts'
import { facts, item, organization } from '../../support/directory.ts'
import { acme, event, guid } from '../../support/events.ts'

const none = { cipherId: undefined }

test.each([
  ['names the item by its first eight characters', { type: 1107, cipherId: guid(1, 'd') }, 'Viewed item d0000000.'],
  ['names the member', { type: 1516, organizationUserId: guid(1, '7') }, 'User 70000000 left the organization.'],
  ['names a domain in full', { type: 2000, domainName: 'vault.acme.example' }, 'Added domain vault.acme.example.'],
  [
    'names two things',
    { type: 2302, groupId: guid(1, '1'), serviceAccountId: guid(1, '2') },
    'Added group 10000000 to machine account 20000000.',
  ],
  [
    'names an alert rule as it was called',
    { type: 9000, objectId: guid(1, 'e'), objectName: 'My rule' },
    'Created alert rule My rule.',
  ],
  [
    'names an alert rule without a name by its id',
    { type: 9000, objectId: guid(1, 'e') },
    'Created alert rule e0000000.',
  ],
  ['names nothing where nothing is to be named', { type: 1000 }, 'Logged in.'],
  ['stays a sentence without the id', { ...none, type: 1107 }, 'Viewed item.'],
  ['stays a sentence without the id in its middle', { ...none, type: 1516 }, 'User left the organization.'],
  ['stays a sentence without the domain', { type: 2003 }, 'Could not verify domain.'],
  ['names a type that it does not know by number', { type: 4711 }, 'Event of type 4711.'],
])('%s', (_, members, sentence) => {
  expect(sentenceOf(event(members))).toBe(sentence)
  expect(describeWithIds(event(members), undefined)).toBe(sentence)
})

test('says names where they are known, and for others that they are not, or their ids', () => {
  const known = facts({ organizations: [organization(acme)], items: [item(guid(1, 'd'), { name: 'Bank' })] })
  const names = namesFrom(known)
  for (const describe of [sentenceOf, describeWithIds]) {
    expect(describe(event({ type: 1107, cipherId: guid(1, 'd') }), names)).toBe('Viewed item Bank.')
  }
  const unknown = event({ type: 1107, cipherId: guid(2, 'd') })
  expect(sentenceOf(unknown, names)).toBe('Viewed item (name unknown).')
  expect(describeWithIds(unknown, names)).toBe('Viewed item d0000000.')
})
