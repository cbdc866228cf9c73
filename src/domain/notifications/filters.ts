// Filters of single events: and/or groups over equals, not equals, in and not in, as the reference's; checked when saved, cheap when used. Pure.
import * as v from 'valibot'
import { canonicalAddress } from '../addresses.ts'
import { type FieldValue, type FieldValues, knownFields, vocabularies } from '../alerts/sigma/fields.ts'
import { boundedArray } from '../bounded-array.ts'
import { foreignText } from '../texts.ts'

/** Groups within groups at most; members of one group and values of one list at most; longest value in UTF-16 units. */
export const filterDepthMax = 4
export const filterMembersMax = 20
export const filterValuesMax = 100
export const filterValueCharsMax = 300
/** Longest filter as JSON, in UTF-16 units: it is evaluated for every event. */
export const filterCharsMax = 8_000

/** Whether a field can ever hold a value, by its kind and, if it has one, its vocabulary. */
function canHold(field: string, value: FieldValue): boolean {
  if (value === null) return true
  const kind = knownFields.get(field)
  if (kind === 'number' || kind === 'boolean') return typeof value === kind
  const words = vocabularies.get(field)
  if (typeof value !== 'string') return false
  if (kind === 'address') return canonicalAddress(value) !== undefined
  return words === undefined || words.some((word) => word.toLowerCase() === value.toLowerCase())
}

const Value = v.union([foreignText(filterValueCharsMax), v.number(), v.boolean(), v.null()])
const One = v.strictObject({ field: v.string(), operator: v.picklist(['equals', 'notEquals']), value: Value })
const Several = v.strictObject({
  field: v.string(),
  operator: v.picklist(['in', 'notIn']),
  value: v.pipe(boundedArray(Value, filterValuesMax), v.minLength(1)),
})

/** A test of one field. Text is compared in either case; null is an absent field. */
const FilterTest = v.variant('operator', [One, Several])
type FilterTest = v.InferOutput<typeof FilterTest>

/** A test, or members of which all (`and`) or any (`or`) hold. */
export type Filter = FilterTest | { readonly and: readonly Filter[] } | { readonly or: readonly Filter[] }

const field = v.pipe(
  v.string(),
  v.check((name) => knownFields.has(name), 'is no field of an event'),
)
const never = 'is nothing that the field ever holds'
const CheckedTest = v.variant('operator', [
  v.pipe(
    v.strictObject({ ...One.entries, field }),
    v.forward(
      v.check((test) => canHold(test.field, test.value), never),
      ['value'],
    ),
  ),
  v.pipe(
    v.strictObject({ ...Several.entries, field }),
    v.forward(
      v.check((test) => test.value.every((each) => canHold(test.field, each)), never),
      ['value'],
    ),
  ),
])

/** A test with addresses spelled as events spell them. */
function inOneSpelling(test: FilterTest): FilterTest {
  if (knownFields.get(test.field) !== 'address') return test
  const spelled = (value: FieldValue) => (typeof value === 'string' ? (canonicalAddress(value) ?? value) : value)
  switch (test.operator) {
    case 'equals':
    case 'notEquals':
      return { ...test, value: spelled(test.value) }
    case 'in':
    case 'notIn':
      return { ...test, value: test.value.map(spelled) }
  }
}

const tooDeep = v.pipe(
  v.unknown(),
  // Replaced unread: reading something this deep could overflow the stack.
  v.transform((): Filter => ({ and: [] })),
  v.check(() => false, `has more than ${filterDepthMax} groups within groups`),
)

/** A filter as it was saved; a field that no longer exists is one that no event has. */
export const Filter = filterOf(v.pipe(FilterTest, v.transform(inOneSpelling)), filterDepthMax)

/** A filter that a request saves: its fields exist, and can hold its values. */
export const FilterInput = v.pipe(
  filterOf(v.pipe(CheckedTest, v.transform(inOneSpelling)), filterDepthMax),
  v.check(
    (filter) => JSON.stringify(filter).length <= filterCharsMax,
    `has more than ${filterCharsMax} characters as JSON`,
  ),
)

/** Whether an event with these fields passes a filter. */
export function filterHolds(filter: Filter, fields: FieldValues): boolean {
  if ('and' in filter) return filter.and.every((each) => filterHolds(each, fields))
  if ('or' in filter) return filter.or.some((each) => filterHolds(each, fields))
  const value = fields[filter.field] ?? null
  switch (filter.operator) {
    case 'equals':
      return isSame(filter.value, value)
    case 'notEquals':
      return !isSame(filter.value, value)
    case 'in':
      return filter.value.some((each) => isSame(each, value))
    case 'notIn':
      return !filter.value.some((each) => isSame(each, value))
  }
}

const isSame = (one: FieldValue, other: FieldValue): boolean =>
  typeof one === 'string' && typeof other === 'string' ? one.toLowerCase() === other.toLowerCase() : one === other

/** A schema for at most so many groups within groups, so that none is too deep to read. */
function filterOf(test: v.GenericSchema<unknown, FilterTest>, depth: number): v.GenericSchema<unknown, Filter> {
  return v.lazy((input): v.GenericSchema<unknown, Filter> => {
    const name = groupIn(input)
    if (name === undefined) return test
    if (depth === 0) return tooDeep
    const members = v.pipe(boundedArray(filterOf(test, depth - 1), filterMembersMax), v.minLength(1))
    return name === 'and' ? v.strictObject({ and: members }) : v.strictObject({ or: members })
  })
}

function groupIn(input: unknown): 'and' | 'or' | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  if ('and' in input) return 'and'
  return 'or' in input ? 'or' : undefined
}
