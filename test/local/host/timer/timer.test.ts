// The runs of a timer on a clock that the test turns.
import { expect, test } from 'vitest'
import type { Clock } from '../../../../local/host/app/clock.ts'
import { createRunning } from '../../../../local/host/app/running.ts'
import { parseSchedule } from '../../../../local/host/settings/schedule.ts'
import { never, type TimerStatus, type TimerStatusStore } from '../../../../local/host/timer/status.ts'
import { startTimer, type TimerRun } from '../../../../local/host/timer/timer.ts'
import { fakeClock, fakeLog, settled } from '../fakes.ts'

const at = (text: string) => Date.parse(`2026-02-01T${text}Z`)
const minuteMs = 60_000

function memoryStore(stored?: TimerStatus): TimerStatusStore & { statuses: TimerStatus[] } {
  const statuses = stored ? [stored] : []
  return {
    statuses,
    read: async () => statuses.at(-1),
    write: async (_, status) => {
      statuses.push(status)
    },
  }
}

type Given = {
  schedule?: string
  start?: number
  stored?: TimerStatus
  runOnStartup?: boolean
  useMonitor?: boolean
  run?: () => Promise<unknown>
  /** What the timer sees of the clock. */
  wrap?: (clock: Clock) => Clock
}

function started({ schedule: text = '0 */5 * * * *', start = at('08:01:00'), stored, run, wrap, ...options }: Given) {
  const schedule = parseSchedule(text)
  if (schedule === undefined) throw new Error(`${text} is no schedule`)
  const clock = fakeClock(start)
  const store = memoryStore(stored)
  const { entries, log } = fakeLog()
  const runs: { startedAt: number; run: TimerRun }[] = []
  const timer = startTimer({
    name: 'tick',
    schedule,
    runOnStartup: false,
    useMonitor: true,
    ...options,
    store,
    clock: wrap?.(clock) ?? clock,
    log,
    running: createRunning(),
    run: async (each) => {
      runs.push({ startedAt: clock.now(), run: each })
      await run?.()
    },
  })
  return { timer, clock, store, runs, entries, startsOf: () => runs.map(({ startedAt }) => startedAt) }
}

test('runs at each occurrence and keeps when', async () => {
  const { timer, clock, store, runs, startsOf } = started({})
  await clock.advance(10 * minuteMs)

  expect(startsOf()).toEqual([at('08:05:00'), at('08:10:00')])
  const first = { last: never, next: at('08:05:00'), lastUpdated: at('08:01:00') }
  const second = { last: at('08:05:00'), next: at('08:10:00'), lastUpdated: at('08:05:00') }
  expect(runs.map(({ run }) => run)).toEqual([
    { isPastDue: false, status: first },
    { isPastDue: false, status: second },
  ])
  expect(store.statuses.slice(0, 2)).toEqual([first, second])
  await timer.stop()
})

test('runs once at once, past due, when occurrences were missed, and then on schedule', async () => {
  const stored = { last: at('07:30:00'), next: at('07:35:00'), lastUpdated: at('07:30:00') }
  const { timer, clock, runs, startsOf } = started({ stored })
  await clock.advance(5 * minuteMs)

  expect(startsOf()).toEqual([at('08:01:00'), at('08:05:00')])
  expect(runs.map(({ run }) => run.isPastDue)).toEqual([true, false])
  await timer.stop()
})

test('is not past due at the very instant of the next occurrence', async () => {
  const stored = { last: at('07:55:00'), next: at('08:00:00'), lastUpdated: at('07:55:00') }
  const { timer, runs } = started({ stored, start: at('08:00:00') })
  await settled()
  expect(runs).toMatchObject([{ run: { isPastDue: false } }])
  await timer.stop()
})

test('reckons anew when the schedule has changed since', async () => {
  const stored = { last: at('08:00:00'), next: at('20:00:00'), lastUpdated: at('08:00:00') }
  const { timer, clock, store, startsOf } = started({ stored })
  await clock.advance(4 * minuteMs)
  expect(store.statuses[1]).toEqual({ last: never, next: at('08:05:00'), lastUpdated: at('08:00:00') })
  expect(startsOf()).toEqual([at('08:05:00')])
  await timer.stop()
})

test('runs at its start if asked to', async () => {
  const { timer, clock, runs, startsOf } = started({ runOnStartup: true })
  await clock.advance(4 * minuteMs)
  expect(startsOf()).toEqual([at('08:01:00'), at('08:05:00')])
  expect(runs[0]?.run.isPastDue).toBe(false)
  await timer.stop()
})

test.each([{ schedule: '*/20 * * * * *' }, { schedule: '00:00:20' }, { schedule: '00:01:00', useMonitor: false }])(
  'keeps no status for %j',
  async (given) => {
    const { timer, clock, store, runs } = started(given)
    await clock.advance(minuteMs)
    expect(runs.length).toBeGreaterThan(0)
    expect(runs.every(({ run }) => run.status === undefined)).toBe(true)
    expect(store.statuses).toEqual([])
    await timer.stop()
  },
)

test('never runs twice at a time: an occurrence during a run comes once, right after it', async () => {
  const ends: (() => void)[] = []
  const run = () => new Promise<void>((resolve) => ends.push(resolve))
  const { timer, clock, startsOf } = started({ run })
  await clock.advance(17 * minuteMs)
  expect(startsOf()).toEqual([at('08:05:00')])

  ends[0]?.()
  await settled()
  expect(startsOf()).toEqual([at('08:05:00'), at('08:18:00')])
  ends[1]?.()
  await clock.advance(2 * minuteMs)
  expect(startsOf().at(-1)).toBe(at('08:20:00'))

  ends[2]?.()
  await timer.stop()
})

test('does not run an occurrence twice when the machine schedule it early', async () => {
  const early = (clock: Clock): Clock => ({ ...clock, sleep: (ms, signal) => clock.sleep(ms - 1, signal) })
  const { timer, clock, store, startsOf } = started({ wrap: early })
  await clock.advance(5 * minuteMs)
  expect(startsOf()).toEqual([at('08:05:00') - 1])
  expect(store.statuses.at(-1)).toMatchObject({ last: at('08:05:00'), next: at('08:10:00') })
  await timer.stop()
})

test('goes on when its status cannot be kept', async () => {
  const { timer, clock, store, startsOf, entries } = started({})
  store.write = async () => {
    throw new Error('the disk is full')
  }
  await clock.advance(10 * minuteMs)
  expect(startsOf()).toHaveLength(2)
  expect(entries).toContainEqual(expect.objectContaining({ level: 'warning' }))
  await timer.stop()
})

test('stops without another run', async () => {
  const { timer, clock, runs } = started({})
  await settled()
  await timer.stop()
  await clock.advance(10 * minuteMs)
  expect(runs).toEqual([])
})
