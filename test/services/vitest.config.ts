// Tests against services of the machine (databases, proxies), which `npm test` does not need: npm run test:services.
import { defineConfig } from 'vitest/config'
import { hangMsMax } from '../support/waiting.ts'

// Drivers make local times of dates without a zone: these tests run far from UTC.
process.env.TZ = 'Asia/Tokyo'

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/services/**/*.test.ts'],
    globalSetup: 'test/support/storage.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 2 * hangMsMax,
    hookTimeout: 2 * hangMsMax,
    teardownTimeout: hangMsMax,
    expect: { poll: { timeout: hangMsMax } },
    reporters: ['default', './test/count-reporter.ts'],
  },
})
