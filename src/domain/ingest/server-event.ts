// An event as servers write it, the reference's and Vaultwarden's: what decides on the event must be right, and the rest may be odd. Pure.
import * as v from 'valibot'
import { deviceTypeOfName } from '../events/device-types.ts'
import { AcceptedEvent } from '../events/event.ts'
import { unknownSystemUser, vaultwardenAdmin } from '../events/system-users.ts'
import { type Guid, parseGuid } from '../guid.ts'
import { Shallow } from '../nesting.ts'
import { WholeNumber } from '../whole-number.ts'

const { id: _id, date: _date, type, deviceType, systemUser, ipAddress, domainName, ...rest } = AcceptedEvent.entries
const { actingUserName, actingUserEmail, ...facts } = rest

/**
 * A value that only describes an event: one that cannot be read is omitted. An id is none of these: it says whose log the
 * event belongs in or what it is about, and an event that has lost one would look whole and be wrong.
 */
const described = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined)

const DeviceTypeName = v.pipe(v.string(), v.transform(deviceTypeOfName), v.number())

/** Properties in camelCase. Numbers may be text; `actingUserId` may be any text, which `actorOf` reads. */
export const ServerEvent = v.object({
  ...facts,
  type: v.pipe(WholeNumber, type),
  actingUserId: v.optional(v.string()),
  deviceType: described(v.union([v.pipe(WholeNumber, deviceType.wrapped), DeviceTypeName])),
  systemUser: described(v.pipe(WholeNumber, systemUser.wrapped)),
  ipAddress: described(ipAddress.wrapped),
  domainName: described(domainName.wrapped),
  // Of audit events alone: who acted in others, the directory says.
  actingUserName: described(actingUserName.wrapped),
  actingUserEmail: described(actingUserEmail.wrapped),
  date: v.optional(Shallow),
  idempotencyId: v.optional(v.pipe(v.string(), v.minLength(1))),
  // Written by `writeMessages` alone: the date was normalized when the event was accepted.
  dateFinal: v.optional(v.unknown()),
})

/** What Vaultwarden writes as acting user for its admin panel. */
const vaultwardenAdminId = 'vaultwarden-admin-00000-000000000000'

/** What an acting user adds to an event: a person, or a system user. */
type Actor = { readonly actingUserId?: Guid; readonly systemUser?: number }

/**
 * Reads who acted, from the acting user and the system user that an event names. An acting user that is no GUID is none of
 * the vault's users: Vaultwarden's admin panel is a system user of its own, anybody else the unknown one, unless the event
 * names a system user.
 */
export function actorOf(acting: string | undefined, systemUser: number | undefined): Actor {
  const actingUserId = parseGuid(acting)
  if (actingUserId) return { actingUserId }
  if (!acting || systemUser !== undefined) return {}
  return { systemUser: (acting === vaultwardenAdminId ? vaultwardenAdmin : unknownSystemUser).code }
}
