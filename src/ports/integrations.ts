// The port of integrations: the endpoints that organizations set up.
import type { Guid } from '../domain/guid.ts'
import type { Integration, IntegrationsChange } from '../domain/notifications/integration.ts'
import type { HealthCheck } from './health-check.ts'

/** The integrations of every organization. */
export type Integrations = HealthCheck & {
  /**
   * An organization's integrations, oldest first; none for an unknown organization. A change is visible at once. Damaged
   * ones are skipped, and stay as they are when others change.
   */
  readonly integrationsOf: (organizationId: Guid) => Promise<readonly Integration[]>
  /** An organization's integrations that are stored and cannot be read. */
  readonly damagedOf: (organizationId: Guid) => Promise<readonly Guid[]>
  /** Resolves once a damaged integration is removed; any other stays as it is. */
  readonly removeDamaged: (organizationId: Guid, id: Guid) => Promise<void>
  /**
   * Resolves once the result of `change` is stored durably, to that result; a refusal changes nothing. If another call was
   * faster, `change` is called again with the newer integrations: no change undoes another. If this rejects, the change
   * may still have been made.
   */
  readonly change: (
    organizationId: Guid,
    change: (known: readonly Integration[]) => IntegrationsChange,
  ) => Promise<IntegrationsChange>
}
