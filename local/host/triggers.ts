// Starts the queue and timer triggers of an app, and runs any of its functions by hand.
import { systemClock } from './app/clock.ts'
import type { HostedFunction, QueueFunction, TimerFunction } from './app/indexing.ts'
import { calledReason, type Input, type Invoke } from './app/invocation.ts'
import { describeError, type Log } from './app/log.ts'
import type { Listener, Running } from './app/running.ts'
import { manualQueueInput, queueInput } from './queue/input.ts'
import { listenQueue } from './queue/listener.ts'
import { openTriggerQueue } from './queue/trigger-queue.ts'
import type { QueueOptions } from './settings/host-json.ts'
import { fileTimerStatus, statusJson, type TimerStatusStore } from './timer/status.ts'
import { startTimer, type TimerRun } from './timer/timer.ts'

type TriggerOptions = {
  invoke: Invoke
  stateDir: string
  queues: QueueOptions
  /** How long a received message is hidden from other instances; absent: 10 minutes, as in Azure. */
  hiddenMs?: number | undefined
  running: Running
  log: Log
}

type Triggers = {
  invoke: Invoke
  /** Starts the function's own trigger; undefined for one that HTTP requests run, and for one that cannot start (logged). */
  start(hosted: HostedFunction): Listener | undefined
  /** Starts a run with this input and does not wait; its failure is in the log. */
  runByHand(hosted: HostedFunction, input: string): void
}

/** Binds triggers to the invocation; nothing runs before `start`. */
export function createTriggers(options: TriggerOptions): Triggers {
  const store = fileTimerStatus(options.stateDir)
  return {
    invoke: options.invoke,
    start: (hosted) => {
      if (hosted.kind === 'queue') return attempt(() => startQueue(hosted, options), hosted.name, options.log)
      if (hosted.kind === 'timer') return startSchedule(hosted, options, store)
      return undefined
    },
    runByHand: (hosted, input) => {
      if (hosted.kind !== 'http') options.running.track(options.invoke(hosted, manualInput(hosted, input)))
    },
  }
}

function startQueue(hosted: QueueFunction, { invoke, queues, hiddenMs, running, log }: TriggerOptions): Listener {
  return listenQueue({
    queue: openTriggerQueue(hosted.connectionString, hosted.queueName),
    options: queues,
    hiddenMs,
    run: async (message, content) => {
      const input = attempt(() => queueInput(hosted.queueName, message, content, hosted.binary), hosted.name, log)
      return input !== undefined && (await invoke(hosted, input)).kind === 'succeeded'
    },
    clock: systemClock,
    running,
    log,
  })
}

/** Undefined when it throws, with the reason logged: a bad connection string, or content that the function cannot take. */
function attempt<Result>(work: () => Result, name: string, log: Log): Result | undefined {
  try {
    return work()
  } catch (error) {
    log({ level: 'error', category: `Function.${name}`, message: describeError(error) })
    return undefined
  }
}

function startSchedule(hosted: TimerFunction, options: TriggerOptions, store: TimerStatusStore): Listener {
  const { invoke, running, log } = options
  const { name, schedule, runOnStartup, useMonitor } = hosted
  const run = (timerRun: TimerRun) => invoke(hosted, { ...timerInput(hosted, timerRun), reason: firedReason() })
  return startTimer({ name, schedule, runOnStartup, useMonitor, store, run, running, clock: systemClock, log })
}

function firedReason(): string {
  return `Timer fired at ${new Date(systemClock.now()).toISOString()}`
}

function timerInput(hosted: TimerFunction, { isPastDue, status }: TimerRun): Input {
  const value = {
    Schedule: { AdjustForDST: hosted.schedule.adjustForDst },
    ScheduleStatus: status ? statusJson(status) : null,
    IsPastDue: isPastDue,
  }
  return { data: { json: JSON.stringify(value) }, triggerMetadata: {}, reason: calledReason }
}

function manualInput(hosted: QueueFunction | TimerFunction, input: string): Input {
  return hosted.kind === 'timer'
    ? timerInput(hosted, { isPastDue: false, status: undefined })
    : manualQueueInput(hosted.queueName, input, hosted.binary, new Date(systemClock.now()))
}
