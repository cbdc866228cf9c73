// A run of the agent whose every step outside of itself is counted: one can fail before or after it took effect, as an outage or as the end.
import { runAgent } from '../../../agent/agent.ts'
import type { OpenDatabase } from '../../../agent/database/database.ts'
import { keytrailClient } from '../../../agent/keytrail/client.ts'
import { keytrailSink } from '../../../agent/keytrail/sink.ts'
import type { StateStore } from '../../../agent/state.ts'
import { Trouble } from '../../../agent/trouble.ts'
import { agentNow, type FakeKeytrail } from './fake-keytrail.ts'

type Fault = {
  /** Which step, from 0 on. */
  readonly at: number
  readonly when: 'before' | 'after'
  /** `killed`: nothing happens after it. `outage`: only this step fails. */
  readonly kind: 'killed' | 'outage'
}

class Killed extends Error {}

type Run = {
  readonly open: OpenDatabase
  readonly keytrail: FakeKeytrail
  readonly store: StateStore
  readonly organizations?: readonly string[]
  readonly fault?: Fault
  /** Called at each step: a writer at work. */
  readonly onStep?: (step: number) => unknown
}

/** Runs the agent once; gives how many steps it took, what it said, and whether it was killed. */
export async function runOnce({ open, keytrail, store, organizations, fault, onStep }: Run) {
  let steps = 0
  let killed = false
  const said: string[] = []
  const fail = (name: string) => {
    if (fault?.kind === 'outage')
      return name === 'fetch' ? new TypeError('fetch failed') : new Trouble('database-unreachable', 'Gone.')
    killed = true
    return new Killed(name)
  }
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (killed) throw new Killed(name)
    const at = steps++
    await onStep?.(at)
    if (fault?.at === at && fault.when === 'before') throw fail(name)
    const result = await work()
    if (fault?.at === at && fault.when === 'after') throw fail(name)
    return result
  }

  const url = 'https://keytrail.test'
  const say = (words: string) => said.push(words)
  const fetch = (to: string, init: RequestInit) => step('fetch', () => keytrail.respond(to, init))
  const client = keytrailClient({ url, clientId: 'server.test', clientSecret: 'secret' }, { fetch, now: agentNow, say })
  const ports = {
    open: async () => {
      const database = await step('open', open)
      return {
        ...database,
        select: (...given: Parameters<typeof database.select>) => step('select', () => database.select(...given)),
      }
    },
    sink: keytrailSink(client, url),
    store: { read: () => step('read', store.read), write: (text: string) => step('write', () => store.write(text)) },
    patience: { sleep: async () => {}, random: () => 0.5, say, attemptsMax: 5, isStopped: () => killed },
    now: agentNow,
  }
  const settings = { organizations, intervalMs: 1, directoryIntervalMs: 1, about: 'test', once: true }
  const failure = await runAgent(settings, ports).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure !== undefined && !(failure instanceof Killed)) throw failure
  return { steps, killed, said }
}

/** A state in memory. */
export function memoryState(): StateStore & { text: () => string | undefined } {
  let kept: string | undefined
  return {
    read: async () => kept,
    write: async (text) => {
      kept = text
    },
    text: () => kept,
  }
}

/**
 * For each step of a run: a run that is killed there, one that comes to its end, and one while nobody writes. `make` gives each pair what it needs, `check` looks at
 * the result. Gives the number of steps.
 */
export async function killedAtEveryStep(
  when: Fault['when'],
  make: () => Promise<Omit<Run, 'fault'>>,
  check: (keytrail: FakeKeytrail) => unknown,
): Promise<number> {
  for (let at = 0; ; at++) {
    const run = await make()
    const { killed } = await runOnce({ ...run, fault: { at, when, kind: 'killed' } })
    await runOnce(run)
    const { onStep: _, ...quiet } = run
    await runOnce(quiet)
    await check(run.keytrail)
    if (!killed) return at
  }
}
