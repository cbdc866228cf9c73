// Days as charts need them: every day of the range in order, events stacked by category. Pure.
import type { Day } from './summary.ts'

/** The ranges of the overview, in days. */
export const ranges = [7, 30, 90] as const
type Range = (typeof ranges)[number]

const dayMs = 86_400_000

/** Reads a range as the address has it: 30 days for anything else. */
export const rangeOf = (text: string | null): Range => ranges.find((range) => `${range}` === text) ?? 30

/** The first and the last day (UTC, `YYYY-MM-DD`) of a range that ends with today. */
export const datesOf = (range: Range, now: number): { start: string; end: string } => ({
  start: dateOf(now - (range - 1) * dayMs),
  end: dateOf(now),
})

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** The parts of a day's stack, from the bottom up; `rest` has every category that no other part has. */
export const bands = ['item', 'user', 'administration', 'secret', 'rest'] as const
export type Band = (typeof bands)[number]

const bandOfCategory: ReadonlyMap<string, Band> = new Map([
  ['item', 'item'],
  ['user', 'user'],
  ['secret', 'secret'],
  ['project', 'secret'],
  ['service-account', 'secret'],
  ['collection', 'administration'],
  ['group', 'administration'],
  ['member', 'administration'],
  ['organization', 'administration'],
  ['policy', 'administration'],
  ['domain', 'administration'],
  ['provider-user', 'administration'],
  ['provider-organization', 'administration'],
])

/** The part of the stack that a category of events belongs to. */
export const bandOf = (category: string): Band => bandOfCategory.get(category) ?? 'rest'

/** A day's events by part of the stack; the sum is all events of the day. */
export function stackOf({ byCategory }: Day): Readonly<Record<Band, number>> {
  const stack = { item: 0, user: 0, administration: 0, secret: 0, rest: 0 }
  for (const [category, events] of Object.entries(byCategory)) stack[bandOf(category)] += events
  return stack
}

/** All events of these days by category, most first. */
export function categoryTotals(
  days: readonly Day[],
): readonly { readonly category: string; readonly events: number }[] {
  const totals = new Map<string, number>()
  for (const { byCategory } of days) {
    for (const [category, events] of Object.entries(byCategory)) {
      totals.set(category, (totals.get(category) ?? 0) + events)
    }
  }
  return [...totals].map(([category, events]) => ({ category, events })).sort((one, other) => other.events - one.events)
}

/** Every day from start to end, both included, in order; missing days are empty. */
export function everyDay(days: readonly Day[], start: string, end: string): readonly Day[] {
  const known = new Map(days.map((day) => [day.date, day]))
  const first = Date.parse(`${start}T00:00:00Z`)
  const count = Math.round((Date.parse(`${end}T00:00:00Z`) - first) / dayMs) + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const date = dateOf(first + index * dayMs)
    return known.get(date) ?? { date, events: 0, byCategory: {}, failedLogins: 0, views: 0, copies: 0 }
  })
}
