// EventQueue in memory: for tests and for trying things out. What is queued and set aside can be looked at.
import type { EventQueue } from '../ports.ts'

/** An empty queue; `messages` waits to be processed, `poison` was set aside, both in order of arrival. */
export function memoryQueue(): EventQueue & { readonly messages: string[]; readonly poison: string[] } {
  const messages: string[] = []
  const poison: string[] = []
  return {
    messages,
    poison,
    enqueue: async (added) => {
      messages.push(...added)
    },
    setAside: async (message) => {
      poison.push(Buffer.from(message).toString())
    },
    check: async () => {},
  }
}
