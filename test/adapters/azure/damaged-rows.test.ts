// What is said of a damaged row: where and what should be there, in words of the schema alone.
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { damageOf } from '../../../src/adapters/azure/damaged-rows.ts'

const Entry = v.object({ name: v.string(), sealed: v.record(v.picklist(['url', 'token']), v.string()) })

test.each([
  ['a column that is gone', Entry, { sealed: {} }, 'name is missing'],
  ['another type', Entry, { name: 7, sealed: {} }, 'name is not string'],
  ['a name that a row brings', Entry, { name: '', sealed: { hunter2: 'x' } }, 'sealed is not ("url" | "token")'],
  ['an element of a list', v.array(Entry), [{ name: '', sealed: { url: 7 } }], '0.sealed is not string'],
  ['no object at all', Entry, 'hunter2', 'the row is not Object'],
])('%s is described by where it is, and not by what is there', (_, schema, value, described) => {
  const { issues } = v.safeParse(schema, value)
  if (!issues) throw new Error('it can be read')
  expect(damageOf(new v.ValiError(issues))).toBe(described)
})
