// Which events of an incident are suspicious: those from its new addresses, those of its alerts, and what went with them. Pure.
import type { StoredEvent } from '../../../events/event.ts'
import type { Guid } from '../../../guid.ts'
import { type Instant, millisecondsOf } from '../../../instant.ts'
import type { AlertRecord } from '../../alert.ts'
import { locationOf } from '../../first-seen/location.ts'
import { partsOfKey } from '../entities.ts'
import type { IncidentRecord } from '../incident.ts'
import { actorKeyOf, type EventKind, exportedVault, isFailedLogin, kindOf, wayOfTaking } from './kinds.ts'

/** What of an incident and its alerts says which events are suspicious. */
type Suspicious = {
  readonly incident: Pick<IncidentRecord, 'entities'>
  readonly alerts: readonly Pick<AlertRecord, 'samples' | 'group' | 'firstEventAt' | 'to'>[]
  /** When an actor, by the key of the entity, saw first what is in an item (Unix ms); undefined if that is not known. */
  readonly firstUseOf?: ((actor: string, itemId: Guid) => number | undefined) | undefined
}

export type Suspicion = {
  /** The new address of the incident that an event came from, as entities have it; undefined for any other address. */
  readonly newAddressOf: (event: StoredEvent) => string | undefined
  readonly isSuspicious: (event: StoredEvent) => boolean
}

/** From how long on an act is one of many days (ms): then the daily work of the account lies in it. */
const longActMs = 24 * 3_600_000

/** When an account acted in an alert, and what it did: kinds of events, null for any. */
type Act = { readonly from: Instant; readonly to: Instant; readonly kinds: ReadonlySet<EventKind> | null }

/**
 * Judges events by all that are known of an incident. An event from a new address is suspicious, as is a sample of an alert.
 * Who acted in an alert and is at no new address took part from a usual one: then all events of the alert's kinds from its
 * first event to its last are suspicious, and every export from then on; of items that were read over more than a day, those
 * that the account had not used before.
 */
export function suspicionOf({ incident, alerts, firstUseOf }: Suspicious, events: readonly StoredEvent[]): Suspicion {
  const newAddresses = new Set(newAddressesOf(incident))
  const locations = new Map<string, string>()
  const newAddressOf = ({ ipAddress }: StoredEvent): string | undefined => {
    if (ipAddress === undefined) return undefined
    const location = locations.get(ipAddress) ?? locationOf(ipAddress).address
    locations.set(ipAddress, location)
    return newAddresses.has(location) ? location : undefined
  }
  const atNewAddress = new Set(events.filter((event) => newAddressOf(event) !== undefined).map(actorKeyOf))
  const samples = new Set(alerts.flatMap((alert) => alert.samples.map(({ id }) => id)))
  const acts = actsIn(alerts)
  const isPartOfAct = (event: StoredEvent): boolean => {
    const actor = actorKeyOf(event)
    if (actor === null || atNewAddress.has(actor)) return false
    return (acts.get(actor) ?? []).some((act) => {
      if (event.date < act.from) return false
      if (exportedVault(event.type) !== undefined) return true
      return event.date <= act.to && (act.kinds?.has(kindOf(event)) ?? true) && !isDailyWork(actor, event, act)
    })
  }
  const isDailyWork = (actor: string, { cipherId, type }: StoredEvent, act: Act): boolean => {
    if (!isLong(act) || cipherId === undefined || wayOfTaking(type) === undefined) return false
    const first = firstUseOf?.(actor, cipherId)
    return first !== undefined && first < millisecondsOf(act.from)
  }
  return {
    newAddressOf,
    isSuspicious: (event) => newAddressOf(event) !== undefined || samples.has(event.id) || isPartOfAct(event),
  }
}

/** The addresses of an incident: each was new for the organization. */
export const newAddressesOf = ({ entities }: Pick<IncidentRecord, 'entities'>): readonly string[] =>
  entities.map(({ key }) => partsOfKey(key)).flatMap(({ kind, value }) => (kind === 'address' ? value : []))

/** Who acted in alerts: in their sample events, or where there are none by their group. Who only failed to log in did not. */
export const actorsIn = (alerts: Suspicious['alerts']): ReadonlySet<string> => new Set(actsIn(alerts).keys())

const isLong = ({ from, to }: Act): boolean => millisecondsOf(to) - millisecondsOf(from) > longActMs

/** Those who acted in an alert over more than a day: of them it matters which items they used before. */
export const longActorsIn = (alerts: Suspicious['alerts']): readonly string[] =>
  [...actsIn(alerts)].flatMap(([actor, acts]) => (acts.some(isLong) ? actor : []))

function actsIn(alerts: Suspicious['alerts']): ReadonlyMap<string, readonly Act[]> {
  const acts = new Map<string, Act[]>()
  for (const { samples, group, firstEventAt: from, to } of alerts) {
    const done = samples.filter(({ type }) => !isFailedLogin(type))
    const inGroup = group.flatMap(({ name, value }) => {
      if (samples.length > 0) return []
      return name === 'actingUserId' ? [`person:${value}`] : name === 'serviceAccountId' ? [`machine:${value}`] : []
    })
    const kinds = samples.length === 0 ? null : new Set(done.map(kindOf))
    for (const actor of new Set([...done.flatMap((event) => actorKeyOf(event) ?? []), ...inGroup])) {
      acts.set(actor, [...(acts.get(actor) ?? []), { from, to, kinds }])
    }
  }
  return acts
}

/** Events in order of time, each once. */
export function inOrder(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const byId = new Map<Guid, StoredEvent>(events.map((event) => [event.id, event]))
  return [...byId.values()].sort((one, other) => (one.date + one.id < other.date + other.id ? -1 : 1))
}
