import { expect, test } from 'vitest'
import { itemNames } from '../../../agent/directory/item-names.ts'
import { acme, globex, guid } from '../../support/events.ts'

const item = (number: number, organizationId: string | null, more: object = {}) => ({
  id: guid(number, 'd'),
  organizationId,
  name: `Item ${number}`,
  collectionIds: [guid(1, '5')],
  login: { username: 'hush-hush', password: 'hush-hush' },
  ...more,
})

test('takes id, name and collections of each organization’s items, and skips a person’s own', () => {
  const found = itemNames(
    JSON.stringify([item(1, acme), item(2, null), item(3, globex), item(4, acme, { collectionIds: null })]),
  )
  expect([...found]).toEqual([
    [
      acme,
      [
        { id: guid(1, 'd'), name: 'Item 1', collections: [guid(1, '5')] },
        { id: guid(4, 'd'), name: 'Item 4', collections: [] },
      ],
    ],
    [globex, [{ id: guid(3, 'd'), name: 'Item 3', collections: [guid(1, '5')] }]],
  ])
})

test('takes those of one organization alone', () => {
  expect([...itemNames(`\ufeff${JSON.stringify([item(1, acme), item(3, globex)])}`, globex).keys()]).toEqual([globex])
})

test.each([
  ['half of it', '[{"id": "hush-hush'],
  ['an object', '{"name": "hush-hush"}'],
  ['items without a name', JSON.stringify([{ id: guid(1, 'd'), login: 'hush-hush' }])],
  ['nothing', ''],
])('refuses %s in words that repeat none of it', (_, text) => {
  expect(() => itemNames(text)).toThrow('bw list items')
  expect(() => itemNames(text)).not.toThrow('hush-hush')
})
