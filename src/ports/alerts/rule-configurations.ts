// The port of rule configurations: custom rules, settings, mutes, exceptions and lists of values of an organization.
import type { ConfigurationChange, RuleConfiguration } from '../../domain/alerts/configuration/rule-configuration.ts'
import type { Guid } from '../../domain/guid.ts'
import type { HealthCheck } from '../health-check.ts'

/** The rule configuration of every organization. Both throw `Damaged`, and change nothing, where the configuration itself cannot be read. */
export type RuleConfigurations = HealthCheck & {
  /**
   * An organization's configuration; an empty one for an unknown organization. What was changed is read at once. The same object as
   * before while nothing changed and the store caches it. Rules whose texts cannot be read are `unreadable` in it.
   */
  readonly configurationOf: (organizationId: Guid) => Promise<RuleConfiguration>
  /**
   * Resolves once the configuration is durably what `change` made of it, and with what it said; a refusal changes nothing. `change`
   * is asked again, with the newer configuration, when another call was faster: no change undoes another. Rules that stay `unreadable`
   * stay as they are. A change writes and drops
   * at most 99 rules. When this fails, the change may have been made; but not when it throws `EntryTooLarge`.
   */
  readonly change: (
    organizationId: Guid,
    change: (configuration: RuleConfiguration) => ConfigurationChange,
  ) => Promise<ConfigurationChange>
}
