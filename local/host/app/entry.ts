// Finds the app's entry file by package.json and loads it; what goes wrong is a HostError that names the file.
import { glob, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as v from 'valibot'
import { HostError } from '../settings/host-error.ts'
import { describeError, type Log } from './log.ts'

const PackageJson = v.object({ main: v.pipe(v.string(), v.nonEmpty()) })

/** Absolute paths of the files that `main` of `<appDir>/package.json` names; it may be a glob. Throws a HostError when there is none. */
export async function findEntries(appDir: string): Promise<string[]> {
  const path = join(appDir, 'package.json')
  const main = await readMain(path)
  const files = (await Array.fromAsync(glob(main, { cwd: appDir }))).toSorted().map((file) => join(appDir, file))
  if (files.length === 0)
    throw new HostError(
      'entry-missing',
      `${path}: "main" is ${main}, but ${join(appDir, main)} does not exist; is the app built?`,
    )
  return files
}

/** Runs the entry files in this process. What one throws is logged, then thrown as a HostError with the cause kept. */
export function loadEntries(files: readonly string[], log: Log): void {
  for (const file of files) {
    try {
      createRequire(file)(file)
    } catch (error) {
      const message = `the entry file ${file} threw while it was loaded: ${error instanceof Error ? error.message : String(error)}`
      log({ level: 'error', category: 'Host.Startup', message: `${message}\n${describeError(error)}` })
      throw new HostError('entry-failed', message, { cause: error })
    }
  }
}

async function readMain(path: string): Promise<string> {
  try {
    return v.parse(PackageJson, JSON.parse(await readFile(path, 'utf8'))).main
  } catch (error) {
    throw new HostError('package-json-invalid', `${path} cannot be read, or has no "main" that names the entry file`, {
      cause: error,
    })
  }
}
