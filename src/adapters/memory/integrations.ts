// Integrations in memory: for tests and for trying things out.
import type { Guid } from '../../domain/guid.ts'
import type { Integration } from '../../domain/notifications/integration.ts'
import type { Integrations } from '../../ports/integrations.ts'

/** No integrations yet. */
export function memoryIntegrations(): Integrations {
  const stored = new Map<Guid, readonly Integration[]>()
  return {
    integrationsOf: async (organizationId) => stored.get(organizationId) ?? [],
    change: async (organizationId, change) => {
      const changed = change(stored.get(organizationId) ?? [])
      if (changed.kind === 'changed') stored.set(organizationId, changed.integrations)
      return changed
    },
    damagedOf: async () => [],
    removeDamaged: async () => {},
    check: async () => {},
  }
}
