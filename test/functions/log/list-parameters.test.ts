// Query parameters of lists: page size and filters; problems are named by their parameter.
import { HttpRequest } from '@azure/functions'
import { describe, expect, test } from 'vitest'
import { resourceFields } from '../../../src/domain/log/query.ts'
import { readQuery } from '../../../src/functions/http/query.ts'
import {
  EventListQuery,
  filtersOf,
  networksMax,
  pageSizeDefault,
  pageSizeMax,
  traitsOf,
  typesMax,
} from '../../../src/functions/log/list-parameters.ts'
import { guid, networks } from '../../support/events.ts'

const read = (query: Record<string, string>) =>
  readQuery(new HttpRequest({ method: 'GET', url: 'https://keytrail.test/events', query }), EventListQuery)
const readValue = (query: Record<string, string>) => {
  const result = read(query)
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.errors))
  return result.value
}
const wrongParameterOf = (query: Record<string, string>) => {
  const result = read(query)
  return result.kind === 'invalid' ? Object.keys(result.errors).join() : undefined
}
const id = guid(1, 'd')

describe('pageSize', () => {
  test.each([
    ['is 50 by default', {}, pageSizeDefault],
    ['is 50 when empty', { pageSize: '' }, 50],
    ['is 1 at least', { pageSize: '1' }, 1],
    ['is 1,000 at most', { pageSize: '1000' }, pageSizeMax],
    ['may have zeros before it', { pagesize: '007' }, 7],
  ])('%s', (_, query, size) => {
    expect(readValue(query).pageSize).toBe(size)
  })

  test.each(['0', '1001', '10000', '-1', '1.5', '1e2', 'all', ' 5', '0x10'])('is not %s', (pageSize) => {
    expect(read({ pageSize })).toEqual({
      kind: 'invalid',
      errors: { pageSize: ['must be a number from 1 to 1000'] },
    })
  })
})

describe('a filter', () => {
  test.each([
    ['itemId', resourceFields],
    ['secretId', ['secretId']],
    ['projectId', ['projectId']],
    ['memberId', ['organizationUserId']],
    ['groupId', ['groupId']],
    ['policyId', ['policyId']],
    ['collectionId', ['collectionId']],
    ['actingUserId', ['actingUserId']],
  ])('by %s asks for events that name the id there', (parameter, fields) => {
    expect(filtersOf(readValue({ [parameter]: id.toUpperCase() }))).toEqual([{ fields, ids: [id] }])
    expect(filtersOf(readValue({ [parameter.toUpperCase()]: id }))).toEqual([{ fields, ids: [id] }])
  })

  test('joins the others, the most selective first', () => {
    const query = { actingUserId: guid(3), collectionId: guid(2), itemId: guid(1), start: '2026-11-01' }
    expect(filtersOf(readValue(query))).toEqual([
      { fields: resourceFields, ids: [guid(1)] },
      { fields: ['collectionId'], ids: [guid(2)] },
      { fields: ['actingUserId'], ids: [guid(3)] },
    ])
  })

  test('is absent when empty', () => {
    expect(filtersOf(readValue({ itemId: '', actingUserId: '' }))).toEqual([])
    expect(filtersOf(readValue({}))).toEqual([])
  })

  test.each(['itemId', 'memberId', 'actingUserId'])('by %s that is no GUID is named as wrong', (parameter) => {
    expect(read({ groupId: id, [parameter]: 'x' })).toEqual({
      kind: 'invalid',
      errors: { [parameter]: ['is not a GUID'] },
    })
  })
})

describe('a trait', () => {
  test.each([
    ['one type', { type: '1107' }, { types: [1107] }],
    ['several types', { type: '1107, 1000,1108' }, { types: [1107, 1000, 1108] }],
    ['an address', { ipAddress: '2001:DB8::7' }, { networks: networks('2001:db8::7') }],
    ['a network', { ipAddress: '10.0.0.0/8' }, { networks: networks('10.0.0.0/8') }],
    [
      'several of both',
      { ipAddress: '::ffff:203.0.113.7, 2001:db8::/32,198.51.100.1' },
      { networks: networks('203.0.113.7', '2001:db8::/32', '198.51.100.1') },
    ],
    ['a device', { device: '0' }, { deviceTypes: [0] }],
    [
      'all of them',
      { TYPE: '1', IPADDRESS: '::1', DEVICE: '9' },
      { types: [1], networks: networks('::1'), deviceTypes: [9] },
    ],
    ['nothing', {}, {}],
  ])('is %s', (_, query, traits) => {
    expect(traitsOf(readValue(query))).toEqual(traits)
  })

  test.each([
    ['type', 'Cipher_ClientViewed'],
    ['type', '-1'],
    ['type', '1107,'],
    ['type', '100000'],
    ['device', 'LinuxCLI'],
    ['device', '1000'],
    ['device', '-1'],
  ])('%s=%s is named as wrong', (parameter, text) => {
    expect(wrongParameterOf({ [parameter]: text })).toBe(parameter)
  })

  test.each([
    'unknown',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7:443',
    '[::1]',
    'g::',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '::/129',
    '10.*',
    ' ',
    '10.0.0.1,',
    ',10.0.0.1',
    '10.0.0.1,,::1',
    '10.0.0.1 ::1',
    '10.0.0.1;::1',
    'null',
  ])('ipAddress=%s is named as wrong', (ipAddress) => {
    expect(wrongParameterOf({ ipAddress })).toBe('ipAddress')
  })

  test('names 100 addresses at most', () => {
    const addresses = Array.from({ length: networksMax + 1 }, (_, index) => `10.0.0.${index}`)
    const most = traitsOf(readValue({ ipAddress: addresses.slice(1).join() }))
    expect(most).toMatchObject({ networks: { length: networksMax } })
    expect(wrongParameterOf({ ipAddress: addresses.join() })).toBe('ipAddress')
  })

  test('names 200 types at most', () => {
    const types = Array.from({ length: typesMax + 1 }, () => '1107')
    expect(traitsOf(readValue({ type: types.slice(1).join() }))).toMatchObject({ types: { length: typesMax } })
    expect(wrongParameterOf({ type: types.join() })).toBe('type')
  })
})

test.each([
  ['names by default', {}, true],
  ['names when asked for', { expand: 'names' }, true],
  ['no names', { expand: 'none' }, false],
])('a list shows %s', (_, query, expands) => {
  expect(readValue(query).expand === 'names').toBe(expands)
})

describe('all of a list’s parameters', () => {
  test('are read together', () => {
    const value = readValue({ pageSize: '5', itemId: id, type: '1107', expand: 'none' })
    expect(value).toMatchObject({ pageSize: 5, expand: 'none' })
    expect(filtersOf(value)).toEqual([{ fields: resourceFields, ids: [id] }])
    expect(traitsOf(value)).toEqual({ types: [1107] })
  })

  test.each([
    ['pageSize', { pageSize: '0' }],
    ['itemId', { itemId: 'x' }],
    ['type', { type: 'x' }],
    ['expand', { expand: 'x' }],
  ])('are wrong when %s is', (parameter, query) => {
    expect(wrongParameterOf(query)).toBe(parameter)
  })

  test('have a name each by which a list is filtered', () => {
    const others = ['pageSize', 'expand', 'start', 'end', 'continuationToken']
    const filters = Object.keys(EventListQuery.entries).filter((name) => !others.includes(name))
    expect(filters).toHaveLength(11)
    for (const parameter of filters) expect(read({ [parameter]: '1' })).not.toEqual(read({}))
  })
})
