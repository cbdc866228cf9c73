// What events say in words: short, with names, and the number of things.
import { expect, test } from 'vitest'
import { sentenceOf } from '../../../../../src/domain/alerts/incidents/story/phrases.ts'
import { eventTypes } from '../../../../../src/domain/events/event-types.ts'
import { aliceAsMember, at, bobAsMember, done, factsOf, itemId } from '../../../../support/alerts/stories.ts'
import { guid } from '../../../../support/events.ts'

const { names, isCritical } = factsOf()
const said = (...events: Parameters<typeof sentenceOf>[0]) => sentenceOf(events, { names, isCritical })
const of = (type: number, ...numbers: readonly number[]) =>
  numbers.map((number) => done(type, at(number), { cipherId: itemId(number) }))

test.each([
  ['copied 3 passwords', of(1111, 3, 4, 5)],
  ['copied secrets of 3 items', [...of(1111, 3, 4), ...of(1112, 5)]],
  ['copied 2 passwords', [...of(1107, 3, 4), ...of(1111, 3, 4)]],
  ['opened 3 items and copied 2 passwords', [...of(1107, 3, 4, 5), ...of(1111, 3, 4)]],
  ['had secrets of 2 items shown and filled in 2 items', [...of(1108, 3, 4), ...of(1114, 3, 4)]],
  ['copied 3 passwords (1 of them critical)', of(1111, 2, 3, 4)],
  ['copied 2 passwords (all of them critical)', of(1111, 1, 2)],
  ['copied password for item Item 1 (critical) and filled in 2 items', [...of(1111, 1), ...of(1114, 3, 4)]],
  ['viewed item Item 1 (critical)', of(1107, 1)],
  ['copied password for item Item 3', of(1111, 3)],
])('items: %s', (expected, events) => {
  expect(said(...events)).toBe(`Alice Adams ${expected}`)
})

test('names three things, and counts the others', () => {
  const created = (count: number) =>
    Array.from({ length: count }, (_, index) => done(9000, at(index), { objectName: `Rule ${index + 1}` }))
  expect(said(...created(1))).toBe('Alice Adams created alert rule Rule 1')
  expect(said(...created(4))).toBe('Alice Adams created alert rule Rule 1, Rule 2, Rule 3 and Rule 4')
  expect(said(...created(5))).toBe('Alice Adams created alert rule Rule 1, Rule 2, Rule 3 and 2 more')
})

test('counts repetitions of the same, and what has no name', () => {
  expect(said(...[1, 2].map((minute) => done(1600, at(minute))))).toBe(
    'Alice Adams edited organization settings 2 times',
  )
  const policies = [1, 2].map((minute) => done(1700, at(minute), { policyId: guid(minute + 50, '9') }))
  expect(said(...policies)).toBe('Alice Adams modified policy (name unknown) 2 times')
  const access = [aliceAsMember, bobAsMember].map((organizationUserId, minute) =>
    done(2300, at(minute), { organizationUserId, serviceAccountId: guid(9, 'e') }),
  )
  expect(said(...access)).toBe('Alice Adams added user Alice Adams to machine account, and 1 more like it')
})

test('says deletions in one, permanent and not', () => {
  const deleted = [1102, 1115, 1102, 1115].map((type, minute) =>
    done(type, at(minute), { cipherId: itemId(minute + 3) }),
  )
  expect(said(...deleted)).toBe(
    'Alice Adams permanently deleted item Item 3 and Item 5 and sent item Item 4 and Item 6 to trash',
  )
})

test('says nothing of names that Keytrail never knows, and quotes what is turned on or off', () => {
  const sends = [1, 2].map((minute) => done(2503, at(minute), { sendId: guid(minute, '6') }))
  expect(said(...sends)).toBe('Alice Adams created file Send 2 times')
  expect(said(done(1611, at(1)))).toBe('Alice Adams turned off “limit collection creation”')
})

test('says who acted: a person, a machine account, a part of a server', () => {
  expect(said(done(1000, at(1), { actingUserId: guid(77, 'b') }))).toBe('user (name unknown) logged in')
  expect(said(done(1000, at(1), { actingUserId: guid(77, 'b'), actingUserName: 'Olga' }))).toBe('Olga logged in')
  const without = { actingUserId: undefined, organizationUserId: bobAsMember }
  expect(said(done(2100, at(1), { ...without, serviceAccountId: guid(9, 'e') }))).toBe(
    'machine account e0000000 read 1 secret',
  )
  expect(said(done(1511, at(1), { ...without, systemUser: 1 }))).toBe(
    'SCIM revoked organization access for user Bob Brown',
  )
  expect(said(done(1516, at(1), without))).toBe('Bob Brown left the organization')
  expect(said(done(1516, at(1), { organizationUserId: aliceAsMember }))).toBe('Alice Adams left the organization')
})

test.each(eventTypes.map(({ code, name }) => [name, code] as const))(
  '%s reads as one sentence without a stop',
  (_, type) => {
    for (const count of [1, 5]) {
      const text = said(
        ...Array.from({ length: count }, (_, minute) => done(type, at(minute), { cipherId: itemId(minute + 1) })),
      )
      expect(text).toMatch(/^\S.*[^.\s]$/)
      expect(text).not.toMatch(/[{}]|\s\s/)
    }
  },
)
