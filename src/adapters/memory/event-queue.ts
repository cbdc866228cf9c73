// EventQueue in memory: for tests and for trying things out. What is queued and dead-lettered can be read.
import type { EventQueue } from '../../ports/events.ts'

/** An empty queue; `messages` waits to be processed, `poison` was dead-lettered, both in order of arrival. */
export function memoryQueue(): EventQueue & {
  readonly messages: string[]
  /** Seconds that each of `messages` waits at least. */
  readonly delays: number[]
  readonly poison: string[]
} {
  const messages: string[] = []
  const delays: number[] = []
  const poison: string[] = []
  return {
    messages,
    delays,
    poison,
    enqueue: async (added, delaySeconds = 0) => {
      messages.push(...added)
      delays.push(...added.map(() => delaySeconds))
    },
    deadLetter: async (message) => {
      poison.push(Buffer.from(message).toString())
    },
    deadLetters: async () => poison.length,
    check: async () => {},
  }
}
