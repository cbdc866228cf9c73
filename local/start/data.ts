// The data folder: where each part of a local Keytrail stores its files, which process uses it, and how to start over.
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything that a start stores below the data folder, by what it is. */
export const dataPaths = (dataDir: string) => ({
  storage: join(dataDir, 'azurite'),
  host: join(dataDir, 'host'),
  identityKey: join(dataDir, 'identity-key.json'),
  tokenKey: join(dataDir, 'token-key.pem'),
  secretKeys: join(dataDir, 'secret-keys.txt'),
  seedState: join(dataDir, 'demo.json'),
  form: join(dataDir, 'form.txt'),
})

/** Names the process that runs on the folder, while one does. */
const markName = 'running.pid'

type Claim = { stop(): Promise<void> }

/** Marks the folder, made when missing, as this process's; throws when a living process has it: two would spoil each other's data. */
export async function claimData(dataDir: string): Promise<Claim> {
  await mkdir(dataDir, { recursive: true })
  const mark = join(dataDir, markName)
  const owner = Number(await readFile(mark, 'utf8').catch(() => ''))
  if (Number.isInteger(owner) && owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new Error(`${dataDir} is in use by process ${owner}: end that, or set KEYTRAIL_DATA_DIR`)
  }
  await writeFile(mark, `${process.pid}\n`)
  return { stop: () => rm(mark, { force: true }) }
}

/** Removes what a start wrote there and nothing else: a folder named by mistake keeps its files. */
export async function removeData(dataDir: string): Promise<void> {
  for (const path of Object.values(dataPaths(dataDir))) await rm(path, { recursive: true, force: true })
}

/** Which form the stored rows have: a new number with each change after which earlier rows cannot be read. */
export const dataForm = '4'

/** Marks new data with the form of this version; throws when there is data of another form. */
export async function claimForm(dataDir: string): Promise<void> {
  const { storage, form } = dataPaths(dataDir)
  const hasData = await access(storage).then(
    () => true,
    () => false,
  )
  const found = await readFile(form, 'utf8').catch(() => '')
  if (hasData && found.trim() !== dataForm) {
    throw new Error(`${dataDir} holds data of an earlier version: begin anew with npm start -- --reset`)
  }
  await writeFile(form, `${dataForm}\n`)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
