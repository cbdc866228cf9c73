// Query parameters of lists: page size and filters, what is wrong named by its parameter.
import { HttpRequest } from '@azure/functions'
import { describe, expect, test } from 'vitest'
import { resourceFields } from '../../src/domain/query.ts'
import {
  filtersOf,
  pageSizeDefault,
  pageSizeMax,
  pageSizeOf,
  parametersOf,
} from '../../src/functions/list-parameters.ts'
import { guid } from '../support/events.ts'

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
