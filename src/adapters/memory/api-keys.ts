// ApiKeys in memory: for tests and for trying things out.

import type { Guid } from '../../domain/guid.ts'
import type { ApiKey } from '../../domain/keys/api-keys.ts'
import type { ApiKeys } from '../../ports/keys.ts'

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
