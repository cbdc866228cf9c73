// Reads what the story of an incident is made of: events of the log around its alerts, and the names of who and what is in them.
import { inParallel } from '../../concurrency/parallel.ts'
import type { AlertRecord } from '../../domain/alerts/alert.ts'
import { emptyConfiguration, hoursOf } from '../../domain/alerts/configuration/rule-configuration.ts'
import { partsOfKey } from '../../domain/alerts/incidents/entities.ts'
import type { IncidentRecord } from '../../domain/alerts/incidents/incident.ts'
import { readsFor, type StoryRead } from '../../domain/alerts/incidents/story/reads.ts'
import { storyOf } from '../../domain/alerts/incidents/story/story.ts'
import { longActorsIn } from '../../domain/alerts/incidents/story/suspicion.ts'
import { withChanges } from '../../domain/alerts/incidents/story/taken.ts'
import type { StoredEvent } from '../../domain/events/event.ts'
import { type Guid, parseGuid } from '../../domain/guid.ts'
import type { Cursor } from '../../domain/log/cursor.ts'
import { anyone, seenKinds, timesOf } from '../../domain/tallies/tally.ts'
import type { Places } from '../../ports/alerts/places.ts'
import type { RuleConfigurations } from '../../ports/alerts/rule-configurations.ts'
import type { Tallies } from '../../ports/counts/tallies.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { unlessDamaged } from '../../ports/errors.ts'
import type { EventStore } from '../../ports/events.ts'
import { alertContext } from './alert-context.ts'

const readsAtOnce = 16
/** Most people and machine accounts whose use of items is looked up, and most items of each. */
const usersMax = 5
const usedItemsMax = 5_000

export type StoryPorts = {
  readonly store: Pick<EventStore, 'list'>
  readonly directory: DirectoryReader
  /** The alerting hours have the time zone of the sentence. */
  readonly configurations: Pick<RuleConfigurations, 'configurationOf'>
  readonly tallies: Pick<Tallies, 'ofActor' | 'talliesOf'>
  readonly places?: Places | undefined
}

/** The story and the timeline of an incident with these alerts, and the names in them. */
export async function incidentStory(
  { store, directory, configurations, tallies, places }: StoryPorts,
  organizationId: Guid,
  incident: IncidentRecord,
  alerts: readonly AlertRecord[],
) {
  const { reads, isWhole } = readsFor(incident, alerts, await memberFinder(directory, organizationId))
  const pages = await inParallel(reads, readsAtOnce, (read) => eventsOf(store, organizationId, read))
  const events = pages.flatMap((page) => page.events)
  const samples = alerts.flatMap((alert) => alert.samples)
  const configuration = await unlessDamaged(configurations.configurationOf(organizationId))
  const hours = hoursOf(configuration ?? emptyConfiguration)
  const { names, isCritical } = await alertContext(directory, organizationId, [...events, ...samples], hours)
  const isPartial = !isWhole || pages.some(({ isEnd }) => !isEnd)
  const { timeZone } = hours
  const placeOf = places?.placeOf
  const firstUseOf = await firstUses(tallies, organizationId, longActorsIn(alerts))
  const { story, timeline } = storyOf({
    incident,
    alerts,
    events,
    isPartial,
    names,
    isCritical,
    timeZone,
    placeOf,
    firstUseOf,
  })
  const lastChangeOf = await lastChanges(tallies, organizationId, story.taken.items)
  return { story: { ...story, taken: withChanges(story.taken, lastChangeOf) }, timeline, names }
}

/** When these items were edited or deleted last, by anyone (Unix ms); unknown of what is not counted yet. */
async function lastChanges(
  tallies: StoryPorts['tallies'],
  organizationId: Guid,
  items: readonly { readonly itemId: Guid }[],
) {
  const keys = items.map(({ itemId }) => ({ actor: anyone, thing: { kind: 'item', id: itemId } }) as const)
  const found = (await unlessDamaged(tallies.talliesOf(organizationId, keys))) ?? []
  const lastAt = new Map(found.map((tally) => [tally.thing.id, timesOf(tally, ['edited', 'deleted'])?.lastAt]))
  return (itemId: Guid): number | undefined => lastAt.get(itemId)
}

/** When these actors saw first what is in each item; unknown of what is not counted yet, and beyond the bounds. */
async function firstUses(tallies: StoryPorts['tallies'], organizationId: Guid, actors: readonly string[]) {
  const range = { kind: 'item', limit: usedItemsMax } as const
  const uses = await inParallel(actors.slice(0, usersMax), usersMax, async (key) => {
    const { kind, value } = partsOfKey(key)
    const id = parseGuid(value)
    if (!id || (kind !== 'person' && kind !== 'machine')) return []
    const found = await tallies.ofActor(organizationId, { kind, id }, range)
    return found.flatMap((tally) => {
      const seen = timesOf(tally, seenKinds)
      return seen ? [[`${key} ${tally.thing.id}`, seen.firstAt] as const] : []
    })
  })
  const firstAt = new Map(uses.flat())
  return (actor: string, itemId: Guid): number | undefined => firstAt.get(`${actor} ${itemId}`)
}

/** The members that an account is or was in an organization: none if its entry cannot be read. */
async function memberFinder(directory: DirectoryReader, organizationId: Guid) {
  const organization = await unlessDamaged(directory.organization(organizationId))
  const all = organization ? [...organization.members, ...organization.former.members] : []
  const byAccount = Map.groupBy(all, ({ userId }) => userId)
  return (userId: Guid): readonly Guid[] => (byAccount.get(userId) ?? []).map(({ id }) => id)
}

/** The newest events that a read gives, and whether there are no more. */
async function eventsOf(store: StoryPorts['store'], organizationId: Guid, { query, limit, pagesMax }: StoryRead) {
  const asked = { ...query, log: { kind: 'organization', id: organizationId } as const }
  const events: StoredEvent[] = []
  let cursor: Cursor | null = null
  for (let pages = 0; pages < pagesMax && events.length < limit; pages += 1) {
    const page: Awaited<ReturnType<EventStore['list']>> = await store.list(asked, limit - events.length, cursor)
    events.push(...(page?.events ?? []))
    cursor = page?.next ?? null
    if (cursor === null) return { events, isEnd: true }
  }
  return { events, isEnd: false }
}
