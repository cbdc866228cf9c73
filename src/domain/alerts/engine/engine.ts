// Rules made ready to be evaluated over time: which rules each event is asked, and what it then feeds. Pure.
import type { Guid } from '../../guid.ts'
import { finished, type Work } from '../../steps.ts'
import type { FieldValues } from '../sigma/fields.ts'
import type { EventRule, RuleSet } from '../sigma/rules.ts'
import { type Source, type Watch, type WatchRefusal, watchOf } from './correlation.ts'
import { type Asked, asked, byType } from './dispatch.ts'
import { matchingOf } from './revision.ts'

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
  /** The same as work. */
  readonly feeding: (fields: FieldValues) => Work<readonly Feed[]>
}

/** Rules that take at least so many steps are a step of work each. */
const dearSteps = 100_000

/**
 * Makes rules ready; the others are evaluated though one is refused. Each set is one text: its rules refer to each other
 * alone, so that rules of different texts may have the same id, as long as only one of them alerts.
 */
export const buildEngine = (sets: readonly RuleSet[]): Engine => finished(building(sets))

/** The same as work: a set a step, and those that were made ready before again at no cost. */
export function* building(sets: readonly RuleSet[]): Work<Engine> {
  const built: BuiltSet[] = []
  for (const set of sets) {
    built.push(builtBefore(set))
    yield
  }
  const watches = built.flatMap((set) => set.watches)
  const feeding = feedingBy(askedOnce(built.flatMap(({ fed }) => fed)))
  return {
    watches: new Map(watches.map((watch) => [watch.ruleId, watch])),
    byRevision: new Map(watches.map((watch) => [watch.revision, watch])),
    refused: built.flatMap(({ refused }) => refused),
    feeding,
    feedsOf: (fields) => finished(feeding(fields)),
  }
}

/** A rule over events, with a text that is the same for rules that match the same, and what its matches feed. */
type Fed = { readonly asked: Asked; readonly matching: string; readonly feeds: readonly Feed[] }

type BuiltSet = ReturnType<typeof buildSet>
const builtSets = new WeakMap<RuleSet, BuiltSet>()

function builtBefore(rules: RuleSet): BuiltSet {
  const built = builtSets.get(rules) ?? buildSet(rules)
  builtSets.set(rules, built)
  return built
}

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
    return ofRule.length > 0 ? [{ asked: asked(rule), matching: JSON.stringify(matchingOf(rule)), feeds: ofRule }] : []
  })
  return { watches, refused, fed }
}

/** Rules that match the same, as texts often have them, are asked once for all that they feed. */
function askedOnce(fed: readonly Fed[]): Fed[] {
  const alike = Map.groupBy(fed, ({ matching }) => matching)
  return [...alike.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, feeds: [first, ...others].flatMap(({ feeds }) => feeds) }] : [],
  )
}

const noFeeds: readonly Feed[] = []

function feedingBy(fed: readonly Fed[]): Engine['feeding'] {
  const candidatesOf = byType(fed)
  return function* (fields) {
    // Most events match no rule, or one: no list is made for them.
    let found: readonly Feed[] = noFeeds
    for (const { asked, feeds } of candidatesOf(fields.type)) {
      if (asked.matches(fields)) found = found === noFeeds ? feeds : [...found, ...feeds]
      if (asked.steps >= dearSteps) yield
    }
    return found
  }
}
