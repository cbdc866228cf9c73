import { defineConfig } from 'vitest/config'
import { hangMsMax } from './test/support/waiting.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/storage.ts',
    pool: 'forks',
    // The long tests start servers and browsers and mostly wait: more of them at once than a small machine has cores.
    maxWorkers: 4,
    // They end what hangs. Nothing is expected to come in a certain time; test/support/waiting.ts says what was waited for.
    testTimeout: 2 * hangMsMax,
    hookTimeout: 2 * hangMsMax,
    expect: { poll: { timeout: hangMsMax } },
    reporters: ['default', './test/count-reporter.ts'],
  },
})
