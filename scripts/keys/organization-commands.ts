// `npm run keys` for the API keys of an organization.
import { createKey, deleteKey, rotateSecret } from '../../src/application/keys/change-keys.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { apiKeysMax, clientIdOf } from '../../src/domain/keys/api-keys.ts'
import type { DirectoryReader } from '../../src/ports/directory.ts'
import { carriedOut, describe, guidIn, nameIn, overlapIn, withSecret } from './arguments.ts'
import type { Commands } from './commands.ts'

const reasons = {
  'too-many-keys': `the organization has ${apiKeysMax} keys already`,
  'key-unknown': 'the organization has no such key',
} as const

/** The commands, for the organization of `--org`. */
export const organizationCommands: Commands = {
  create: (values) => {
    const [organizationId, name] = [guidIn(values, 'org'), nameIn(values)]
    return async (ports, at) => {
      // First: a failure after the key is made would lose its secret.
      const warning = await warningAbout(organizationId, ports.directory)
      const { key, secret } = carriedOut(await createKey(ports, { organizationId, at }, name), reasons)
      const text = withSecret(describe(key, at), clientIdOf(organizationId), secret)
      return warning === undefined ? { text } : { text, warning }
    }
  },
  list: (values) => {
    const organizationId = guidIn(values, 'org')
    return async ({ keys }, at) => {
      const found = await keys.keysOf(organizationId)
      return { text: found.length === 0 ? 'no keys' : found.map((key) => describe(key, at)).join('\n') }
    }
  },
  rotate: (values) => {
    const [organizationId, id, overlapHours] = [guidIn(values, 'org'), guidIn(values, 'key'), overlapIn(values)]
    return async (ports, at) => {
      const { key, secret } = carriedOut(await rotateSecret(ports, { organizationId, at }, id, overlapHours), reasons)
      return { text: withSecret(describe(key, at), clientIdOf(organizationId), secret) }
    }
  },
  revoke: (values) => {
    const [organizationId, id] = [guidIn(values, 'org'), guidIn(values, 'key')]
    return async (ports, at) => {
      const { key } = carriedOut(await deleteKey(ports, { organizationId, at }, id), reasons)
      return { text: `revoked ${key.id} (${key.name})` }
    }
  },
}

async function warningAbout(organizationId: Guid, directory: DirectoryReader): Promise<string | undefined> {
  if ((await directory.organization(organizationId)) !== undefined) return undefined
  return 'the directory does not know this organization yet: its log is empty until a server reports events'
}
