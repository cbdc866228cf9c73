// Work in steps: whoever runs it may let other work have its turn between any two. Pure.

/** Work that can be stopped after each step, and what it comes to. */
export type Work<T> = Generator<void, T, void>

/** Runs work to its end, without a stop. */
export function finished<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
