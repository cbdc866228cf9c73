// Rules made ready to be evaluated over time: which rules each event is asked, and what it then feeds. Pure.
import type { Guid } from '../../guid.ts'
import type { FieldValues } from '../fields.ts'
import type { EventRule, RuleSet } from '../rules.ts'
import { type Asked, asked, byType } from './dispatch.ts'
import { matchingOf } from './revision.ts'
import { type Source, type Watch, type WatchRefusal, watchOf } from './watches.ts'

/** What a matching event feeds. */
export type Feed = { readonly watch: Watch; readonly source: Source }

/** Rules ready to be evaluated. `refused` are those that would alert but are not evaluated, and why. */
export type Engine = {
  /** By the id of the rule that alerts, in the order of the sets. */
  readonly watches: ReadonlyMap<Guid, Watch>
  /** The same by revision: whose state it is that was stored. */
  readonly byRevision: ReadonlyMap<Guid, Watch>
  readonly refused: readonly WatchRefusal[]
  /** What an event with these fields feeds; nothing if no rule over events matches it. */
  readonly feedsOf: (fields: FieldValues) => readonly Feed[]
}

/**
 * Makes rules ready; the others are evaluated though one is refused. Each set is one text: its rules refer to each other
 * alone, so that rules of different texts may have the same id, as long as only one of them alerts.
 */
export function buildEngine(sets: readonly RuleSet[]): Engine {
  const built = sets.map(buildSet)
  const watches = built.flatMap((set) => set.watches)
  return {
    watches: new Map(watches.map((watch) => [watch.ruleId, watch])),
    byRevision: new Map(watches.map((watch) => [watch.revision, watch])),
    refused: built.flatMap(({ refused }) => refused),
    feedsOf: feedsBy(askedOnce(built.flatMap(({ fed }) => fed))),
  }
}

/** A rule over events, and what its matches feed. */
type Fed = { readonly asked: Asked; readonly feeds: readonly Feed[] }

function buildSet(rules: RuleSet) {
  const events = new Map<Guid, EventRule>()
  for (const rule of rules) if (rule.kind === 'event') events.set(rule.id, rule)

  const watches: Watch[] = []
  const refused: WatchRefusal[] = []
  for (const rule of rules) {
    const made = watchOf(rule, events)
    if (made?.kind === 'refused') refused.push(made)
    if (made?.kind === 'watch') watches.push(made.watch)
  }
  const feeds = watches.flatMap((watch) => watch.sources.map((source) => ({ watch, source })))
  const fed: Fed[] = [...events.values()].flatMap((rule) => {
    const ofRule = feeds.filter(({ source }) => source.ruleId === rule.id)
    // A rule that feeds nothing need not be asked.
    return ofRule.length > 0 ? [{ asked: asked(rule), feeds: ofRule }] : []
  })
  return { watches, refused, fed }
}

/** Rules that match the same, as texts often have them, are asked once for all that they feed. */
function askedOnce(fed: readonly Fed[]): Fed[] {
  const alike = Map.groupBy(fed, ({ asked: { rule } }) => JSON.stringify(matchingOf(rule)))
  return [...alike.values()].flatMap(([first, ...others]) =>
    first ? [{ asked: first.asked, feeds: [first, ...others].flatMap(({ feeds }) => feeds) }] : [],
  )
}

const noFeeds: readonly Feed[] = []

function feedsBy(fed: readonly Fed[]): Engine['feedsOf'] {
  const candidatesOf = byType(fed)
  return (fields) => {
    // Most events match no rule, or one: no list is made for them.
    let found: readonly Feed[] = noFeeds
    for (const { asked, feeds } of candidatesOf(fields.type)) {
      if (asked.matches(fields)) found = found === noFeeds ? feeds : [...found, ...feeds]
    }
    return found
  }
}
