// The data folder: where each part of a local Keytrail keeps its own, and how to begin anew.
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything that a start writes below the data folder, by what it is. */
export const dataPaths = (dataDir: string) => ({
  storage: join(dataDir, 'azurite'),
  host: join(dataDir, 'host'),
  identityKey: join(dataDir, 'identity-key.json'),
  seedState: join(dataDir, 'demo.json'),
})

/** Removes what a start wrote there, and the folder when nothing else is in it: a folder named by mistake keeps its files. */
export async function removeData(dataDir: string): Promise<void> {
  for (const path of Object.values(dataPaths(dataDir))) await rm(path, { recursive: true, force: true })
  await rmdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error
  })
}
