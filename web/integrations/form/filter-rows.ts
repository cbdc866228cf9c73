// A filter of events as rows that people edit, and back. A filter that rows cannot hold is reported, never changed. Pure.
import type { Filter, FilterValue } from '../integration.ts'
import { linesOf } from '../targets.ts'
import { filterFields } from './fields.ts'

export const operators = ['equals', 'notEquals', 'in', 'notIn', 'absent', 'present'] as const
type Operator = (typeof operators)[number]

/** One row: a test as it is typed. Of `in` and `notIn`, `value` has a line for each value. */
export type Row = {
  readonly kind: 'row'
  readonly key: number
  readonly field: string
  readonly operator: Operator
  readonly value: string
}
/** Rows and groups: all or any of them must hold. */
export type Group = {
  readonly kind: 'group'
  readonly key: number
  readonly join: 'and' | 'or'
  readonly children: readonly FilterNode[]
}
export type FilterNode = Row | Group

/** The most levels of groups, with the outermost; the most children of one group. */
export const groupDepthMax = 4
export const groupChildrenMax = 20

let lastKey = 0
const nextKey = () => ++lastKey

/** A row to be filled in. */
export const newRow = (): Row => ({
  kind: 'row',
  key: nextKey(),
  field: 'actingUserRole',
  operator: 'equals',
  value: '',
})

/** A group with one row to be filled in. */
export const newGroup = (join: Group['join']): Group => ({ kind: 'group', key: nextKey(), join, children: [newRow()] })

/** A filter as rows; undefined for one that rows cannot hold, such as a list with null in it. */
export function rowsOf(filter: Filter): Group | undefined {
  const node = nodeOf(filter)
  if (node === undefined || node.kind === 'group') return node
  return { kind: 'group', key: nextKey(), join: 'and', children: [node] }
}

function nodeOf(filter: Filter): FilterNode | undefined {
  if ('and' in filter) return groupOf('and', filter.and)
  if ('or' in filter) return groupOf('or', filter.or)
  const { field } = filter
  const row = (operator: Operator, value: string): Row => ({ kind: 'row', key: nextKey(), field, operator, value })
  if (filter.operator === 'in' || filter.operator === 'notIn') {
    const lines = filter.value.map((value) => (value === null ? '' : String(value)))
    const isPlain = lines.every((line) => line !== '' && line === line.trim() && !line.includes('\n'))
    return isPlain ? row(filter.operator, lines.join('\n')) : undefined
  }
  if (filter.value === null) return row(filter.operator === 'equals' ? 'absent' : 'present', '')
  return row(filter.operator, String(filter.value))
}

function groupOf(join: Group['join'], filters: readonly Filter[]): Group | undefined {
  const children = filters.flatMap((each) => nodeOf(each) ?? [])
  return children.length === filters.length ? { kind: 'group', key: nextKey(), join, children } : undefined
}

/** The filter of a row or a group; a group with one child is the filter of that child. */
export function filterOf(node: FilterNode): Filter {
  if (node.kind === 'row') return testOf(node)
  const [only, ...more] = node.children
  if (only && more.length === 0) return filterOf(only)
  const children = node.children.map(filterOf)
  return node.join === 'and' ? { and: children } : { or: children }
}

function testOf({ field, operator, value }: Row): Filter {
  switch (operator) {
    case 'absent':
      return { field, operator: 'equals', value: null }
    case 'present':
      return { field, operator: 'notEquals', value: null }
    case 'in':
    case 'notIn':
      return { field, operator, value: linesOf(value).map((line) => valueFrom(field, line)) }
    default:
      return { field, operator, value: valueFrom(field, value) }
  }
}

/** A value of the field's kind; anything else stays text, and the server refuses it. */
function valueFrom(field: string, text: string): FilterValue {
  const kind = filterFields.get(field)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const number = Number(text)
  return kind === 'number' && text.trim() !== '' && Number.isFinite(number) ? number : text
}

/** A group with the node of this key changed; without a change, it is removed. Groups without children are removed too. */
export function withNode(group: Group, key: number, change: ((node: FilterNode) => FilterNode) | undefined): Group {
  const children = group.children.flatMap((node): readonly FilterNode[] => {
    if (node.key === key) return change ? [change(node)] : []
    if (node.kind === 'row') return [node]
    const inner = withNode(node, key, change)
    return inner.children.length > 0 ? [inner] : []
  })
  return { ...group, children }
}
