// A filter of events as rows that people edit, and back. What rows can't hold is said, never changed. Pure.
import type { Filter, FilterValue } from '../integration.ts'
import { linesOf } from '../targets.ts'
import { filterFields } from './fields.ts'

export const operators = ['equals', 'notEquals', 'in', 'notIn', 'absent', 'present'] as const
export type Operator = (typeof operators)[number]

/** One row: a test as it is typed. Of `in` and `notIn`, `value` has a line for each. */
export type Row = {
  readonly kind: 'row'
  readonly key: number
  readonly field: string
  readonly operator: Operator
  readonly value: string
}
/** Rows and groups of which all or any must hold. */
export type Group = {
  readonly kind: 'group'
  readonly key: number
  readonly join: 'and' | 'or'
  readonly members: readonly Member[]
}
export type Member = Row | Group

/** Groups within groups at most, the outermost among them; members of one group at most. */
export const groupDepthMax = 4
export const groupMembersMax = 20

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
export const newGroup = (join: Group['join']): Group => ({ kind: 'group', key: nextKey(), join, members: [newRow()] })

/** A filter as rows; undefined for one that rows can't hold, such as a list with "none" in it. */
export function rowsOf(filter: Filter): Group | undefined {
  const member = memberOf(filter)
  if (member === undefined || member.kind === 'group') return member
  return { kind: 'group', key: nextKey(), join: 'and', members: [member] }
}

function memberOf(filter: Filter): Member | undefined {
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
  const members = filters.flatMap((each) => memberOf(each) ?? [])
  return members.length === filters.length ? { kind: 'group', key: nextKey(), join, members } : undefined
}

/** What rows ask for; a group of one is that one. */
export function filterOf(member: Member): Filter {
  if (member.kind === 'row') return testOf(member)
  const [only, ...more] = member.members
  if (only && more.length === 0) return filterOf(only)
  const members = member.members.map(filterOf)
  return member.join === 'and' ? { and: members } : { or: members }
}

function testOf({ field, operator, value }: Row): Filter {
  switch (operator) {
    case 'absent':
      return { field, operator: 'equals', value: null }
    case 'present':
      return { field, operator: 'notEquals', value: null }
    case 'in':
    case 'notIn':
      return { field, operator, value: linesOf(value).map((line) => parsed(field, line)) }
    default:
      return { field, operator, value: parsed(field, value) }
  }
}

/** A value as its field holds it; what is none stays text, and the server says so. */
function parsed(field: string, text: string): FilterValue {
  const kind = filterFields.get(field)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const number = Number(text)
  return kind === 'number' && text.trim() !== '' && Number.isFinite(number) ? number : text
}

/** A group in which the member of this key is changed; without a change, it is taken away. Groups without members go too. */
export function withMember(group: Group, key: number, change: ((member: Member) => Member) | undefined): Group {
  const members = group.members.flatMap((member): readonly Member[] => {
    if (member.key === key) return change ? [change(member)] : []
    if (member.kind === 'row') return [member]
    const inner = withMember(member, key, change)
    return inner.members.length > 0 ? [inner] : []
  })
  return { ...group, members }
}
