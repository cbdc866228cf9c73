// Query parameters of lists: page size and filters, what is wrong named by its parameter.
import { HttpRequest } from '@azure/functions'
import { describe, expect, test } from 'vitest'
import { resourceFields } from '../../../src/domain/log/query.ts'
import {
  expandsNames,
  filterParameters,
  filtersOf,
  isWrong,
  listParametersOf,
  networksMax,
  pageSizeDefault,
  pageSizeMax,
  pageSizeOf,
  parametersOf,
  traitsOf,
  typesMax,
} from '../../../src/functions/http/parameters.ts'
import { guid, networks } from '../../support/events.ts'

const parameters = (query: Record<string, string>) =>
  parametersOf(new HttpRequest({ method: 'GET', url: 'https://keytrail.test/events', query }))
const id = guid(1, 'd')

describe('a parameter', () => {
  test('is found whatever the case of its name', () => {
    expect(parameters({ ContinuationToken: 'x' })('continuationToken')).toBe('x')
    expect(parameters({ continuationtoken: 'X' })('continuationToken')).toBe('X')
  })

  test('counts as absent when it is empty', () => {
    expect(parameters({ start: '' })('start')).toBeNull()
    expect(parameters({})('start')).toBeNull()
  })
})

describe('pageSize', () => {
  test.each([
    ['is 50 unless told', {}, pageSizeDefault],
    ['is 50 when empty', { pageSize: '' }, 50],
    ['is 1 at least', { pageSize: '1' }, 1],
    ['is 1,000 at most', { pageSize: '1000' }, pageSizeMax],
    ['may have zeros before it', { pagesize: '007' }, 7],
  ])('%s', (_, query, size) => {
    expect(pageSizeOf(parameters(query))).toBe(size)
  })

  test.each(['0', '1001', '10000', '-1', '1.5', '1e2', 'all', ' 5', '0x10'])('is not %s', (pageSize) => {
    expect(pageSizeOf(parameters({ pageSize }))).toEqual({
      kind: 'wrong',
      parameter: 'pageSize',
      problem: 'must be a number from 1 to 1000',
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
    expect(filtersOf(parameters({ [parameter]: id.toUpperCase() }))).toEqual([{ fields, id }])
    expect(filtersOf(parameters({ [parameter.toUpperCase()]: id }))).toEqual([{ fields, id }])
  })

  test('joins the others, the most selective first', () => {
    const query = { actingUserId: guid(3), collectionId: guid(2), itemId: guid(1), start: '2026-11-01' }
    expect(filtersOf(parameters(query))).toEqual([
      { fields: resourceFields, id: guid(1) },
      { fields: ['collectionId'], id: guid(2) },
      { fields: ['actingUserId'], id: guid(3) },
    ])
  })

  test('is absent when empty', () => {
    expect(filtersOf(parameters({ itemId: '', actingUserId: '' }))).toEqual([])
    expect(filtersOf(parameters({}))).toEqual([])
  })

  test.each(['itemId', 'memberId', 'actingUserId'])('by %s that is no GUID is named as wrong', (parameter) => {
    expect(filtersOf(parameters({ groupId: id, [parameter]: 'x' }))).toEqual({
      kind: 'wrong',
      parameter,
      problem: 'is not a GUID',
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
    ['a device', { device: '0' }, { deviceType: 0 }],
    [
      'all of them',
      { TYPE: '1', IPADDRESS: '::1', DEVICE: '9' },
      { types: [1], networks: networks('::1'), deviceType: 9 },
    ],
    ['nothing', {}, {}],
  ])('is %s', (_, query, traits) => {
    expect(traitsOf(parameters(query))).toEqual(traits)
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
    expect(traitsOf(parameters({ [parameter]: text }))).toMatchObject({ kind: 'wrong', parameter })
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
    expect(traitsOf(parameters({ ipAddress }))).toMatchObject({ kind: 'wrong', parameter: 'ipAddress' })
  })

  test('names 100 addresses at most', () => {
    const addresses = Array.from({ length: networksMax + 1 }, (_, index) => `10.0.0.${index}`)
    const most = traitsOf(parameters({ ipAddress: addresses.slice(1).join() }))
    expect(most).toMatchObject({ networks: { length: networksMax } })
    expect(traitsOf(parameters({ ipAddress: addresses.join() }))).toMatchObject({ parameter: 'ipAddress' })
  })

  test('names 200 types at most', () => {
    const types = Array.from({ length: typesMax + 1 }, () => '1107')
    expect(traitsOf(parameters({ type: types.slice(1).join() }))).toMatchObject({ types: { length: typesMax } })
    expect(traitsOf(parameters({ type: types.join() }))).toMatchObject({ kind: 'wrong', parameter: 'type' })
  })
})

test.each([
  ['names, unless told', {}, true],
  ['names when asked for', { expand: 'names' }, true],
  ['no names', { expand: 'none' }, false],
])('a list shows %s', (_, query, expands) => {
  expect(expandsNames(parameters(query))).toBe(expands)
})

describe('all of a list’s parameters', () => {
  test('are read together', () => {
    expect(listParametersOf(parameters({ pageSize: '5', itemId: id, type: '1107', expand: 'none' }))).toEqual({
      pageSize: 5,
      filters: [{ fields: resourceFields, id }],
      traits: { types: [1107] },
      expands: false,
    })
  })

  test.each([
    ['pageSize', { pageSize: '0' }],
    ['itemId', { itemId: 'x' }],
    ['type', { type: 'x' }],
    ['expand', { expand: 'x' }],
  ])('are wrong when %s is', (parameter, query) => {
    const read = listParametersOf(parameters(query))
    expect(isWrong(read) && read.parameter).toBe(parameter)
  })

  test('have a name each by which a list is filtered', () => {
    for (const parameter of filterParameters) {
      expect(listParametersOf(parameters({ [parameter]: '1' }))).not.toEqual(listParametersOf(parameters({})))
    }
  })
})
