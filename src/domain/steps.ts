// Work in steps: other work may run between any two of them. Pure.

/** Work that can pause after each step, and its result. */
export type Work<T> = Generator<void, T, void>

/** Runs work to its end without a pause. */
export function finished<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
