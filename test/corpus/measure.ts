// What the built-in rules find in the corpus, and what they say without a reason: recall, time to the first alert, precision.
import type { Alert } from '../../src/domain/alerts/engine/alerts.ts'
import { buildEngine } from '../../src/domain/alerts/engine/engine.ts'
import { preview } from '../../src/domain/alerts/preview.ts'
import type { RuleDocument } from '../../src/domain/alerts/rule-documents.ts'
import { millisecondsOf } from '../../src/domain/instant.ts'
import type { Attack } from './attack.ts'
import { type Corpus, measuredFrom, measuredTo } from './corpus.ts'

const hourMs = 3_600_000

/** An alert of the measured month, its rule, and whether an attack is the reason of it. */
export type Said = { readonly alert: Alert; readonly rule: RuleDocument; readonly explained: boolean }

/** An attack, and how long after its beginning the first alert about it began; null where none did. */
export type Tried = { readonly attack: Attack; readonly afterMs: number | null; readonly rules: readonly string[] }

/** What came of an organization. */
export type Measured = { readonly said: readonly Said[]; readonly tried: readonly Tried[] }

/** Runs those of the rules that are on over an organization: what they said in the measured month. */
export function measure({ world, events, attacks }: Corpus, builtInRules: readonly RuleDocument[]): Measured {
  const rules = builtInRules.filter(({ rule }) => rule.enabled)
  const engine = buildEngine(rules.map(({ set }) => set))
  const { alerts } = preview({ engine, events, context: world.context, from: measuredFrom, to: measuredTo })
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]))

  const said = alerts.flatMap((alert): Said[] => {
    const rule = ruleOf.get(alert.ruleId)
    return rule ? [{ alert, rule, explained: attacks.some((attack) => isAbout(alert, attack)) }] : []
  })
  return { said, tried: attacks.map((attack) => triedOf(attack, said)) }
}

/** An attack is found by an alert about it that begins within an hour of its end. */
function triedOf(attack: Attack, said: readonly Said[]): Tried {
  const about = said.filter(({ alert }) => isAbout(alert, attack) && millisecondsOf(alert.from) <= attack.to + hourMs)
  const [first] = about
  return {
    attack,
    afterMs: first ? millisecondsOf(first.alert.from) - attack.from : null,
    rules: [...new Set(about.map(({ rule }) => rule.rule.title))],
  }
}

/** Whether an attack is the reason of an alert: one of its sample events, or its last one, is an event of the attack. */
const isAbout = ({ samples, lastEventId }: Alert, { events }: Attack): boolean =>
  samples.some(({ id }) => events.has(id)) || (lastEventId !== null && events.has(lastEventId))
