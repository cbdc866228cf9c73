// Turns for tests: a clock that goes on at each look, and a count of the pauses.
import { sliceMs, type Turns } from '../../src/concurrency/slices.ts'

/** Work has `looks` steps before it must pause for others. */
export function countedTurns(looks: number) {
  let [time, pauses, looksSincePause, longest] = [0, 0, 0, 0]
  const turns: Turns = {
    now: () => {
      time += sliceMs / looks
      looksSincePause += 1
      longest = Math.max(longest, looksSincePause)
      return time
    },
    pause: async () => {
      pauses += 1
      looksSincePause = 0
    },
  }
  return { turns, pauses: () => pauses, longest: () => longest }
}
