// `npm run keys -- … --server`: server keys.
import * as v from 'valibot'
import { createServerKey, deleteServerKey, rotateServerSecret } from '../../src/application/keys/change-server-keys.ts'
import type { Instant } from '../../src/domain/instant.ts'
import {
  KeyOrganizations,
  organizationsPerKeyMax,
  type ServerKey,
  serverClientIdOf,
  serverKeysMax,
} from '../../src/domain/keys/server-keys.ts'
import { carriedOut, describe, guidIn, nameIn, overlapIn, Refusal, type Values, withSecret } from './arguments.ts'
import type { Commands } from './commands.ts'

const reasons = {
  'too-many-keys': `there are ${serverKeysMax} server keys already`,
  'key-unknown': 'there is no such server key',
} as const

/** The commands for server keys. */
export const serverCommands: Commands = {
  create: (values) => {
    const [name, organizations] = [nameIn(values), organizationsIn(values)]
    return async (ports, at) => {
      const { key, secret } = carriedOut(await createServerKey(ports, { at }, { name, organizations }), reasons)
      return { text: shown(key, secret, at) }
    }
  },
  list:
    () =>
    async ({ serverKeys }, at) => {
      const found = await serverKeys.list()
      return { text: found.length === 0 ? 'no keys' : found.map((key) => lines(key, at)).join('\n') }
    },
  rotate: (values) => {
    const [id, overlapHours] = [guidIn(values, 'key'), overlapIn(values)]
    return async (ports, at) => {
      const { key, secret } = carriedOut(await rotateServerSecret(ports, { at }, id, overlapHours), reasons)
      return { text: shown(key, secret, at) }
    }
  },
  revoke: (values) => {
    const id = guidIn(values, 'key')
    return async (ports, at) => {
      const { key } = carriedOut(await deleteServerKey(ports, { at }, id), reasons)
      return { text: `revoked ${key.id} (${key.name})` }
    }
  },
}

/** The organizations that are named; null for all when there is none. */
function organizationsIn({ organization }: Values): ServerKey['organizations'] {
  const read = v.safeParse(KeyOrganizations, organization ?? null)
  if (!read.success) throw new Refusal(`--organization must be a GUID, at most ${organizationsPerKeyMax} times`)
  return read.output
}

const lines = (key: ServerKey, at: Instant) =>
  describe(key, at, `, for ${key.organizations?.join(', ') ?? 'all organizations'}`)

const shown = (key: ServerKey, secret: string, at: Instant) =>
  withSecret(lines(key, at), serverClientIdOf(key.id), secret)
