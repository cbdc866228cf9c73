// A secret of a local app: made once and stored in a file that only its owner can read.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The text in this file; without the file, what `make` makes, stored there with mode 0600. */
export async function storedIn(file: string, make: () => string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return store(file, make())
  }
}

/** Written under another name first: a crash leaves no half-written secret. */
async function store(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, text, { mode: 0o600, flush: true })
  await rename(unfinished, file)
  return text
}
