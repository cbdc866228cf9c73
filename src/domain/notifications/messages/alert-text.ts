// An alert's numbers and group in a few words. Pure.
import type { AlertRecord } from '../../alerts/alert.ts'
import { nameUnknown } from '../../events/describe.ts'
import { parseGuid } from '../../guid.ts'

/** The highest count of a window; "at least" where more were not counted. */
export const countOf = ({ count, atLeast }: Pick<AlertRecord, 'count' | 'atLeast'>): string =>
  atLeast ? `at least ${count}` : String(count)

/** The subject of an alert: the labels of its group; of what has none, the value, and of an id that no name is known. */
export const groupOf = ({ group }: Pick<AlertRecord, 'group'>): string =>
  group.map(({ value, label }) => label ?? (parseGuid(value) ? `${value} ${nameUnknown}` : value)).join(', ')
