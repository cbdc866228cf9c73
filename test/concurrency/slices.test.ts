// Long work in slices: it pauses when its time is over, not before, and has the same result as without pauses.
import { expect, test } from 'vitest'
import { inSlices, sliceMs } from '../../src/concurrency/slices.ts'
import { finished, type Work } from '../../src/domain/steps.ts'

function* adding(steps: number): Work<number> {
  let sum = 0
  for (let step = 1; step <= steps; step++) {
    sum += step
    yield
  }
  return sum
}

/** A clock that goes on by so much at each step. */
function turnsOf(stepMs: number) {
  const done: string[] = []
  let time = 0
  const pause = async () => void done.push(`paused at ${time}`)
  return { done, turns: { now: () => (time += stepMs), pause } }
}

test('work in slices has the same result', async () => {
  for (const steps of [0, 1, 100]) expect(await inSlices(adding(steps))).toBe(finished(adding(steps)))
})

test('work pauses once its time is over, and then gets as much again', async () => {
  const { done, turns } = turnsOf(sliceMs / 2)
  expect(await inSlices(adding(9), turns)).toBe(45)
  expect(done).toEqual([15, 30, 45, 60].map((time) => `paused at ${time}`))
})

test('quick work does not pause, slow work after each step', async () => {
  const [quick, slow] = [turnsOf(0), turnsOf(sliceMs)]
  await inSlices(adding(1_000), quick.turns)
  await inSlices(adding(5), slow.turns)
  expect([quick.done.length, slow.done.length]).toEqual([0, 5])
})

test('other work runs, with the clock and the pauses of the process', async () => {
  let turns = 0
  const others = () => {
    turns += 1
  }
  function* long(): Work<void> {
    for (let step = 0; step < 3; step++) {
      const until = performance.now() + sliceMs
      while (performance.now() < until);
      setImmediate(others)
      yield
    }
  }
  await inSlices(long())
  expect(turns).toBe(3)
})

test('an error of the work reaches the caller', async () => {
  // biome-ignore lint/correctness/useYield: it fails before.
  function* failing(): Work<void> {
    throw new Error('no')
  }
  await expect(inSlices(failing())).rejects.toThrow('no')
})
