// Query parameters by a schema: names ignore case, empty ones are absent, the first wrong one is reported.
import { HttpRequest } from '@azure/functions'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { countParameter, type QuerySchema, readQuery } from '../../../src/functions/http/query.ts'

const entries = {
  start: v.optional(v.string()),
  continuationToken: v.optional(v.string()),
  limit: countParameter(200, 50),
} as const
const read = <const S extends QuerySchema>(schema: S, query: Record<string, string>) =>
  readQuery(new HttpRequest({ method: 'GET', url: 'https://keytrail.test/events', query }), schema)
const [strict, loose] = [v.strictObject(entries), v.object(entries)]

describe('a parameter', () => {
  test('is found by its name in any case', () => {
    expect(read(loose, { ContinuationToken: 'x' })).toMatchObject({ value: { continuationToken: 'x' } })
    expect(read(strict, { continuationtoken: 'X' })).toMatchObject({ value: { continuationToken: 'X' } })
  })

  test('counts as absent when it is empty', () => {
    expect(read(loose, { start: '', limit: '' })).toEqual({ kind: 'query', value: { limit: 50 } })
    expect(read(loose, {})).toEqual({ kind: 'query', value: { limit: 50 } })
  })

  test('given in several spellings is the last of them', () => {
    expect(read(strict, { start: 'a', START: 'b' })).toMatchObject({ value: { start: 'b' } })
    expect(read(strict, { start: 'a', START: '' })).toEqual({ kind: 'query', value: { limit: 50 } })
  })

  test('that a strict schema does not have is refused, also when it is empty, before the others are looked at', () => {
    expect(read(strict, { limit: '0', Sort: '' })).toEqual({ kind: 'invalid', errors: { Sort: ['is not known'] } })
    expect(read(strict, { 'a\u0000b': 'x' }).kind).toBe('invalid')
  })

  test('that another schema does not have is ignored', () => {
    expect(read(loose, { sort: 'x', __proto__: 'y' })).toEqual({ kind: 'query', value: { limit: 50 } })
  })

  test('that is required and missing is reported in the words of one that is wrong', () => {
    const format = v.strictObject({ format: v.picklist(['csv', 'ndjson'], 'must be csv or ndjson') })
    const refused = { kind: 'invalid', errors: { format: ['must be csv or ndjson'] } }
    expect([read(format, {}), read(format, { format: 'xml' })]).toEqual([refused, refused])
  })
})

test('only the first wrong parameter is reported, in the order of the schema', () => {
  const several = v.strictObject({ limit: countParameter(200, 50), ruleId: v.pipe(v.string(), v.uuid('is no id')) })
  expect(read(several, { ruleId: 'x', limit: '201' })).toEqual({
    kind: 'invalid',
    errors: { limit: ['must be a number from 1 to 200'] },
  })
})
