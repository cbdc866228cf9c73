// Runs one timer function on its schedule: never twice at a time, at once when a run was missed, on after failures.
import type { Clock } from '../app/clock.ts'
import { describeError, type Log } from '../app/log.ts'
import type { Listener, Running } from '../app/running.ts'
import { isFrequent, type Schedule } from '../settings/schedule.ts'
import { never, type TimerStatus, type TimerStatusStore } from './status.ts'

/** What a run receives; `status` is as it was before the run, and undefined if none is stored. */
export type TimerRun = { isPastDue: boolean; status: TimerStatus | undefined }

type TimerPorts = {
  name: string
  schedule: Schedule
  runOnStartup: boolean
  /** Whether the status is stored; that of a schedule of less than a minute never is. */
  useMonitor: boolean
  store: TimerStatusStore
  /** Runs the handler once; never rejects. */
  run: (run: TimerRun) => Promise<unknown>
  running: Running
  clock: Clock
  log: Log
}

/** Starts the timer. A `Next` that has passed is one run at once with isPastDue, however many were missed. */
export function startTimer(ports: TimerPorts): Listener {
  const stopped = new AbortController()
  const loop = tick(ports, stopped.signal).catch((error: unknown) => {
    const message = `The timer of ${ports.name} has stopped: ${describeError(error)}`
    ports.log({ level: 'error', category: 'Host.Triggers.Timer', message })
  })
  return {
    stop: async () => {
      stopped.abort()
      await loop
    },
  }
}

async function tick(ports: TimerPorts, signal: AbortSignal): Promise<void> {
  const { schedule, clock, runOnStartup } = ports
  const stores = ports.useMonitor && !isFrequent(schedule, clock.now())
  let status = await initialStatus(ports, stores)
  const run = async (isPastDue: boolean, startedAt: number) => {
    const next = schedule.next(startedAt)
    await ports.running.track(ports.run({ isPastDue, status: stores ? status : undefined }))
    status = { last: startedAt, next, lastUpdated: startedAt }
    if (stores) await write(ports, status)
  }
  if (clock.now() > status.next) await run(true, clock.now())
  else if (runOnStartup) await run(false, clock.now())
  while (!signal.aborted) {
    await clock.sleep(status.next - clock.now(), signal)
    // A timer of the system may fire early; the occurrence counts, so that it is not run twice.
    if (!signal.aborted) await run(false, Math.max(clock.now(), status.next))
  }
}

/** The stored status, with `next` computed anew if the schedule has changed; a first status is written at once. */
async function initialStatus(ports: TimerPorts, stores: boolean): Promise<TimerStatus> {
  const { name, schedule, store, clock } = ports
  const now = clock.now()
  const stored = stores ? await store.read(name) : undefined
  const from = stored === undefined ? now : stored.last === never ? stored.lastUpdated : stored.last
  const next = schedule.next(from)
  if (stored !== undefined && stored.next === next) return stored
  const status = { last: never, next, lastUpdated: from }
  if (stores) await write(ports, status)
  return status
}

async function write({ name, store, log }: TimerPorts, status: TimerStatus): Promise<void> {
  await store.write(name, status).catch((error: unknown) => {
    const message = `The status of timer ${name} could not be stored: ${describeError(error)}`
    log({ level: 'warning', category: 'Host.Triggers.Timer', message })
  })
}
