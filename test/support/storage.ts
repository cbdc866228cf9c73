// The storage of a test file: an account of its own in an emulator that all files of a run share.
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { startAzurite } from '../../local/azurite.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection strings of accounts, by name. */
    accounts: Readonly<Record<string, string>>
    sharedFolder: string
  }
}

/** One emulator is one thread: with two, files that are busy at the same time wait less for each other. */
const emulatorCount = 2

const root = `${import.meta.dirname}/../..`

/** The account of a test file: 3 to 24 small letters and digits. */
const accountOf = (file: string) => `t${createHash('sha256').update(relative(root, file)).digest('hex').slice(0, 20)}`

/** Vitest's global setup: what the files of all projects share, from before the first until after the last. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { projects } = project.vitest
  // Each project has its setup run, one after the other: the first gives to all.
  if ('accounts' in project.getProvidedContext()) return
  const testFiles = (await Promise.all(projects.map((each) => each.globTestFiles()))).flatMap(
    (found) => found.testFiles,
  )
  const shares = Array.from({ length: emulatorCount }, (_, share) =>
    testFiles
      .toSorted()
      .filter((_, index) => index % emulatorCount === share)
      .map(accountOf),
  )
  const emulators = await Promise.all(shares.map((accounts) => startAzurite({ accounts })))
  const strings = shares.flatMap((accounts, share) =>
    accounts.map((name) => [name, emulators[share]?.connectionStringOf(name)]),
  )
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-run-'))
  for (const each of projects) {
    each.provide('accounts', Object.fromEntries(strings))
    each.provide('sharedFolder', folder)
  }
  return async () => {
    await Promise.all(emulators.map((emulator) => emulator.stop()))
    await rm(folder, { recursive: true })
  }
}

/** A folder that all test files of a run share. */
export const sharedFolder = () => inject('sharedFolder')

/** The connection string of this test file's account: empty when the file begins, and nobody else writes there. */
export function storageAccount(): string {
  const connectionString = inject('accounts')[accountOf(expect.getState().testPath ?? '')]
  if (connectionString === undefined) throw new Error('an account is for a test file that the global setup knows')
  return connectionString
}
