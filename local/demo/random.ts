// A small seeded source of variety: the same seeds give the same month on every machine. Not for secrets.
import { createHash } from 'node:crypto'

export type Random = {
  /** From 0, inclusive, to 1, exclusive. */
  next(): number
  /** A whole number, both ends inclusive. */
  between(low: number, high: number): number
  /** True in this share of calls, 0 to 1. */
  chance(share: number): boolean
  /** One of them, each as likely; throws when there is none. */
  pick<T>(from: readonly T[]): T
  /** One of them, as likely as its weight says; throws when there is none. */
  weighted<T>(from: readonly (readonly [choice: T, weight: number])[]): T
}

/** A source that depends on all the numbers given and on nothing else (mulberry32, started from their hash). */
export function randomFrom(...seeds: readonly number[]): Random {
  let state = createHash('sha256').update(seeds.join('/')).digest().readUInt32LE()
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    const once = Math.imul(state ^ (state >>> 15), state | 1)
    const twice = once ^ (once + Math.imul(once ^ (once >>> 7), once | 61))
    return ((twice ^ (twice >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (share) => next() < share,
    pick: (from) => present(from[Math.floor(next() * from.length)]),
    weighted: (from) => {
      let left = next() * from.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [choice, weight] of from) {
        if (left < weight) return choice
        left -= weight
      }
      return present(from.at(-1))[0]
    },
  }
}

function present<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('there is nothing to pick from')
  return found
}
