// ApiKeys and ServerKeys in memory: for tests and for trying things out.

import type { Guid } from '../../domain/guid.ts'
import type { ApiKey } from '../../domain/keys/api-keys.ts'
import type { ServerKey } from '../../domain/keys/server-keys.ts'
import type { ApiKeys, ServerKeys } from '../../ports/keys.ts'

/** No keys yet. */
export function memoryApiKeys(): ApiKeys {
  const stored = new Map<Guid, readonly ApiKey[]>()
  return {
    keysOf: async (organizationId) => stored.get(organizationId) ?? [],
    hasDamaged: async () => false,
    change: async (organizationId, change) => {
      const changed = change(stored.get(organizationId) ?? [])
      if (changed.kind === 'changed') stored.set(organizationId, changed.keys)
      return changed
    },
  }
}

/** No server keys yet. */
export function memoryServerKeys(): ServerKeys {
  let stored: readonly ServerKey[] = []
  return {
    list: async () => stored,
    hasDamaged: async () => false,
    change: async (change) => {
      const changed = change(stored)
      if (changed.kind === 'changed') stored = changed.keys
      return changed
    },
  }
}
