// Compiles rule sets to an engine: which rules an event must be matched against, and which correlations its matches are for. Pure.
import { type Guid, guidOfContent } from '../../../guid.ts'
import { finished, type Work } from '../../../steps.ts'
import type { CorrelationRule, EventRule, RuleSet } from '../../sigma/rules.ts'
import type { BaseRule } from './base-rule.ts'
import { type CompiledRule, compileRule } from './compile.ts'
import { type CompiledCorrelation, compileCorrelation, detectionOf, type RuleRefusal } from './correlation.ts'

/**
 * What a match of a rule is for: base rules of one correlation with the same group fields, all of which match at once. The
 * later rule comes first, as in the order of matches.
 */
export type RuleMatch = {
  readonly correlation: CompiledCorrelation
  /** The index of the correlation in its engine. */
  readonly index: number
  /** One list for all that have the same fields. */
  readonly groupFields: readonly string[]
  readonly baseRules: readonly BaseRule[]
}

/** Rules ready to be evaluated. `refused` are those that would alert but are not evaluated, and why. */
export type Engine = {
  /** By the id of the rule that alerts, in the order of the sets. */
  readonly correlations: ReadonlyMap<Guid, CompiledCorrelation>
  /** The same by what they count, which the names of stored states contain. */
  readonly byCounting: ReadonlyMap<Guid, CompiledCorrelation>
  readonly refused: readonly RuleRefusal[]
  /** The rules that can match events of this type, each with the correlations that its matches are for. */
  readonly candidatesOf: (type: unknown) => readonly Candidate[]
  /** The same for events of the past, from which only rates learn. */
  readonly learnersOf: (type: unknown) => readonly Candidate[]
}

/** A rule to match events against, once for all the correlations that its matches are for. */
export type Candidate = { readonly compiled: CompiledRule; readonly ruleMatches: readonly RuleMatch[] }

/** A rule that takes at least this many steps is a step of work by itself. */
export const costlySteps = 100_000

/**
 * Compiles rules; a refused rule does not keep the others from being evaluated. Each set is one document: its rules refer to
 * each other alone, so rules of different documents may have the same id, as long as only one of them alerts.
 */
export const buildEngine = (sets: readonly RuleSet[]): Engine => finished(building(sets))

/** The same as work: a set a step. Sets that were compiled before cost nothing. */
export function* building(sets: readonly RuleSet[]): Work<Engine> {
  const compiled: CompiledSet[] = []
  for (const set of sets) {
    compiled.push(compiledOnce(set))
    yield
  }
  const correlations = compiled.flatMap((set) => set.correlations)
  const candidates = joined(
    compiled.flatMap(({ baseRules }) => baseRules),
    correlations,
  )
  return {
    correlations: new Map(correlations.map((correlation) => [correlation.ruleId, correlation])),
    byCounting: new Map(correlations.map((correlation) => [correlation.counting, correlation])),
    refused: compiled.flatMap(({ refused }) => refused),
    candidatesOf: byEventType(candidates),
    learnersOf: byEventType(candidates.flatMap(ofRatesAlone)),
  }
}

/** A rule with the base rules that it is, and a fingerprint that is the same for rules that match the same events. */
type CompiledBase = {
  readonly compiled: CompiledRule
  readonly uses: readonly BaseRuleUse[]
  readonly fingerprint: string
}
type BaseRuleUse = { readonly correlation: CompiledCorrelation; readonly baseRule: BaseRule }

type CompiledSet = ReturnType<typeof compileSet>
const compiledSets = new WeakMap<RuleSet, CompiledSet>()

function compiledOnce(rules: RuleSet): CompiledSet {
  const compiled = compiledSets.get(rules) ?? compileSet(rules)
  compiledSets.set(rules, compiled)
  return compiled
}

function compileSet(rules: RuleSet) {
  const events = new Map<Guid, EventRule>()
  const correlationRules = new Map<Guid, CorrelationRule>()
  for (const rule of rules) {
    if (rule.kind === 'event') events.set(rule.id, rule)
    else correlationRules.set(rule.id, rule)
  }

  const correlations: CompiledCorrelation[] = []
  const refused: RuleRefusal[] = []
  for (const rule of rules) {
    const result = compileCorrelation(rule, events, correlationRules)
    if (result?.kind === 'refused') refused.push(result)
    if (result?.kind === 'compiled') correlations.push(result.correlation)
  }
  const all = correlations.flatMap((correlation) =>
    correlation.baseRules.map((baseRule) => ({ correlation, baseRule })),
  )
  const baseRules = [...events.values()].flatMap((rule): CompiledBase[] => {
    const uses = all.filter(({ baseRule }) => baseRule.ruleId === rule.id)
    // A rule that no correlation counts need not be matched.
    if (uses.length === 0) return []
    return [{ compiled: compileRule(rule), uses, fingerprint: JSON.stringify(detectionOf(rule)) }]
  })
  return { correlations, refused, baseRules }
}

/** Rules that match the same events, as documents often have them, become one candidate. */
function joined(rules: readonly CompiledBase[], correlations: readonly CompiledCorrelation[]): Candidate[] {
  const indexes = new Map(correlations.map((correlation, index) => [correlation, index]))
  const fieldLists = new Map<string, readonly string[]>()
  const alike = Map.groupBy(rules, ({ fingerprint }) => fingerprint)
  return [...alike.values()].flatMap(([first, ...others]) =>
    first
      ? [
          {
            compiled: first.compiled,
            ruleMatches: matchedAtOnce(
              [first, ...others].flatMap(({ uses }) => uses),
              indexes,
              fieldLists,
            ),
          },
        ]
      : [],
  )
}

/** A candidate for the rates among its correlations; none if there are none. */
const ofRatesAlone = (candidate: Candidate): Candidate[] =>
  withMatches(candidate, ({ correlation }) => (correlation.kind === 'rate' ? correlation : undefined))

/** A candidate for the correlations that are given in place of its own; none if there are none. */
function withMatches(
  { compiled, ruleMatches }: Candidate,
  correlationFor: (match: RuleMatch) => CompiledCorrelation | undefined,
): Candidate[] {
  const kept = ruleMatches.flatMap((match) => {
    const correlation = correlationFor(match)
    return correlation ? [{ ...match, correlation }] : []
  })
  return kept.length > 0 ? [{ compiled, ruleMatches: kept }] : []
}

/**
 * The engine of the correlations with these `counting` alone, to take events of the past. Its states say another revision:
 * for the engine itself, their rules have counted, and not fired.
 */
export function learnerOf(engine: Engine, countings: ReadonlySet<Guid>): Engine {
  const learners = new Map(
    [...engine.byCounting]
      .filter(([counting]) => countings.has(counting))
      .map(([counting, correlation]) => [counting, { ...correlation, revision: learnerRevision(correlation) }]),
  )
  const learnersAmong = (candidatesOf: Engine['candidatesOf']) =>
    onceByType((type) =>
      candidatesOf(type).flatMap((each) => withMatches(each, ({ correlation }) => learners.get(correlation.counting))),
    )
  return {
    correlations: new Map([...learners.values()].map((correlation) => [correlation.ruleId, correlation])),
    byCounting: learners,
    refused: [],
    candidatesOf: learnersAmong(engine.candidatesOf),
    learnersOf: learnersAmong(engine.learnersOf),
  }
}

const learnerRevision = ({ revision }: CompiledCorrelation): Guid => guidOfContent('learner', revision)

/** The base rules by correlation and group fields; `fieldLists` are the lists of fields so far. */
function matchedAtOnce(
  uses: readonly BaseRuleUse[],
  indexes: ReadonlyMap<CompiledCorrelation, number>,
  fieldLists: Map<string, readonly string[]>,
): RuleMatch[] {
  const byCorrelation = Map.groupBy(uses, ({ correlation }) => correlation)
  return [...byCorrelation].flatMap(([correlation, ofCorrelation]) => {
    const index = indexes.get(correlation) ?? 0
    const baseRules = ofCorrelation.map(({ baseRule }) => baseRule)
    const alike = Map.groupBy(baseRules, ({ groupFields }) => JSON.stringify(groupFields))
    return [...alike].map(([key, some]) => {
      const groupFields = fieldLists.get(key) ?? some[0]?.groupFields ?? []
      fieldLists.set(key, groupFields)
      const laterFirst = some.toSorted((one, other) => other.position - one.position)
      return { correlation, index, groupFields, baseRules: laterFirst }
    })
  })
}

/** The candidates by event type, in their order; each list is made once. */
const byEventType = (candidates: readonly Candidate[]): Engine['candidatesOf'] =>
  onceByType((type) =>
    candidates.filter(
      ({ compiled: { types } }) => types === undefined || (typeof type === 'number' && types.has(type)),
    ),
  )

/** What is found for each type of events, found once. */
function onceByType(find: Engine['candidatesOf']): Engine['candidatesOf'] {
  const known = new Map<unknown, readonly Candidate[]>()
  return (type) => {
    const before = known.get(type)
    if (before) return before
    const found = find(type)
    known.set(type, found)
    return found
  }
}
