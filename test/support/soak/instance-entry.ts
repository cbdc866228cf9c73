// One instance of the built app as a process of its own, with a clock that may be wrong. Ends with its parent.
import { resolve } from 'node:path'
import * as v from 'valibot'
import { startHost } from '../../../local/host/host.ts'
import { InstanceOrder, type InstanceWord } from './instance-words.ts'
import { shiftClock } from './shifted-clock.ts'

const say = (word: InstanceWord) => process.send?.(word)

process.on('disconnect', () => process.exit(0))
process.on('message', async (message) => {
  const order = v.parse(InstanceOrder, message)
  shiftClock(order.clockMs)
  if (order.kind === 'clock') return
  const host = await startHost({
    appDir: resolve(import.meta.dirname, '../../..'),
    port: 0,
    settings: order.settings,
    stateDir: order.stateDir,
    hiddenMs: order.hiddenMs,
    log: ({ level, message }) => {
      if (level === 'warning' || level === 'error') say({ kind: 'log', line: `${level}: ${message.split('\n', 1)[0]}` })
    },
  })
  say({ kind: 'ready', url: host.url })
})
