// A rule set made ready to be evaluated over time: which rules each event is asked, and what it then feeds. Pure.
import type { Guid } from '../../guid.ts'
import type { FieldValues } from '../fields.ts'
import type { EventRule, RuleSet } from '../rules.ts'
import { type Asked, asked, byType } from './dispatch.ts'
import { type Source, type Watch, type WatchRefusal, watchOf } from './watches.ts'

/** What a matching event feeds. */
export type Feed = { readonly watch: Watch; readonly source: Source }

/** Rules ready to be evaluated. `refused` are those that would alert but are not evaluated, and why. */
export type Engine = {
  /** By rule, in the order of the rule set. */
  readonly watches: ReadonlyMap<Guid, Watch>
  readonly refused: readonly WatchRefusal[]
  /** What an event with these fields feeds; nothing if no rule over events matches it. */
  readonly feedsOf: (fields: FieldValues) => readonly Feed[]
}

/** Makes rules ready; the others are evaluated though one is refused. */
export function buildEngine(rules: RuleSet): Engine {
  const events = new Map<Guid, EventRule>()
  for (const rule of rules) if (rule.kind === 'event') events.set(rule.id, rule)

  const watches = new Map<Guid, Watch>()
  const refused: WatchRefusal[] = []
  const feeds = new Map<Guid, Feed[]>()
  for (const rule of rules) {
    const built = watchOf(rule, events)
    if (built?.kind === 'refused') refused.push(built)
    if (built?.kind !== 'watch') continue
    const { watch } = built
    watches.set(rule.id, watch)
    for (const source of watch.sources) {
      feeds.set(source.ruleId, [...(feeds.get(source.ruleId) ?? []), { watch, source }])
    }
  }
  // A rule that feeds nothing need not be asked.
  const fed = [...events.values()].flatMap((rule) => {
    const ofRule = feeds.get(rule.id)
    return ofRule ? [{ asked: asked(rule), feeds: ofRule }] : []
  })
  return { watches, refused, feedsOf: feedsBy(fed) }
}

type Fed = { readonly asked: Asked; readonly feeds: readonly Feed[] }

function feedsBy(fed: readonly Fed[]): Engine['feedsOf'] {
  const candidatesOf = byType(fed)
  return (fields) => {
    const found: Feed[] = []
    for (const { asked, feeds } of candidatesOf(fields.type)) if (asked.matches(fields)) found.push(...feeds)
    return found
  }
}
