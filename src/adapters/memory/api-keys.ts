// ApiKeys in memory: for tests and for trying things out.

import type { Guid } from '../../domain/guid.ts'
import type { ApiKey } from '../../domain/keys/api-keys.ts'
import type { ApiKeys } from '../../ports/keys.ts'

/** No keys yet. */
export function memoryApiKeys(): ApiKeys {
  const kept = new Map<Guid, readonly ApiKey[]>()
  return {
    keysOf: async (organizationId) => kept.get(organizationId) ?? [],
    hasDamaged: async () => false,
    change: async (organizationId, change) => {
      const changed = change(kept.get(organizationId) ?? [])
      if (changed.kind === 'changed') kept.set(organizationId, changed.keys)
      return changed
    },
  }
}
