// The OCSF class, activity and subject of each event type. Pure data; docs/ocsf.md has the reasons.
import { type OcsfActivity, type OcsfClass, ocsfClasses, otherActivity } from './ocsf-classes.ts'

/** The kind of account that an event is about. */
export type Account = 'user' | 'member' | 'provider-user' | 'machine-account'
/** The thing that an event is about, named by id or name; in braces, a setting of the organization. */
export type Thing =
  | ('item' | 'collection' | 'policy' | 'organization' | 'provider-organization' | 'domain' | 'secret' | 'project')
  | (
      | 'alert-rule'
      | 'alert-exception'
      | 'value-list'
      | 'alerting-hours'
      | 'alert'
      | 'incident'
      | 'api-key'
      | 'server-key'
      | 'integration'
      | 'source'
    )
  | ('send' | 'site' | 'vault' | 'user-vault' | `{${string}}`)

/** An event type in OCSF. `activityName` is there only for activities that the class does not have. */
export type OcsfMapping = {
  readonly class: OcsfClass
  readonly activityId: number
  readonly activityName?: string
  readonly failed?: true
  readonly account?: Account
  readonly thing?: Thing
  readonly privileges?: readonly string[]
}

type Subject = Pick<OcsfMapping, 'account' | 'thing' | 'privileges' | 'failed'>
type Row = readonly [codes: readonly number[], mapping: OcsfMapping]

const row = <C extends OcsfClass>(
  codes: readonly number[],
  ofClass: C,
  activity: OcsfActivity<C>,
  subject: Subject,
): Row => {
  const activities: Readonly<Record<PropertyKey, number>> = ocsfClasses[ofClass].activities
  return [codes, { class: ofClass, activityId: activities[activity] ?? otherActivity, ...subject }]
}
/** A row whose activity the class does not have. */
const other = (codes: readonly number[], ofClass: OcsfClass, activityName: string, subject: Subject): Row => [
  codes,
  { class: ofClass, activityId: otherActivity, activityName, ...subject },
]
/** The rows of a thing that people create, change and delete. */
const managed = (thing: Thing, created: number, updated: number, deleted: readonly number[]): Row[] => [
  row([created], 'entityManagement', 'create', { thing }),
  row([updated], 'entityManagement', 'update', { thing }),
  row(deleted, 'entityManagement', 'delete', { thing }),
]
/** The rows of a setting that people turn on and off. */
const switched = (thing: Thing, on: readonly number[], off: readonly number[]): Row[] => [
  row(on, 'entityManagement', 'enable', { thing }),
  row(off, 'entityManagement', 'disable', { thing }),
]
const codesFrom = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

const user = { account: 'user' } as const
const member = { account: 'member' } as const
const inOrganization = { ...member, privileges: ['organization access'] } as const
const inProvider = { account: 'provider-user', privileges: ['provider access'] } as const
const machineAccess = { privileges: ['machine account access'] } as const

const rows: readonly Row[] = [
  row([1000], 'authentication', 'logon', user),
  row([1005, 1006], 'authentication', 'logon', { ...user, failed: true }),
  row([1010], 'authentication', 'preauth', user),
  row([1001, 1008, 1011], 'accountChange', 'passwordChange', user),
  row([1002], 'accountChange', 'mfaEnable', user),
  row([1003, 1004], 'accountChange', 'mfaDisable', user),
  other([1009], 'accountChange', 'Migrate Key', user),
  row([1007], 'webResources', 'export', { thing: 'user-vault' }),

  ...managed('item', 1100, 1101, [1102, 1115]),
  row([1103, 1104, 1106], 'entityManagement', 'update', { thing: 'item' }),
  row([1105], 'entityManagement', 'move', { thing: 'item' }),
  other([1116], 'entityManagement', 'Restore', { thing: 'item' }),
  row([...codesFrom(1107, 1114), ...codesFrom(1117, 1132)], 'webResources', 'read', { thing: 'item' }),
  ...managed('collection', 1300, 1301, [1302]),
  row([1400], 'groupManagement', 'create', {}),
  other([1401], 'groupManagement', 'Update', {}),
  row([1402], 'groupManagement', 'delete', {}),

  row([1500, 1523], 'accountChange', 'create', member),
  row([1501, 1512, 1517, 1526], 'userAccess', 'assign', inOrganization),
  row([1503, 1511, 1516, 1518, 1520, 1521], 'userAccess', 'revoke', inOrganization),
  row([1508], 'accountChange', 'passwordReset', member),
  row([1510], 'authentication', 'logon', member),
  row([1515], 'accountChange', 'delete', member),
  row([1519], 'accountChange', 'mfaDisable', member),
  other([1502], 'accountChange', 'Update', member),
  other([1504], 'accountChange', 'Update Groups', member),
  other([1505, 1509], 'accountChange', 'Unlink SSO', member),
  other([1506], 'accountChange', 'Enroll in Account Recovery', member),
  other([1507], 'accountChange', 'Withdraw from Account Recovery', member),
  other([1513], 'accountChange', 'Approve Device', member),
  other([1514], 'accountChange', 'Deny Device', member),
  other([1524], 'accountChange', 'Accept Invitation', member),
  other([1525], 'accountChange', 'Change Email Address', member),
  other([1522], 'webResources', 'Act on Notification', { thing: 'organization' }),

  row([1600], 'entityManagement', 'update', { thing: 'organization' }),
  other([1601], 'entityManagement', 'Purge Vault', { thing: 'organization' }),
  row([1602], 'webResources', 'export', { thing: 'vault' }),
  row([1603, 1903], 'webResources', 'read', { thing: 'vault' }),
  ...switched('{SSO}', [1604], [1605]),
  ...switched('{Key Connector}', [1606], [1607]),
  row([1608], 'entityManagement', 'update', { thing: '{Families sponsorships}' }),
  row([1609], 'entityManagement', 'update', { thing: '{Collection management}' }),
  ...switched('{Limit collection creation}', [1610], [1611]),
  ...switched('{Limit collection deletion}', [1612], [1613]),
  ...switched('{Limit item deletion}', [1614], [1615]),
  ...switched('{Admin access to all collection items}', [1616], [1617]),
  other([1618], 'entityManagement', 'Accept Item Transfer', { thing: 'organization' }),
  other([1619], 'entityManagement', 'Decline Item Transfer', { thing: 'organization' }),
  ...switched('{Automatic user confirmation}', [1620, 1622], [1621, 1623]),
  ...managed('{Invite link}', 1624, 1625, [1626]),
  row([1627], 'webResources', 'read', { thing: '{Invite link}' }),
  row([1628], 'entityManagement', 'update', { thing: '{Invite link}' }),
  ...switched('{Confirmation through invite link}', [1629], [1630]),
  row([1700], 'entityManagement', 'update', { thing: 'policy' }),

  row([1800], 'accountChange', 'create', { account: 'provider-user' }),
  row([1801], 'userAccess', 'assign', inProvider),
  row([1803], 'userAccess', 'revoke', inProvider),
  other([1802], 'accountChange', 'Update', { account: 'provider-user' }),
  row([1900], 'entityManagement', 'create', { thing: 'provider-organization' }),
  row([1901], 'entityManagement', 'enroll', { thing: 'provider-organization' }),
  row([1902], 'entityManagement', 'unenroll', { thing: 'provider-organization' }),
  row([2000], 'entityManagement', 'create', { thing: 'domain' }),
  row([2001], 'entityManagement', 'delete', { thing: 'domain' }),
  other([2002], 'entityManagement', 'Verify', { thing: 'domain' }),
  other([2003], 'entityManagement', 'Verify', { thing: 'domain', failed: true }),

  row([2100], 'webResources', 'read', { thing: 'secret' }),
  ...managed('secret', 2101, 2102, [2103, 2104]),
  other([2105], 'entityManagement', 'Restore', { thing: 'secret' }),
  row([2200], 'webResources', 'read', { thing: 'project' }),
  ...managed('project', 2201, 2202, [2203]),
  row([2300], 'userAccess', 'assign', { ...member, ...machineAccess }),
  row([2301], 'userAccess', 'revoke', { ...member, ...machineAccess }),
  row([2302], 'groupManagement', 'assign', machineAccess),
  row([2303], 'groupManagement', 'revoke', machineAccess),
  row([2304], 'accountChange', 'create', { account: 'machine-account' }),
  row([2305], 'accountChange', 'delete', { account: 'machine-account' }),

  row([2400], 'webResources', 'read', { thing: 'site' }),
  other([2401], 'webResources', 'Leave', { thing: 'site' }),
  other([2402], 'webResources', 'Bypass Warning', { thing: 'site' }),
  row(codesFrom(2500, 2505), 'webResources', 'create', { thing: 'send' }),
  row([2506, 2507], 'webResources', 'update', { thing: 'send' }),
  row([2508, 2509], 'webResources', 'delete', { thing: 'send' }),
  row([2510, 2511], 'webResources', 'read', { thing: 'send' }),

  ...managed('alert-rule', 9000, 9001, [9002]),
  row([9003], 'entityManagement', 'update', { thing: 'alert-rule' }),
  row([9004], 'entityManagement', 'create', { thing: 'alert-exception' }),
  row([9005], 'entityManagement', 'delete', { thing: 'alert-exception' }),
  row([9006], 'entityManagement', 'update', { thing: 'value-list' }),
  row([9007], 'entityManagement', 'update', { thing: 'alerting-hours' }),
  other([9010], 'entityManagement', 'Acknowledge', { thing: 'alert' }),
  other([9011], 'entityManagement', 'Mute', { thing: 'alert-rule' }),
  other([9012], 'entityManagement', 'Unmute', { thing: 'alert-rule' }),
  other([9013], 'entityManagement', 'Acknowledge', { thing: 'incident' }),
  other([9014], 'entityManagement', 'Assign', { thing: 'incident' }),
  other([9015], 'entityManagement', 'Close', { thing: 'incident' }),
  other([9016], 'entityManagement', 'Reopen', { thing: 'incident' }),
  other([9017], 'entityManagement', 'Comment', { thing: 'incident' }),
  row([9020], 'entityManagement', 'create', { thing: 'api-key' }),
  other([9021], 'entityManagement', 'Rotate', { thing: 'api-key' }),
  row([9022], 'entityManagement', 'delete', { thing: 'api-key' }),
  row([9023], 'entityManagement', 'create', { thing: 'server-key' }),
  other([9024], 'entityManagement', 'Rotate', { thing: 'server-key' }),
  row([9025], 'entityManagement', 'delete', { thing: 'server-key' }),
  ...managed('integration', 9030, 9031, [9032]),
  other([9033], 'entityManagement', 'Rotate', { thing: 'integration' }),
  other([9034], 'entityManagement', 'Replay', { thing: 'integration' }),
  ...managed('source', 9040, 9041, [9042]),
  other([9043], 'entityManagement', 'Rotate', { thing: 'source' }),
  other([9044], 'entityManagement', 'Pause', { thing: 'source' }),
  other([9045], 'entityManagement', 'Resume', { thing: 'source' }),
  other([9046], 'entityManagement', 'Fail', { thing: 'source' }),
  other([9047], 'entityManagement', 'Recover', { thing: 'source' }),
  other([9048], 'entityManagement', 'Fall Silent', { thing: 'source' }),
  row([9060], 'entityManagement', 'create', { thing: 'organization' }),
]

const byCode: ReadonlyMap<number, OcsfMapping> = new Map(
  rows.flatMap(([codes, mapping]) => codes.map((code) => [code, mapping] as const)),
)

/** The mapping of this event type; undefined for types that the catalogue does not have. */
export const ocsfMappingOf = (code: number): OcsfMapping | undefined => byCode.get(code)
