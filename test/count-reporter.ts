// Ends a run with one plain line that counts its tests, for people and for machines that read only that line.
import type { Reporter, TestModule } from 'vitest/node'

/** Prints `N passed, N failed, N skipped` after the default reporter's summary. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const count = (state: string) => states.filter((each) => each === state).length
    console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  }
}
