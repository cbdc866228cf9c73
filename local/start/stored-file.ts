// A secret of a local app: made once and kept in a file that its owner alone reads.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The text kept in this file; without the file, what `make` makes, kept there with mode 0600. */
export async function keptIn(file: string, make: () => string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return keep(file, make())
  }
}

/** Written under another name first: a crash leaves no half of a secret behind. */
async function keep(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, text, { mode: 0o600, flush: true })
  await rename(unfinished, file)
  return text
}
