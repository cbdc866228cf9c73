// An alert's numbers and group in a few words. Pure.
import type { AlertRecord } from '../../alerts/alert.ts'

/** The highest count of a window; "at least" where more were not counted. */
export const countOf = ({ count, atLeast }: Pick<AlertRecord, 'count' | 'atLeast'>): string =>
  atLeast ? `at least ${count}` : String(count)

/** Whom or what an alert is about: names where there are any, else values. */
export const groupOf = ({ group }: Pick<AlertRecord, 'group'>): string =>
  group.map(({ value, label }) => label ?? value).join(', ')
