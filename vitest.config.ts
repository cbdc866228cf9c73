import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // The long tests start servers and browsers and mostly wait: more of them at once than a small machine has cores.
    maxWorkers: 4,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    reporters: ['default', './test/count-reporter.ts'],
  },
})
