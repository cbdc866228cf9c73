import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { hangMsMax } from './test/support/waiting.ts'

const inFolder = (folder: string) => `test/${folder}/**/*.test.ts`

/** These start no process and leave nothing changed outside themselves: a process runs many of them. */
const pure = [
  'test/!(readme).test.ts',
  ...['architecture', 'concurrency', 'domain', 'application', 'functions', 'rules', 'corpus'].map(inFolder),
  ...['local/demo', 'local/inbox', 'local/host/{app,routes,settings,timer}', 'web/!(browser)'].map(inFolder),
  // These have servers of their own in their process, and close them.
  ...['adapters/{http,jose}', 'local/{bitwarden,identity}'].map(inFolder),
  'test/local/{identity,inbox,sign-in}.test.ts',
]

/** These change nothing but an account of their own: a process runs many of them too. */
const stored = ['adapters/azure', 'adapters/crypto', 'adapters/in-process', 'adapters/memory'].map(inFolder)

// Every process of a run loads much the same packages: one compiles them, the others find them compiled.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')

export default defineConfig({
  test: {
    pool: 'forks',
    // The long tests start servers and browsers and mostly wait: more of them at once than a small machine has cores.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // They end what hangs. Nothing is expected to come in a certain time; test/support/waiting.ts says what was waited for.
    testTimeout: 2 * hangMsMax,
    hookTimeout: 2 * hangMsMax,
    teardownTimeout: hangMsMax,
    expect: { poll: { timeout: hangMsMax } },
    reporters: ['default', './test/count-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'running',
          include: ['test/**/*.test.ts'],
          // These need services of the machine: npm run test:services.
          exclude: [...pure, ...stored, 'test/services/**'],
          globalSetup: 'test/support/storage.ts',
        },
      },
      {
        extends: true,
        test: { name: 'stored', include: stored, isolate: false, globalSetup: 'test/support/storage.ts' },
      },
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
    ],
  },
})
