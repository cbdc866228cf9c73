// The key with which a local app signs tokens for API keys.
import { generateKeyPairSync } from 'node:crypto'
import { storedIn } from './stored-file.ts'

/** The key (PEM, PKCS#8) in this file; without the file, a new one, stored there with mode 0600. */
export const tokenKeyIn = (file: string): Promise<string> => storedIn(file, newKey)

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return privateKey
}
