// The entities of an alert: the people, machine accounts and new addresses by which alerts belong to one incident. Pure.
import type { Names } from '../../directory/names.ts'
import type { StoredEvent } from '../../events/event.ts'
import { type Guid, parseGuid } from '../../guid.ts'
import type { Instant } from '../../instant.ts'
import type { AlertRecord } from '../alert.ts'
import { locationOf } from '../first-seen/location.ts'
import { labelOf, personOf, shortened } from '../labels.ts'
import type { Rule } from '../sigma/rules.ts'

/** `member` is a member of the organization whose account is not known. */
const entityKinds = ['person', 'machine', 'member', 'address'] as const
type EntityKind = (typeof entityKinds)[number]

/** Who or what an alert is about: `person:<id>`, `machine:<id>`, `member:<id>`, `address:<address>`; and its name, if known. */
export type Entity = { readonly key: string; readonly label: string | null }

/** An entity of one alert, and when the alert is about it: null for all the time in which its rule fired. */
export type LinkingEntity = Entity & { readonly during: { readonly from: Instant; readonly to: Instant } | null }

/** A sample event of an alert, and whether its address was new for everybody in the organization. */
type JudgedSample = { readonly event: StoredEvent; readonly isNewAddress: boolean }

/** Most entities of one alert; those of its group come first, then those of its sample events in their order. */
export const entitiesPerAlertMax = 20
/** Longest name of an entity, in UTF-16 units. */
const entityLabelCharsMax = 48

/**
 * The entities of an alert: the people, members and machine accounts that its rule groups by, and those who acted or were
 * the target in its sample events. An address counts only if it was new for the organization: what an office or a VPN
 * shares says nothing about what belongs together. An IPv6 address counts by its /64, and at the dates of its events: a
 * rule over a week may fire days later. Sample events of a sum of risk do not count.
 */
export function entitiesOf(
  { group }: Pick<AlertRecord, 'group'>,
  rule: Rule,
  samples: readonly JudgedSample[],
  names: Names,
): readonly LinkingEntity[] {
  const found = new Map<string, LinkingEntity>()
  const add = (key: string, label: string | null, during: LinkingEntity['during'] = null) => {
    if (found.has(key) || found.size === entitiesPerAlertMax) return
    found.set(key, { key, label: label === null ? null : shortened(label, entityLabelCharsMax), during })
  }
  const addAddress = (ipAddress: string, date: Instant) => {
    const key = `address:${locationOf(ipAddress).address}`
    const during = found.get(key)?.during ?? { from: date, to: date }
    const [from, to] = [date < during.from ? date : during.from, date > during.to ? date : during.to]
    if (found.has(key)) found.set(key, { key, label: null, during: { from, to } })
    else add(key, null, { from, to })
  }
  const addPerson = (id: Guid, label = labelOf('userId', id, names)) => add(`person:${id}`, label)
  const addMachine = (id: Guid) => add(`machine:${id}`, null)
  const addMember = (id: Guid) => {
    const account = names.account(id)
    if (account) addPerson(account)
    else add(`member:${id}`, labelOf('organizationUserId', id, names))
  }
  for (const { name, value } of group) {
    const id = parseGuid(value)
    const fields = fieldsOf(rule, name)
    if (!id) continue
    if (fields.some((field) => field === 'actingUserId' || field === 'userId' || field === 'targetUserId')) {
      const event = samples.find((sample) => sample.event.actingUserId === id)?.event
      addPerson(id, event && nameOf(event, names))
    } else if (fields.includes('serviceAccountId')) addMachine(id)
    else if (fields.includes('organizationUserId')) addMember(id)
  }
  for (const { event, isNewAddress } of doSamplesLink(rule) ? samples : []) {
    const { actingUserId, serviceAccountId, organizationUserId, userId, ipAddress } = event
    if (actingUserId) addPerson(actingUserId, nameOf(event, names))
    if (serviceAccountId) addMachine(serviceAccountId)
    if (isNewAddress && ipAddress !== undefined) addAddress(ipAddress, event.date)
    if (organizationUserId) addMember(organizationUserId)
    if (userId) addPerson(userId)
  }
  return [...found.values()]
}

/** What kind of entity a key names, and which one. */
export function partsOfKey(key: string): { readonly kind: EntityKind; readonly value: string } {
  const kind = entityKinds.find((each) => key.startsWith(`${each}:`)) ?? 'address'
  return { kind, value: key.slice(kind.length + 1) }
}

/**
 * Whether sample events of a rule link. Those of sums of risk are of the window with the highest sum so far: which ones were there
 * meanwhile depends on batches.
 */
const doSamplesLink = (rule: Rule): boolean => rule.kind !== 'correlation' || rule.correlation.kind !== 'risk'

/** The fields that a group-by name stands for: several under an alias. */
function fieldsOf(rule: Rule, name: string): readonly string[] {
  const role = rule.kind === 'correlation' ? rule.groupBy.find((each) => each.name === name) : undefined
  return role ? [name, ...role.fields.values()] : [name]
}

const nameOf = (event: StoredEvent, names: Names): string | null => personOf(event, names, '') || null
