// Which incidents a list asks for. Pure.
import { isWithin, type Network, networkOf, parseNetwork } from '../../addresses.ts'
import type { Guid } from '../../guid.ts'
import type { Instant } from '../../instant.ts'
import type { Level } from '../sigma/rules.ts'
import { partsOfKey } from './entities.ts'
import type { IncidentRecord, TriagedIncident } from './incident.ts'
import { assigneeOf, type IncidentState, incidentStateOf } from './triage/triage.ts'

/** Longest text that is searched for, in UTF-16 units. */
export const searchedTextCharsMax = 200

/**
 * Begun from `from` to `to`, both included, to the millisecond; what is absent does not matter. `person` is a user or a member, and
 * `personIds` are other ids of the same; `network` is an address or a network; `item` is an item of sample events; `assignee` is a
 * user, or null: nobody's; `text` is words, of which each is somewhere in the title, in an entity or in the title of a listed alert,
 * in any case.
 */
export type IncidentQuery = {
  readonly from: Instant
  readonly to: Instant
  readonly levels?: readonly Level[]
  readonly state?: IncidentState
  readonly person?: Guid
  readonly personIds?: readonly Guid[]
  readonly network?: Network
  readonly item?: Guid
  readonly assignee?: Guid | null
  readonly text?: string
}

/** The filters of a query, but for its range. */
export type IncidentFilters = Omit<IncidentQuery, 'from' | 'to' | 'personIds'>

/**
 * Whether a list may show an incident that began in the time of its query, by what evaluation says of it: none that was merged into
 * another. What people did to it decides as well: see `isTriagedAs`.
 */
export const isListed = (record: IncidentRecord, query: IncidentQuery): boolean =>
  record.mergedInto === null &&
  (query.levels === undefined || query.levels.includes(record.level)) &&
  isAboutPerson(record, query) &&
  (query.network === undefined || isAboutNetwork(record, query.network)) &&
  (query.item === undefined || record.items.includes(query.item)) &&
  (query.text === undefined || hasWords(record, query.text))

/** Whether what people did to an incident is what a query asks for. */
export const isTriagedAs = (incident: TriagedIncident, { state, assignee }: IncidentQuery): boolean =>
  (state === undefined || incidentStateOf(incident) === state) &&
  (assignee === undefined || assigneeOf(incident.triage) === assignee)

function isAboutPerson({ entities }: IncidentRecord, { person, personIds = [] }: IncidentQuery): boolean {
  if (person === undefined) return true
  const keys = new Set([person, ...personIds].flatMap((id) => [`person:${id}`, `member:${id}`]))
  return entities.some(({ key }) => keys.has(key))
}

/** An address counts by what incidents know of it: an IPv6 address by its /64. */
function isAboutNetwork({ entities }: IncidentRecord, network: Network): boolean {
  return entities.some(({ key }) => {
    const { kind, value } = partsOfKey(key)
    const known = kind === 'address' ? parseNetwork(value) : undefined
    if (!known) return false
    return isWithin(known.address, networkOf(network.address, Math.min(network.bits, known.bits)))
  })
}

function hasWords({ title, entities, alerts }: IncidentRecord, text: string): boolean {
  const ofEntities = entities.map(({ key, label }) => `${label ?? ''} ${partsOfKey(key).value}`)
  const all = [title, ...ofEntities, ...alerts.map((alert) => alert.title)].join('\n').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => all.includes(word))
}
