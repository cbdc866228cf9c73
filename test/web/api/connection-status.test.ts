// What is between the page and the API: told once, waited for, and tried at once when somebody asks.
import { describe, expect, test } from 'vitest'
import { createConnectionStatus } from '../../../web/api/connection-status.ts'

/** Timers that run when the test says so. */
function boardWithTimers() {
  const timers = new Map<number, () => void>()
  let last = 0
  const board = createConnectionStatus({
    set: (run) => {
      timers.set(++last, run)
      return last
    },
    clear: (timer) => timers.delete(timer),
  })
  return { board, timers }
}

describe('a pause', () => {
  test('ends with its time', async () => {
    const { board, timers } = boardWithTimers()
    const pause = board.pause(500)
    for (const run of timers.values()) run()
    await pause
    expect(timers.size).toBe(0)
  })

  test('ends at once for all who wait when somebody tries now', async () => {
    const { board, timers } = boardWithTimers()
    const pauses = [board.pause(500), board.pause(30_000)]
    board.tryNow()
    await Promise.all(pauses)
    expect(timers.size).toBe(0)
  })

  test('ends with the reason of who waits no more, also when that was before', async () => {
    const { board, timers } = boardWithTimers()
    const controller = new AbortController()
    const pause = board.pause(500, controller.signal)
    controller.abort(new Error('gone'))
    await expect(pause).rejects.toThrow('gone')
    await expect(board.pause(500, controller.signal)).rejects.toThrow('gone')
    expect(timers.size).toBe(0)
  })
})

test('trouble is told when it changes, to those who still listen', () => {
  const { board } = boardWithTimers()
  const seen: unknown[] = []
  const end = board.subscribe(() => seen.push(board.current()))
  const trouble = { status: 503, pauseMs: 500 }
  board.report(null)
  board.report(trouble)
  board.report(trouble)
  board.report(null)
  end()
  board.report(trouble)
  expect(seen).toEqual([trouble, null])
})
