// Events as the matches they are to each rule and group: which are taken, and what is kept of them. Pure.
import { createHash } from 'node:crypto'
import type { Guid } from '../../guid.ts'
import { type Instant, millisecondsOf } from '../../instant.ts'
import type { Work } from '../../steps.ts'
import type { FieldValue, FieldValues } from '../sigma/fields.ts'
import { keyOf } from './alerts.ts'
import type { Source, Watch } from './correlation.ts'
import type { Engine, Feed } from './engine.ts'
import { aheadMsMax, lateMsMax } from './limits.ts'
import type { Match } from './matches.ts'

/** An event with what rules may know of it; `arrivedAt` is when it was stored, in Unix milliseconds. */
export type EngineEvent = {
  readonly id: Guid
  readonly date: Instant
  readonly arrivedAt: number
  readonly fields: FieldValues
}

/** The matches of one group. */
export type GroupArrivals = { readonly key: string; readonly matches: readonly Match[] }
export type WatchArrivals = { readonly watch: Watch; readonly groups: readonly GroupArrivals[] }

/** What events come to: matches by watch, in the order of the rules, and group; how many events were late or ahead. */
export type Arrivals = {
  readonly watches: readonly WatchArrivals[]
  /** The events that fed any rule. */
  readonly fed: readonly EngineEvent[]
  /** When the last of the events arrived, in Unix milliseconds; 0 for none. */
  readonly latestMs: number
  readonly lateEvents: number
  readonly aheadEvents: number
}

/** An event a step: the matches of those that are not over 7 days older than their arrival, nor dated over a day past it. */
export function* arriving(engine: Engine, events: readonly EngineEvent[]): Work<Arrivals> {
  const found = new Map<Watch, Collected>()
  const made: Made = { hashes: new Map(), keys: new Map() }
  const fed: EngineEvent[] = []
  let [lateEvents, aheadEvents, latestMs] = [0, 0, 0]
  for (const event of events) {
    const at = millisecondsOf(event.date)
    latestMs = Math.max(latestMs, event.arrivedAt)
    if (at < event.arrivedAt - lateMsMax) lateEvents += 1
    else if (at > event.arrivedAt + aheadMsMax) aheadEvents += 1
    else {
      // One for all groups: most matches are kept by several.
      const plain: Match = { at, id: event.id, tag: '' }
      const feeds = yield* engine.feeding(event.fields)
      if (feeds.length > 0) fed.push(event)
      for (const feed of feeds) collect(found, made, feed, event, plain)
    }
    yield
  }
  const watches = [...engine.watches.values()].flatMap((watch) => {
    const groups = found.get(watch)
    return groups ? [{ watch, groups: [...groups.values()] }] : []
  })
  return { watches, fed, latestMs, lateEvents, aheadEvents }
}

/** Matches by the values of their group, in a form that is quicker to make than the key. */
type Collected = Map<string, { readonly key: string; readonly matches: Match[] }>

function collect(found: Map<Watch, Collected>, made: Made, feed: Feed, event: EngineEvent, plain: Match) {
  const { watch, source } = feed
  const quick = quickKeyOf(source, event)
  const match = quick === undefined ? undefined : matchFrom(feed, event, plain, made)
  if (quick === undefined || !match) return
  let groups = found.get(watch)
  if (!groups) {
    groups = new Map()
    found.set(watch, groups)
  }
  const group = groups.get(quick)
  if (group) group.matches.push(match)
  else groups.set(quick, { key: keyFor(source, event, quick, made), matches: [match] })
}

/** Texts that were made before: hashes by text, and keys of groups by their only value. */
type Made = { readonly hashes: Map<string, string>; readonly keys: Map<string, string> }

/** The key of an event's group. */
function keyFor(source: Source, event: EngineEvent, quick: string, { keys }: Made): string {
  if (source.groupFields.length !== 1) return keyOf(valuesOf(source, event))
  const key = keys.get(quick) ?? keyOf([quick])
  keys.set(quick, key)
  return key
}

/** The values of an event's group, which it has. */
const valuesOf = ({ groupFields }: Source, { fields }: EngineEvent): string[] =>
  groupFields.map((field) => folded(fields[field] ?? ''))

/** A text that is equal for events of one group of a source's watch; undefined for an event that belongs to none. */
function quickKeyOf({ groupFields }: Source, { fields }: EngineEvent): string | undefined {
  let quick = ''
  for (const field of groupFields) {
    const value = fields[field] ?? null
    if (value === null) return undefined
    const text = folded(value)
    if (groupFields.length === 1) return text
    quick += `${text.length} ${text}`
  }
  return quick
}

/** What a group keeps of an event, of which `plain` is its match for rules that count events; nothing where values are counted and it has none. */
function matchFrom(
  { watch, source }: Feed,
  { fields }: EngineEvent,
  plain: Match,
  { hashes }: Made,
): Match | undefined {
  const { at, id } = plain
  const compact = watch.layout === 'compact'
  switch (watch.measure) {
    case 'events':
      return compact ? { at, id: shortHash(hashes, id), tag: '' } : plain
    case 'values': {
      const value = fields[source.valueField ?? ''] ?? null
      return value === null ? undefined : { at, id: compact ? '' : id, tag: shortHash(hashes, folded(value)) }
    }
    case 'rules':
    case 'sequence':
      return { at, id, tag: source.tag }
  }
}

const folded = (value: Exclude<FieldValue, null>): string => String(value).toLowerCase()

/** 48 bits that stand for a text, as 8 characters. `known` are those that were made before. */
function shortHash(known: Map<string, string>, text: string): string {
  const before = known.get(text)
  if (before !== undefined) return before
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 8)
  known.set(text, hash)
  return hash
}
