// RuleConfigurations in memory: for tests and for trying things out.
import { emptyConfiguration, type RuleConfiguration } from '../../domain/alerts/configuration/rule-configuration.ts'
import type { Guid } from '../../domain/guid.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'

/** No configurations yet. */
export function memoryRuleConfigurations(): RuleConfigurations {
  const configurations = new Map<Guid, RuleConfiguration>()
  return {
    configurationOf: async (organizationId) => configurations.get(organizationId) ?? emptyConfiguration,
    change: async (organizationId, change) => {
      const changed = change(configurations.get(organizationId) ?? emptyConfiguration)
      if (changed.kind === 'changed') configurations.set(organizationId, changed.configuration)
      return changed
    },
    check: async () => {},
  }
}
