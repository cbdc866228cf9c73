// The story of an incident: who, from where, what was taken, what to do; and its timeline. The same for any order of events. Pure.
import type { StoredEvent } from '../../../events/event.ts'
import { type Guid, parseGuid } from '../../../guid.ts'
import { formatInstant } from '../../../instant.ts'
import type { AlertRecord } from '../../alert.ts'
import { labelOf, shortened } from '../../labels.ts'
import type { PlaceOf } from '../../observed/place.ts'
import { levels } from '../../sigma/rules.ts'
import { partsOfKey } from '../entities.ts'
import type { IncidentRecord } from '../incident.ts'
import { actorKeyOf, isFailedLogin } from './kinds.ts'
import type { Wording } from './phrases.ts'
import { sentencesOf } from './sentence.ts'
import { inOrder, newAddressesOf, type Suspicion, suspicionOf } from './suspicion.ts'
import { takenIn } from './taken.ts'
import { runsOf, timelineOf } from './timeline.ts'

/** Most people and machine accounts, and most addresses, that a story lists. */
export const storyListedMax = 40
/** Longest sentence of a story, in UTF-16 units; names may be long. */
export const sentenceCharactersMax = 1_000
/** Most recommendations of a story. */
export const recommendationsMax = 5

/** What a story is made of. `events` are those of the log around the alerts, `isPartial`: there are more; `firstUseOf` as for `suspicionOf`. */
export type StoryFacts = Wording & {
  readonly incident: Pick<IncidentRecord, 'title' | 'entities'>
  readonly alerts: readonly AlertRecord[]
  readonly events: readonly StoredEvent[]
  readonly isPartial: boolean
  /** By whose clocks the sentence has times, a name of the IANA time zone database. */
  readonly timeZone: string
  readonly placeOf?: PlaceOf | undefined
  readonly firstUseOf?: ((actor: string, itemId: Guid) => number | undefined) | undefined
}

/** The story of an incident and its timeline, as the API returns them. */
export function storyOf(facts: StoryFacts) {
  const { incident, names, isCritical, isPartial, timeZone } = facts
  const wording = { names, isCritical }
  const alerts = [...facts.alerts].sort((one, other) => (one.from + one.id < other.from + other.id ? -1 : 1))
  const events = inOrder([...facts.events, ...alerts.flatMap(({ samples }) => samples)])
  const suspicion = suspicionOf({ incident, alerts, firstUseOf: facts.firstUseOf }, events)
  const suspicious = events.filter(suspicion.isSuspicious)
  const story = {
    sentence: shortened(
      sentencesOf({ ...wording, events: suspicious, newAddressOf: suspicion.newAddressOf, timeZone }) ??
        `${incident.title}.`,
      sentenceCharactersMax,
    ),
    who: peopleOf(facts, suspicious),
    addresses: addressesOf(facts, suspicious, suspicion),
    taken: takenIn(suspicious, wording),
    whatToDo: recommendationsOf(alerts),
    isPartial,
  }
  return { story, timeline: timelineOf(alerts, runsOf(events, suspicion), wording) }
}

/** The people and machine accounts of an incident, and who else acted in suspicious events: those who acted first, others in their order. */
function peopleOf({ incident, names }: StoryFacts, suspicious: readonly StoredEvent[]) {
  const acted = new Set(suspicious.flatMap((event) => (isFailedLogin(event.type) ? [] : (actorKeyOf(event) ?? []))))
  const listed = new Map(incident.entities.map(({ key, label }) => [key, label]))
  for (const key of acted) if (!listed.has(key)) listed.set(key, null)
  const people = [...listed].flatMap(([key, known]) => {
    const { kind, value } = partsOfKey(key)
    if (kind === 'address') return []
    const field = kind === 'member' ? 'organizationUserId' : 'userId'
    const label = kind !== 'machine' && parseGuid(value) ? labelOf(field, value, names) : null
    return [{ kind, value, label: label ?? known, role: acted.has(key) ? ('acted' as const) : ('target' as const) }]
  })
  const [actors, targets] = [
    people.filter(({ role }) => role === 'acted'),
    people.filter(({ role }) => role === 'target'),
  ]
  return [...actors, ...targets].slice(0, storyListedMax)
}

/** The addresses that were new, and then the others that suspicious events came from. */
function addressesOf(
  { incident, placeOf }: StoryFacts,
  suspicious: readonly StoredEvent[],
  { newAddressOf }: Suspicion,
) {
  const isNew = new Set(newAddressesOf(incident))
  const seen = Map.groupBy(suspicious, (event) => newAddressOf(event) ?? event.ipAddress)
  const others = [...seen.keys()].flatMap((address) => (address === undefined || isNew.has(address) ? [] : address))
  return [...isNew, ...others].slice(0, storyListedMax).map((address) => {
    const events = seen.get(address) ?? []
    const [first, last] = [events[0], events.at(-1)]
    const place = placeOf?.(first?.ipAddress ?? address)
    return {
      address,
      isNew: isNew.has(address),
      firstAt: first ? formatInstant(first.date) : null,
      lastAt: last ? formatInstant(last.date) : null,
      eventCount: events.length,
      place: place
        ? {
            country: place.country,
            networkNumber: place.networkNumber,
            networkName: place.networkName,
            isHosting: place.isHosting,
          }
        : null,
    }
  })
}

/**
 * What the rules of these alerts recommend, unless they are muted and others are not, the most severe first; each once, and none all of whose words another one has:
 * rules that find the same attack recommend the same, in more words or in fewer.
 */
function recommendationsOf(alerts: readonly AlertRecord[]): readonly string[] {
  const unmuted = alerts.filter(({ muted }) => !muted)
  const bySeverity = (unmuted.length > 0 ? unmuted : alerts).toSorted(
    (one, other) => levels.indexOf(other.level) - levels.indexOf(one.level),
  )
  const responses = [...new Set(bySeverity.flatMap(({ response }) => response ?? []))]
  return responses
    .filter(
      (response, index) =>
        !responses.some((other, place) => place !== index && isSaidBy(response, other, place < index)),
    )
    .slice(0, recommendationsMax)
}

/** Whether another text has all words of one; of two with the same words, only the earlier one says the other. */
function isSaidBy(text: string, other: string, isEarlier: boolean): boolean {
  const [words, others] = [wordsOf(text), wordsOf(other)]
  return [...words].every((word) => others.has(word)) && (words.size < others.size || isEarlier)
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/\p{L}+/gu))
