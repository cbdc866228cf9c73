// Filters as rows, and back.
import { describe, expect, test } from 'vitest'
import { filterOf, newGroup, newRow, rowsOf, withNode } from '../../../../web/integrations/form/filter-rows.ts'
import type { Filter } from '../../../../web/integrations/integration.ts'

const through = (filter: Filter) => {
  const group = rowsOf(filter)
  return group && filterOf(group)
}

describe('a filter', () => {
  test.each<Filter>([
    { field: 'actingUserRole', operator: 'equals', value: 'owner' },
    { field: 'type', operator: 'notEquals', value: 1000 },
    { field: 'itemCritical', operator: 'equals', value: true },
    { field: 'memberName', operator: 'equals', value: null },
    { field: 'memberName', operator: 'notEquals', value: null },
    { field: 'type', operator: 'in', value: [1000, 1001] },
    {
      and: [
        { field: 'category', operator: 'notIn', value: ['user', 'item'] },
        {
          or: [
            { field: 'hourOfDay', operator: 'equals', value: 3 },
            { field: 'weekday', operator: 'in', value: ['Sunday'] },
          ],
        },
      ],
    },
  ])('survives the way through rows: %j', (filter) => {
    expect(through(filter)).toEqual(filter)
  })

  test.each<Filter>([
    { field: 'memberName', operator: 'in', value: ['a', null] },
    { field: 'memberName', operator: 'in', value: ['a\nb'] },
    { field: 'memberName', operator: 'notIn', value: [' a'] },
    { or: [{ field: 'memberName', operator: 'in', value: [''] }] },
  ])('that rows cannot hold is said to be one: %j', (filter) => {
    expect(rowsOf(filter)).toBeUndefined()
  })
})

describe('rows', () => {
  test('give values as their field holds them; what is none stays text', () => {
    const row = newRow()
    expect(filterOf({ ...row, field: 'type', value: '1000' })).toMatchObject({ value: 1000 })
    expect(filterOf({ ...row, field: 'type', value: 'many' })).toMatchObject({ value: 'many' })
    expect(filterOf({ ...row, field: 'type', value: '' })).toMatchObject({ value: '' })
    expect(filterOf({ ...row, field: 'domainName', value: '12' })).toMatchObject({ value: '12' })
    expect(filterOf({ ...row, operator: 'in', value: ' a \n\nb' })).toMatchObject({ value: ['a', 'b'] })
  })

  test('are changed by key, and a group without any is removed too', () => {
    const [inner, outer] = [newGroup('or'), newGroup('and')]
    const whole = { ...outer, children: [...outer.children, inner] }
    const [row] = inner.children
    if (!row) throw new Error('a group begins with a row')

    const changed = withNode(whole, row.key, (node) => ({ ...node, field: 'type' }))
    expect(changed.children[1]).toMatchObject({ children: [{ field: 'type' }] })
    expect(withNode(whole, row.key, undefined).children).toEqual(outer.children)
    expect(withNode(whole, inner.key, undefined).children).toEqual(outer.children)
  })
})
