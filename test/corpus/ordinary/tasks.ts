// What people do with items, and how they log in: filled in by the browser, looked up, shown, copied, edited; typed badly.
import type { Random } from '../../../local/demo/random.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { doneAt, type Happening, type Seat } from '../happenings.ts'
import { minute, second } from '../months.ts'
import type { Habits } from '../parameters.ts'

/** One of these items: those in front much more often. */
const usedItem = (items: readonly Guid[], random: Random): Guid =>
  items[Math.floor(random.next() ** 4 * items.length)] ?? random.pick(items)

const lookups = [
  [1108, 0.3],
  [1109, 0.04],
  [1117, 0.01],
  [1110, 0.01],
  [1118, 0.005],
  [1112, 0.04],
  [1113, 0.01],
  [1101, 0.03],
] as const

/** What is done with one item. */
function oneTask(habits: Habits, itemId: Guid, seat: Seat, at: number, random: Random): Happening[] {
  let next = at
  const done = (type: number) => {
    next += random.between(2, 25) * second
    return doneAt(seat, next, type, { itemId })
  }
  if (random.chance(habits.autofill)) return Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => done(1114))
  const found = [done(1107)]
  if (random.chance(habits.copies)) found.push(done(1111))
  for (const [type, share] of lookups) if (random.chance(share)) found.push(done(type))
  return found
}

/** So many tasks within a span of time. */
export const manyTasks = (
  habits: Habits,
  items: readonly Guid[],
  seat: Seat,
  span: { readonly at: number; readonly ms: number; readonly count: number },
  random: Random,
): Happening[] =>
  Array.from({ length: span.count }, () =>
    oneTask(habits, usedItem(items, random), seat, span.at + random.next() * span.ms, random),
  ).flat()

/** A login after so many wrong passwords and wrong second steps; some give up and come back later. */
export function login(
  seat: Seat,
  at: number,
  random: Random,
  wrong: { readonly passwords?: number; readonly steps?: number } = {},
): Happening[] {
  const found: Happening[] = []
  let next = at
  for (const [type, times] of [
    [1005, wrong.passwords ?? 0],
    [1006, wrong.steps ?? 0],
  ] as const) {
    for (let index = 0; index < times; index++) {
      found.push(doneAt(seat, next, type))
      next += random.chance(0.06) ? random.between(5, 40) * minute : random.between(5, 50) * second
    }
  }
  return [...found, doneAt(seat, next, 1000)]
}

/** A program that still has the old password tries again and again, until its owner notices; some only after days. */
export const staleClient = (seat: Seat, at: number, random: Random): Happening[] => {
  const every = random.pick([1, 5, 15, 30, 60]) * minute
  return Array.from({ length: random.chance(0.1) ? random.between(24, 96) : random.between(4, 24) }, (_, index) =>
    doneAt(seat, at + index * every + random.between(0, 20) * second, 1005),
  )
}
