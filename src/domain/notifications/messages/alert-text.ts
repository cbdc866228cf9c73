// An alert's numbers and group in a few words. Pure.
import type { AlertRecord } from '../../alerts/alert.ts'

/** The highest count of a window; "at least" where more were not counted. */
export const countOf = ({ count, atLeast }: Pick<AlertRecord, 'count' | 'atLeast'>): string =>
  atLeast ? `at least ${count}` : String(count)

/** The subject of an alert: the labels of its group, or the values that have none. */
export const groupOf = ({ group }: Pick<AlertRecord, 'group'>): string =>
  group.map(({ value, label }) => label ?? value).join(', ')
