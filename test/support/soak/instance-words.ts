// What an instance and its parent say to each other.
import * as v from 'valibot'

/** `clockMs`: how far ahead of the right time the instance's clock is; `hiddenMs`: how long a message is its own. */
export const InstanceOrder = v.variant('kind', [
  v.object({
    kind: v.literal('start'),
    clockMs: v.number(),
    hiddenMs: v.number(),
    stateDir: v.string(),
    settings: v.record(v.string(), v.string()),
  }),
  v.object({ kind: v.literal('clock'), clockMs: v.number() }),
])
export type InstanceOrder = v.InferOutput<typeof InstanceOrder>

export const InstanceWord = v.variant('kind', [
  v.object({ kind: v.literal('ready'), url: v.string() }),
  v.object({ kind: v.literal('log'), line: v.string() }),
])
export type InstanceWord = v.InferOutput<typeof InstanceWord>
