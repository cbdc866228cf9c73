// What happens in the corpus: short to make by the millions, and made into stored events at the end.
import * as v from 'valibot'
import type { StoredEvent } from '../../src/domain/events/event.ts'
import { Guid } from '../../src/domain/guid.ts'
import { instantAt } from '../../src/domain/instant.ts'

/** Whom and what something is about. */
type About = {
  readonly memberId?: Guid | undefined
  readonly itemId?: Guid | undefined
  readonly policyId?: Guid | undefined
  readonly groupId?: Guid | undefined
  readonly collectionId?: Guid | undefined
  readonly secretId?: Guid | undefined
  readonly projectId?: Guid | undefined
  readonly grantedMachineId?: Guid | undefined
  readonly sendId?: Guid | undefined
  readonly objectId?: Guid | undefined
  readonly objectName?: string
  readonly domainName?: string
}

/** Who does something: a person, a machine account or a part of the server; from which address and device. */
export type Seat = {
  readonly userId?: Guid
  readonly machineId?: Guid
  readonly systemUser?: number
  readonly ip?: string
  readonly device?: number
}

/** Something that happens at a time (Unix ms). The events of an attack have ids of their own. */
export type Happening = Seat & About & { readonly at: number; readonly type: number; readonly id?: Guid }

/** Something that is done from a seat. */
export const doneAt = (
  { userId, machineId, systemUser, ip, device }: Seat,
  at: number,
  type: number,
  about: About = {},
): Happening => ({
  at: Math.round(at),
  type,
  ...(userId && { userId }),
  ...(machineId && { machineId }),
  ...(systemUser !== undefined && { systemUser }),
  ...(ip !== undefined && { ip }),
  ...(device !== undefined && { device }),
  ...about,
})

/** Whether clients report an event, some time after it happened, rather than the server. */
export const isReported = (type: number): boolean =>
  type === 1007 ||
  (type >= 1107 && type <= 1114) ||
  (type >= 1117 && type <= 1132) ||
  type === 1602 ||
  (type >= 2400 && type < 2500)

/** An id that no other number (of 32 bits) gives; cheaper than one of content. */
const idOf = (number: number): Guid => {
  const mixed = (Math.imul(number, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
  return v.parse(Guid, `${mixed}-0000-8000-8000-0000${mixed}`)
}

/** The event that a store would hold of it; the number gives its id unless it has one. */
export function storedEvent(organizationId: Guid, happening: Happening, number: number): StoredEvent {
  const { at, type, userId, machineId, systemUser, ip, device, memberId, itemId, id } = happening
  return {
    id: id ?? idOf(number),
    type,
    date: instantAt(at),
    organizationId,
    ...(userId && { actingUserId: userId, ...(type < 1100 && { userId }) }),
    ...(machineId && { serviceAccountId: machineId }),
    ...(systemUser !== undefined && { systemUser }),
    ...(memberId && { organizationUserId: memberId }),
    ...(itemId && { cipherId: itemId }),
    ...(ip !== undefined && { ipAddress: ip }),
    ...(device !== undefined && { deviceType: device }),
    // Most events have none of the rest.
    ...((type < 1100 || type >= 1300) && rareFields(happening)),
  }
}

function rareFields(happening: Happening): Partial<StoredEvent> {
  const { policyId, groupId, collectionId, secretId, projectId } = happening
  const { grantedMachineId, sendId, objectId, objectName, domainName } = happening
  return {
    ...(policyId && { policyId }),
    ...(groupId && { groupId }),
    ...(collectionId && { collectionId }),
    ...(secretId && { secretId }),
    ...(projectId && { projectId }),
    ...(grantedMachineId && { grantedServiceAccountId: grantedMachineId }),
    ...(sendId && { sendId }),
    ...(objectId && { objectId }),
    ...(objectName !== undefined && { objectName }),
    ...(domainName !== undefined && { domainName }),
  }
}
