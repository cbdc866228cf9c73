// How an organization is doing, as operators see it. Pure.

import type { Guid } from '../guid.ts'
import { formatInstant, type Instant } from '../instant.ts'
import { memberStatus, type Organization } from './directory.ts'

/** How a source of an organization is doing; `lagSeconds` is null while that is unknown. */
export type SourceHealth = {
  readonly id: Guid
  readonly name: string
  readonly kind: string
  readonly status: string
  readonly lagSeconds: number | null
}

type Health = {
  readonly id: Guid
  /** Undefined if the directory's entry is damaged. */
  readonly organization: Organization | undefined
  readonly lastEventAt: Instant | undefined
  readonly sources: readonly SourceHealth[]
}

/** An organization's health as responses show it: its confirmed members by number, and null for what a damaged entry does not say. */
export const organizationHealthView = ({ id, organization, lastEventAt, sources }: Health) => ({
  object: 'organizationHealth',
  id,
  name: organization?.name ?? null,
  enabled: organization?.enabled ?? null,
  members: organization ? organization.members.filter(({ status }) => status === memberStatus.confirmed).length : null,
  lastEventAt: lastEventAt ? formatInstant(lastEventAt) : null,
  sources,
})
