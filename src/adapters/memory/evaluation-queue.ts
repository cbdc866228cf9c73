// EvaluationQueue in memory: for tests and for trying things out. What was sent can be read.
import { delaySecondsMax, type EvaluationQueue } from '../../ports/alerts/schedule.ts'

type Sent = { readonly text: string; readonly delaySeconds: number }

/** An empty queue; `messages` were sent, in this order, with their delays. */
export function memoryEvaluationQueue(): EvaluationQueue & { readonly messages: Sent[] } {
  const messages: Sent[] = []
  return {
    messages,
    send: async (text, delaySeconds) => {
      if (!(delaySeconds >= 0 && delaySeconds <= delaySecondsMax))
        throw new RangeError('no delay that a message can have')
      messages.push({ text, delaySeconds })
    },
    check: async () => {},
  }
}
