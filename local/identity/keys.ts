// The local identity server's signing key: made once and stored in a file that only its owner can read, so that tokens outlive a restart.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import * as v from 'valibot'

/** ECDSA with P-256 and SHA-256 (RFC 7518 section 3.4): tokens half as long as with RSA, which suits pasting. */
export const signingAlgorithm = 'ES256'

const PrivateKey = v.object({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: v.string(),
  y: v.string(),
  d: v.string(),
})
type PrivateKey = v.InferOutput<typeof PrivateKey>

export type SigningKey = {
  readonly privateKey: CryptoKey | Uint8Array
  /** What the JWKS publishes: the key's public half, named by its thumbprint (RFC 7638). */
  readonly publicKey: JWK & { readonly kid: string }
}

/** The key stored in this file; without the file, a new key, stored there with mode 0600. Throws if the file holds no key. */
export async function signingKeyIn(file: string): Promise<SigningKey> {
  const stored = (await read(file)) ?? (await make(file))
  const { d: _, ...publicHalf } = stored
  const kid = await calculateJwkThumbprint(publicHalf)
  return {
    privateKey: await importJWK(stored, signingAlgorithm),
    publicKey: { ...publicHalf, kid, alg: signingAlgorithm, use: 'sig' },
  }
}

async function read(file: string): Promise<PrivateKey | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const key = v.safeParse(v.pipe(v.string(), v.parseJson(), PrivateKey), text)
  if (!key.success) throw new Error(`${file} holds no signing key: delete it, and the next start makes a new one`)
  return key.output
}

/** Written under another name first, so that a crash leaves no half-written key. */
async function make(file: string): Promise<PrivateKey> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true })
  const key = v.parse(PrivateKey, await exportJWK(privateKey))
  await mkdir(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, `${JSON.stringify(key)}\n`, { mode: 0o600, flush: true })
  await rename(unfinished, file)
  return key
}
