// Whether the demo data is in, stored beside the data: an interrupted start goes on with the month it began.
import { readFile, rename, writeFile } from 'node:fs/promises'
import * as v from 'valibot'

const SeedState = v.object({
  /** The instant at which the demo month ends. */
  base: v.pipe(v.string(), v.isoTimestamp()),
  /** False while the data is on its way. */
  seeded: v.boolean(),
})
type SeedState = v.InferOutput<typeof SeedState>

/** The state in this file; undefined without the file. Throws, naming the file, when it cannot be read. */
export async function readSeedState(file: string): Promise<SeedState | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const state = v.safeParse(v.pipe(v.string(), v.parseJson(), SeedState), text)
  if (!state.success) throw new Error(`${file} is damaged: start once with --reset`)
  return state.output
}

/** Replaces the file in one step: a crash leaves the state before or the state after. */
export async function writeSeedState(file: string, state: SeedState): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(state)}\n`, { flush: true })
  await rename(`${file}.new`, file)
}
