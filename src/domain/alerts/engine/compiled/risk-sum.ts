// The sum of points while a window slides over sorted matches: by rule, with what days before still give. Pure.
import type { Risk } from '../../sigma/rules.ts'
import { dayOf, matchesPerDayOf, type RiskStep, stepOf } from './risk.ts'
import type { WindowAggregate } from './window.ts'

const dayMs = 86_400_000

/** The share of a rule in a sum: the index of its step, its points, and how many matches (or values by day) gave them. */
export type RiskPart = { readonly step: number; readonly points: number; readonly times: number }

/** What a window of matches amounts to, at the date of the match that was added last. */
type RiskSum = WindowAggregate & {
  /** The rules that give points, those with the most points first. */
  readonly parts: () => readonly RiskPart[]
}

/**
 * The sum of an empty window. Points count in full on their day and the next, and from then on less by equal parts each day, to
 * nothing when the timespan (whole days, 2 at least) is over. The points of each rule are rounded down.
 */
export function riskSum(steps: readonly RiskStep[], timespanMs: number): RiskSum {
  const sums = steps.map((step) => new StepSum(step, timespanMs / dayMs))
  let today = 0
  return {
    add: (match) => {
      today = dayOf(match.at)
      sums[stepOf(match)]?.add(today, match.tag)
    },
    // A day that is over for the window gives nothing any more.
    drop: () => {},
    count: () => {
      let count = 0
      for (const sum of sums) count += sum.at(today).points
      return count
    },
    parts: () =>
      sums
        .map((sum, step): RiskPart => ({ step, ...sum.at(today) }))
        .filter(({ points }) => points > 0)
        .sort((one, other) => other.points - one.points || one.step - other.step),
  }
}

/** The points and matches of a rule on one day. */
type DayPoints = { readonly day: number; readonly points: number; readonly times: number }

/** The points of one rule. */
class StepSum {
  readonly #step: Risk
  readonly #days: number
  readonly #countMax: number
  readonly #values: Set<string> | undefined
  #day = 0
  #count = 0
  #earlier: DayPoints[] = []
  /** What the earlier days give today, in parts of which `days - 1` are a point. */
  #faded = { today: 0, scaled: 0, times: 0 }

  constructor(step: Risk, days: number) {
    this.#step = step
    this.#days = days
    this.#countMax = matchesPerDayOf(step)
    this.#values = step.field === undefined ? undefined : new Set()
  }

  add(day: number, tag: string): void {
    if (day !== this.#day) {
      const { points, times } = this.#lastDay()
      if (points > 0) this.#earlier.push({ day: this.#day, points, times })
      this.#day = day
      this.#count = 0
      this.#values?.clear()
      this.#faded.today = 0
    }
    this.#values?.add(tag)
    this.#count = Math.min(this.#values?.size ?? this.#count + 1, this.#countMax)
  }

  /** The points on a day, not before that of the last match, and how many matches gave them. */
  at(today: number): { readonly points: number; readonly times: number } {
    if (this.#faded.today !== today) this.#fade(today)
    const last = this.#lastDay()
    const share = this.#shareOf(this.#day, today)
    const scaled = this.#faded.scaled + last.points * share
    const points = Math.min(this.#step.pointsMax, Math.floor(scaled / (this.#days - 1)))
    return { points, times: this.#faded.times + (share > 0 ? last.times : 0) }
  }

  #lastDay() {
    const { points, from, dayMax } = this.#step
    const times = Math.max(0, this.#count - from + 1)
    return { points: Math.min(dayMax, points * times), times }
  }

  #shareOf(day: number, today: number): number {
    return Math.max(0, this.#days - Math.max(1, today - day))
  }

  #fade(today: number): void {
    this.#earlier = this.#earlier.filter(({ day }) => this.#shareOf(day, today) > 0)
    let [scaled, times] = [0, 0]
    for (const each of this.#earlier) {
      scaled += each.points * this.#shareOf(each.day, today)
      times += each.times
    }
    this.#faded = { today, scaled, times }
  }
}
