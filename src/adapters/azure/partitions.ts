// Partitions of the tables that have one for each organization.
import type { Guid } from '../../domain/guid.ts'

/** The partition of an organization. */
export const partitionOf = (organizationId: Guid): string => `Organization=${organizationId}`
