// Events of the corpus: short to make by the tens of thousands, and made into stored ones at the end.
import type { StoredEvent } from '../../src/domain/events/event.ts'
import { type Guid, guidOfContent } from '../../src/domain/guid.ts'
import { instantAt } from '../../src/domain/instant.ts'
import type { Person, World } from './world.ts'

/** Something that happens at a time (Unix ms), done by a user and about a member, an item or a policy. */
export type Happening = {
  readonly at: number
  readonly type: number
  readonly userId?: Guid
  readonly memberId?: Guid
  readonly itemId?: Guid | undefined
  readonly policyId?: Guid | undefined
  readonly ip?: string
  readonly device?: number
}

/** The person, the device and the address something is done from. */
export type Seat = { readonly userId: Guid; readonly ip: string; readonly device: number }

/** A person at a computer somewhere. */
export const seatOf = ({ userId, computer }: Person, ip: string, device = computer): Seat => ({ userId, ip, device })

/** Something that is done from a seat. */
export const doneAt = (seat: Seat, at: number, type: number, about: Partial<Happening> = {}): Happening => ({
  at: Math.round(at),
  type,
  userId: seat.userId,
  ip: seat.ip,
  device: seat.device,
  ...about,
})

/** The event that a store would hold of it; each index another. */
export const storedEvent = ({ organizationId }: World, happening: Happening, index: number): StoredEvent => {
  const { at, type, userId, memberId, itemId, policyId, ip, device } = happening
  return {
    id: guidOfContent(organizationId, index),
    type,
    date: instantAt(at),
    organizationId,
    ...(userId && { actingUserId: userId, ...(type < 1100 && { userId }) }),
    ...(memberId && { organizationUserId: memberId }),
    ...(itemId && { cipherId: itemId }),
    ...(policyId && { policyId }),
    ...(ip !== undefined && { ipAddress: ip }),
    ...(device !== undefined && { deviceType: device }),
  }
}
