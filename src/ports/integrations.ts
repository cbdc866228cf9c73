// The port of integrations: the endpoints that an organization set up.
import type { Guid } from '../domain/guid.ts'
import type { Integration, IntegrationsChange } from '../domain/notifications/integration.ts'
import type { HealthCheck } from './health-check.ts'

/** The integrations of every organization. */
export type Integrations = HealthCheck & {
  /**
   * An organization's integrations in the order they were made; none for an unknown organization. What was changed is read at
   * once. Damaged ones are left out, and stay as they are when others are changed.
   */
  readonly integrationsOf: (organizationId: Guid) => Promise<readonly Integration[]>
  /** An organization's integrations that are stored and cannot be read. */
  readonly damagedOf: (organizationId: Guid) => Promise<readonly Guid[]>
  /** Resolves once a damaged integration is gone; any other is left alone. */
  readonly removeDamaged: (organizationId: Guid, id: Guid) => Promise<void>
  /**
   * Resolves once the integrations are durably what `change` made of them, and with what it said; a refusal changes
   * nothing. `change` is asked again, with the newer ones, when another call was faster: no change undoes another. When
   * this fails, the change may have been made.
   */
  readonly change: (
    organizationId: Guid,
    change: (known: readonly Integration[]) => IntegrationsChange,
  ) => Promise<IntegrationsChange>
}
