// An instance of the app that is killed, frozen and started again: each time a new process.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import * as v from 'valibot'
import { type InstanceOrder, InstanceWord } from './instance-words.ts'

export type Instance = {
  /** Where it listens; undefined while it does not run. A frozen one has its address still. */
  readonly url: () => string | undefined
  /** Starts a process whose clock is this far ahead (ms), and resolves once it listens. */
  readonly start: (clockMs: number) => Promise<void>
  /** Sets the clock of the process that runs. */
  readonly setClock: (clockMs: number) => void
  /** Ends the process in the middle of its work, also a frozen one. */
  readonly kill: () => Promise<void>
  readonly freeze: () => void
  readonly thaw: () => void
}

type InstanceOptions = Omit<Extract<InstanceOrder, { readonly kind: 'start' }>, 'kind' | 'clockMs'> & {
  /** Takes each warning and error of the app's log. */
  readonly log: (line: string) => void
}

/** Every process of this one: none outlives it, not even frozen. */
const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** An instance that does not run yet. */
export function newInstance({ log, ...options }: InstanceOptions): Instance {
  let child: ChildProcess | undefined
  let url: string | undefined
  const order = (given: InstanceOrder) => child?.connected && child.send(given)

  return {
    url: () => url,
    start: async (clockMs) => {
      const { NODE_OPTIONS: _options, ...env } = process.env
      // Of the settings here, none is for the app.
      const started = fork(join(import.meta.dirname, 'instance-entry.ts'), {
        env: Object.fromEntries(Object.entries(env).filter(([name]) => !/^(AUTH|Events|RATE|TOKEN)/.test(name))),
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [],
      })
      child = started
      children.add(started.once('exit', () => children.delete(started)))
      const { promise: ready, resolve, reject } = Promise.withResolvers<string>()
      started.on('message', (message) => {
        const word = v.parse(InstanceWord, message)
        if (word.kind === 'ready') resolve(word.url)
        else log(word.line)
      })
      started.once('exit', () => reject(new Error('an instance ended before it listened')))
      order({ kind: 'start', clockMs, ...options })
      url = await ready
    },
    setClock: (clockMs) => order({ kind: 'clock', clockMs }),
    kill: async () => {
      url = undefined
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
  }
}
