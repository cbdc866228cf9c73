// The key with which a local app signs tokens for API keys: made once and kept in a file that its owner alone reads.
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The key (PEM, PKCS#8) kept in this file; without the file, a new one, kept there with mode 0600. */
export async function tokenKeyIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    return make(file)
  }
}

/** Written under another name first: a crash leaves no half of a key behind. */
async function make(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  await mkdir(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, privateKey, { mode: 0o600, flush: true })
  await rename(unfinished, file)
  return privateKey
}
