// The keys with which a local app seals the secrets of integrations.
import { randomBytes } from 'node:crypto'
import { storedIn } from './stored-file.ts'

const keyBytes = 32

/** The keys in this file, as the setting has them; without the file, a new one, stored there with mode 0600. */
export const secretKeysIn = (file: string): Promise<string> =>
  storedIn(file, () => `local:${randomBytes(keyBytes).toString('base64')}`)
