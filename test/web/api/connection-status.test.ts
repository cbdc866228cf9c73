// The connection status: outages are reported once, and pauses end early on request.
import { describe, expect, test } from 'vitest'
import { createConnectionStatus } from '../../../web/api/connection-status.ts'

/** Timers that run when the test says so. */
function statusWithTimers() {
  const timers = new Map<number, () => void>()
  let last = 0
  const status = createConnectionStatus({
    set: (run) => {
      timers.set(++last, run)
      return last
    },
    clear: (timer) => timers.delete(timer),
  })
  return { status, timers }
}

describe('a pause', () => {
  test('ends with its time', async () => {
    const { status, timers } = statusWithTimers()
    const pause = status.pause(500)
    for (const run of timers.values()) run()
    await pause
    expect(timers.size).toBe(0)
  })

  test('of any request ends at once on request', async () => {
    const { status, timers } = statusWithTimers()
    const pauses = [status.pause(500), status.pause(30_000)]
    status.tryNow()
    await Promise.all(pauses)
    expect(timers.size).toBe(0)
  })

  test('ends with the reason of the abort, also of an earlier one', async () => {
    const { status, timers } = statusWithTimers()
    const controller = new AbortController()
    const pause = status.pause(500, controller.signal)
    controller.abort(new Error('gone'))
    await expect(pause).rejects.toThrow('gone')
    await expect(status.pause(500, controller.signal)).rejects.toThrow('gone')
    expect(timers.size).toBe(0)
  })
})

test('listeners are notified when the outage changes, until they unsubscribe', () => {
  const { status } = statusWithTimers()
  const seen: unknown[] = []
  const end = status.subscribe(() => seen.push(status.current()))
  const outage = { status: 503, pauseMs: 500 }
  status.report(null)
  status.report(outage)
  status.report(outage)
  status.report(null)
  end()
  status.report(outage)
  expect(seen).toEqual([outage, null])
})
