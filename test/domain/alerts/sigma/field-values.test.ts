// Values in rules: compared as they are written, and refused where the field can never be so. A table over all fields.
import { describe, expect, test } from 'vitest'
import { tracedFields } from '../../../../src/domain/alerts/observed/observed.ts'
import { canEqual, fieldCharactersMax } from '../../../../src/domain/alerts/sigma/field-values.ts'
import { directoryContext, fieldsOf, knownFields } from '../../../../src/domain/alerts/sigma/fields.ts'
import { idFields } from '../../../../src/domain/events/event.ts'
import { problemsOf, reasonsOf, selecting, selects } from '../../../support/alerts/rules.ts'
import { facts } from '../../../support/directory.ts'
import { event, guid } from '../../../support/events.ts'

const id = guid(7).replace('00000007', '0000abcd')
const texts = [
  'domainName',
  'objectName',
  'clientDate',
  'actingUserName',
  'actingUserEmail',
  'memberName',
  'groupName',
  'collectionName',
  'policyName',
  'itemName',
  'networkName',
]
const ids = ['id', ...idFields, 'targetUserId']
const nothing = directoryContext(facts({}))
const present = Object.entries(
  fieldsOf(event({ type: 9_999, actingUserId: undefined, cipherId: undefined, organizationId: undefined }), nothing),
).flatMap(([name, value]) => (value === null ? [] : [name]))

/** For each field, what it can be and what it never is, as rules write them. */
const table: readonly (readonly [fields: readonly string[], good: readonly string[], bad: readonly string[]])[] = [
  [texts, ['1.10', '0x1F', '1e3', '+5', '010', '1_000', '.5', '-0', '.inf', 'true', '2026-11-20', "''", "'*'"], []],
  [
    ids,
    [id, id.toUpperCase(), "'1*'", "'*abcd'", `'${id.slice(0, -1)}?'`, "'*-*-*-*-*'"],
    ['bob', '5', "''", `'{${id}}'`, "'*g*'", "'*-*-*-*-*-*'", `'${id}?'`, 'true', id.replaceAll('-', '')],
  ],
  [
    ['type'],
    ['1000', "'1005'", "'10*'", '0', '65535'],
    ['99999', '65536', '-1', 'User_LoggedIn', 'true', "'x*'", "''"],
  ],
  [
    ['deviceType', 'systemUser'],
    ['0', '9', '32767', "'?'"],
    ['32768', '-1', 'ChromeExtension', 'false', "'*a'"],
  ],
  [['networkNumber'], ['1', '4294967295', "'645*'"], ['4294967296', '-1', 'AS64500', 'true']],
  [['hourOfDay'], ['0', '23', "'2?'"], ['24', '25', '-1', 'noon', "'3?'", "'*:*'"]],
  [
    ['itemCritical', 'isHosting', ...tracedFields],
    ['true', 'False', "'TRUE'", "'t*'"],
    ['1', 'yes', 'x', "''"],
  ],
  [['offHours'], ['true', 'False', "'TRUE'", "'t*'"], ['1', 'no', "''"]],
  [['eventName'], ['User_LoggedIn', 'user_loggedin', "'Cipher_*'"], ['Nonsense', '1000', "'*nope'", "''"]],
  [['category'], ['item', 'ITEM', "'*user*'"], ['logon', '5', "'x*'"]],
  [['deviceName'], ['ChromeExtension', 'uwp', "'*CLI'"], ['Toaster', '9', "'Chrome'"]],
  [
    ['actingUserRole', 'targetRole'],
    ['owner', 'Admin'],
    ['boss', '0', "'*x*'"],
  ],
  [['weekday'], ['Monday', 'sunday', "'S*'"], ['Mon', '1', 'Montag', "'*x'"]],
  [
    ['ipAddress'],
    ['203.0.113.7', '2001:DB8::7', '"::ffff:203.0.113.7"', "'203.0.113.*'", "'2001:db8:*'"],
    ['10.0.0.0/8', '300.1.2.3', '1.2.3', 'localhost', '010.1.2.3', "'10.0.0.*/8'", '5', "''", "'*g'"],
  ],
  [
    ['country'],
    ['DE', 'no', 'XK', "'*'", "'A?'"],
    ['Germany', 'DEU', 'XX', 'UK', 'ZZ', '49', "''", "'*erm*'", 'true', 'D'],
  ],
  [['date'], ["'2026-11-*'", '2026-11-20T10:00:00.000Z'], ['2026-11-20', 'today', '2026', "'2026/11/*'"]],
]

test('the table has every field once', () => {
  expect(table.flatMap(([fields]) => fields).toSorted()).toEqual([...knownFields.keys()].toSorted())
})

describe.each(table.flatMap(([fields, good, bad]) => fields.map((field) => ({ field, good, bad }))))(
  '$field',
  ({ field, good, bad }) => {
    test('takes what it can be, alone and in a list', () => {
      for (const value of good) expect(reasonsOf(selecting(`{${field}: ${value}}`)), value).toEqual([])
      expect(reasonsOf(selecting(`{${field}: [${good.join(', ')}]}`))).toEqual([])
    })

    test('refuses what it can never be, with a hint at its place', () => {
      for (const value of bad) {
        expect(problemsOf(selecting(`{${field}: ${value}}`)), value).toMatchObject([
          {
            line: 4,
            reason: 'unknown-value',
            member: `detection.sel.${field}`,
            message: expect.stringMatching(/^\w+ is never .+: .+\.$/),
          },
        ])
        expect(reasonsOf(selecting(`{${field}: [${good[0]}, ${value}]}`)), value).toEqual(['unknown-value'])
        expect(reasonsOf(selecting(`{${field}|neq: ${value}}`)), value).toEqual(['unknown-value'])
      }
    })

    test('may be absent, or is there in every event', () => {
      const reasons = present.includes(field) ? ['unknown-value'] : []
      expect(reasonsOf(selecting(`{${field}: null}`))).toEqual(reasons)
      expect(reasonsOf(selecting(`{${field}|exists: false}`))).toEqual(reasons)
      expect(reasonsOf(selecting(`{${field}|exists: true}`))).toEqual([])
    })

    test('is never longer than it may be', () => {
      expect(fieldCharactersMax(field)).toBeGreaterThan(0)
    })
  },
)

describe('numbers', () => {
  const unclear = [
    '1.10',
    '0x1F',
    '1e3',
    '+5',
    '010',
    '1_000',
    '.5',
    '-0',
    '.inf',
    '-.inf',
    '.nan',
    '0o17',
    '5.0',
    '1000.0',
    "'0x1F'",
    "'1e3'",
    "'+5'",
    "'010'",
    "'1.10'",
    "'1_000'",
    "'1,000'",
    "'.inf'",
  ]
  test.each(unclear)('written as %s are refused where a field holds numbers', (value) => {
    for (const field of ['type', 'deviceType', 'systemUser', 'hourOfDay']) {
      const reasons = reasonsOf(selecting(`{${field}: ${value}}`))
      expect(reasons).toEqual(['bad-value'])
    }
  })

  test.each([
    '1.10',
    '0x1F',
    '1e3',
    '+5',
    '010',
    '1_000',
    '.5',
    '-0',
    '.inf',
    '.nan',
    'true',
    'True',
    '2026-11-20',
    '12345678901234567890',
    '1.0',
  ])('written as %s are the text %s where a field holds text', (value) => {
    expect(selects(`{groupName: ${value}}`, { groupName: value })).toBe(true)
    expect(selects(`{groupName|cased: [x, ${value}]}`, { groupName: value })).toBe(true)
    expect(selects(`{groupName|contains: ${value}}`, { groupName: `a ${value} b` })).toBe(true)
    expect(selects(`{groupName: ${value}}`, { groupName: String(Number(value)) })).toBe(String(Number(value)) === value)
  })

  test.each(['0x10', '1e1', '010', '+5', '.5e1', '-0x1'])('written as %s are no count of a correlation', (value) => {
    const correlation = (condition: string) =>
      `${selecting('{type: 1000}')}name: a\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: ${condition}}\n`
    expect(reasonsOf(correlation(`{gte: ${value}}`))).toContain('bad-value')
    expect(reasonsOf(correlation('{gte: 10}'))).toEqual([])
    for (const never of ['{gte: 0}', '{neq: 0}', '{lt: 0}', '{lte: 0}', '{eq: 0}']) {
      expect(reasonsOf(correlation(never)), never).toContain('bad-value')
    }
    expect(reasonsOf(correlation('{gt: 0}'))).toEqual([])
  })
})

describe('with modifiers', () => {
  test.each([
    '{userId|contains: bob}',
    '{userId|startswith: "-"}',
    '{userId|endswith: x}',
    `{userId|startswith: ${id}0}`,

    `{userId|cased: ${id.toUpperCase()}}`,
    '{type|contains: a}',
    '{type|startswith: 1e}',
    '{type|contains: 123456}',

    '{ipAddress|startswith: host}',
    '{ipAddress|contains: /8}',
    '{weekday|startswith: x}',
    '{weekday|cased: monday}',
    '{itemCritical|contains: z}',
    '{eventName|endswith: nope}',
    '{hourOfDay|contains: 9a}',
    '{category|re: "^x"}',
    '{itemCritical|re: "[0-9]"}',
    '{hourOfDay|re: "^30"}',
    '{date|startswith: 20261}',
    '{date|endswith: "+01:00"}',
    '{hourOfDay|gte: 0}',
    '{hourOfDay|gt: 23}',
    '{hourOfDay|lte: 23}',
    '{hourOfDay|lt: 0}',
    '{type|gte: 0}',
    '{type|gt: 65535}',
    '{type|lt: 65536}',
    '{deviceType|gt: -1}',
    '{systemUser|lte: 32767}',
    '{type|lte: -5}',
    '{userId|fieldref: type}',
    '{weekday|fieldref: eventName}',
    '{ipAddress|fieldref: userId}',
    '{itemCritical|fieldref: hourOfDay}',
  ])('%s can never match, or always does', (selection) => {
    expect(reasonsOf(selecting(selection))).toEqual(['unknown-value'])
  })

  test.each([
    '{userId|contains: abc}',
    '{userId|startswith: 1000}',
    `{userId|endswith: ${id}}`,
    `{userId|cased: ${id}}`,
    '{type|contains: 00}',
    '{type|endswith: 5}',
    '{ipAddress|startswith: "10."}',
    '{ipAddress|endswith: "::1"}',
    '{weekday|startswith: S}',
    '{eventName|contains: logged}',
    '{hourOfDay|startswith: 2}',
    '{type|re: "^10"}',

    '{hourOfDay|gte: 1}',
    '{hourOfDay|lte: 22}',
    '{type|gt: 999}',
    '{deviceType|gte: 1}',
    '{date|startswith: 2026-11}',
    '{userId|fieldref: actingUserId}',
    '{memberName|fieldref: type}',
    '{ipAddress|fieldref: objectName}',
    '{isFirstSeenIp|fieldref: itemCritical}',
  ])('%s can match', (selection) => {
    expect(reasonsOf(selecting(selection))).toEqual([])
  })

  test.each(['{hourOfDay|gt: 5.5}', '{type|gte: 0x10}', '{type|lt: 1e3}', '{type|lte: 010}', '{type|gt: +5}'])(
    '%s is not clear',
    (selection) => {
      expect(reasonsOf(selecting(selection))).toEqual(['bad-value'])
    },
  )
})

test('an address in a rule is any spelling of it', () => {
  expect(selects('{ipAddress: "2001:DB8:0:0::AB"}', { ipAddress: '2001:db8::ab' })).toBe(true)
  expect(selects('{ipAddress: "::ffff:203.0.113.66"}', { ipAddress: '203.0.113.66' })).toBe(true)
})

test('fields are equal to their like', () => {
  for (const field of knownFields.keys()) expect(canEqual(field, field), field).toBe(true)
})
