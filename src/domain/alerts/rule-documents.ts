// A rule document: the one rule in it that alerts, with its base rules. A valid document is one that can be evaluated. Pure.
import type { Guid } from '../guid.ts'
import { buildEngine } from './engine/compiled/engine.ts'
import { stepsOfRule } from './sigma/matching-cost.ts'
import { type ParsedRules, parseRules } from './sigma/parse.ts'
import { problemsMax, type RuleProblem, type RuleWarning } from './sigma/problems.ts'
import type { ListUse, Rule, RuleSet } from './sigma/rules.ts'

/** A document with one rule that alerts, whose id is the document's. `builtIn`: it comes with the app. */
export type RuleDocument = {
  readonly id: Guid
  readonly text: string
  readonly set: RuleSet
  /** The rule of `set` that alerts. */
  readonly rule: Rule
  readonly builtIn: boolean
  /** What is valid, but may be meant otherwise, on some installation: see `warningsFor`. */
  readonly warnings: readonly RuleWarning[]
  /** The lines that name lists of values. */
  readonly listUses: readonly ListUse[]
  /** What it takes at most to ask its rules about one event: see matching-cost.ts. */
  readonly steps: number
}

/** What is known of a document before it is read; `id` is that of the rule it replaces. */
export type DocumentOrigin = { readonly builtIn: boolean; readonly id?: Guid }

export type ReadRuleDocument =
  | { readonly kind: 'rule'; readonly rule: RuleDocument }
  | { readonly kind: 'invalid'; readonly problems: readonly RuleProblem[] }

/**
 * Reads a text of which exactly one rule alerts. With `id`, the rule takes that id when the text names none, and may name
 * no other. What the engine would not evaluate is refused, so that no rule is kept that never alerts. The text is kept
 * well-formed.
 */
export function readRuleDocument(given: string, { builtIn, id }: DocumentOrigin): ReadRuleDocument {
  const text = given.toWellFormed()
  const parsed = parseRules(text)
  if (parsed.kind === 'invalid') return parsed
  const alerting = parsed.rules.filter(({ alerts }) => alerts)
  // A correlation is what a text is for; the rules beside it serve it, or were meant to.
  const rule = alerting.findLast(({ kind }) => kind === 'correlation') ?? alerting[0]
  // Rules refer to each other without circles: in any text, one at least is referred to by none.
  if (!rule) throw new Error('a text of rules has none that alerts')
  const more = alerting.filter((each) => each !== rule)
  if (more.length > 0) {
    return { kind: 'invalid', problems: more.slice(0, problemsMax).map((each) => severalAlerts(parsed, each)) }
  }
  return withId(text, builtIn, id ?? rule.id, rule, parsed)
}

type Parsed = Extract<ParsedRules, { readonly kind: 'rules' }>

function withId(text: string, builtIn: boolean, id: Guid, found: Rule, parsed: Parsed): ReadRuleDocument {
  const written = writtenOf(parsed, found)
  if (found.id !== id && written.namesId) {
    const message = `The rule to be replaced has the id ${id}: name that, or none.`
    return { kind: 'invalid', problems: [written.problem(['id'], 'other-id', message)] }
  }
  if (found.id !== id && parsed.rules.some((each) => each.id === id)) {
    const message = 'Another rule of this text has the id of the rule to be replaced.'
    return { kind: 'invalid', problems: [written.problem(['title'], 'duplicate-rule', message)] }
  }
  // No rule refers to the one that alerts, so that no reference has to change with the id.
  const rule: Rule = { ...found, id }
  const set = parsed.rules.map((each) => (each === found ? rule : each))
  const { refused } = buildEngine([set])
  if (refused.length === 0)
    return {
      kind: 'rule',
      rule: { id, text, set, rule, builtIn, warnings: parsed.warnings, listUses: parsed.listUses, steps: stepsOf(set) },
    }
  const problems = refused.map(({ reason, message, at, path }) =>
    writtenOf(parsed, { id: at === id ? found.id : at }).problem(path, reason, message),
  )
  return { kind: 'invalid', problems }
}

/** The warnings about a rule where data about places is at hand or not. */
export const warningsFor = (
  { warnings }: Pick<RuleDocument, 'warnings'>,
  hasPlaceData: boolean,
): readonly RuleWarning[] => (hasPlaceData ? warnings.filter(({ reason }) => reason !== 'no-place-data') : warnings)

/** The warning about a group-by with fields that none of the matching events has; none for no such fields. */
export function groupByWarnings({ text, set, rule }: RuleDocument, absent: readonly string[]): readonly RuleWarning[] {
  const parsed = parseRules(text)
  // The document's rule may have another id than its text gives it; their order is the same.
  const found = parsed.kind === 'rules' && parsed.rules[set.findIndex(({ id }) => id === rule.id)]
  if (absent.length === 0 || parsed.kind !== 'rules' || !found) return []
  const { line, column, member } = writtenOf(parsed, found).problem(['correlation', 'group-by'], 'bad-value', '')
  const message = `None of the matching events has ${absent.join(' or ')}: an event without a field of group-by does not count.`
  return [{ line, column, member, reason: 'empty-group-by', message }]
}

const stepsOf = (set: RuleSet): number =>
  set.reduce((sum, rule) => sum + (rule.kind === 'event' ? stepsOfRule(rule) : 0), 0)

function writtenOf({ written }: Parsed, { id }: Pick<Rule, 'id'>) {
  const found = written.get(id)
  if (!found) throw new Error('a rule stands nowhere in its text')
  return found
}

/** Only one rule of a text may alert: another does where no correlation uses it, or one says `generate`. */
function severalAlerts(parsed: Parsed, rule: Rule): RuleProblem {
  const written = writtenOf(parsed, rule)
  const name = rule.name ?? JSON.stringify(rule.title)
  const isUsed = parsed.rules.some((each) => each.kind === 'correlation' && each.rules.includes(rule.id))
  const message = isUsed
    ? `Omit generate: with it, ${name} raises alerts too, and only one rule of a text may.`
    : `No correlation of this text uses ${name}: add it to the rules of one, or save it as a rule by itself.`
  return written.problem(['title'], 'several-alerts', message)
}

/** The built-in rules, from their documents. Throws on an invalid document, and on an id that two of them have. */
export function readBuiltInRules(documents: readonly string[]): readonly RuleDocument[] {
  const known = new Map<Guid, RuleDocument>()
  for (const text of documents) {
    const read = readRuleDocument(text, { builtIn: true })
    if (read.kind === 'invalid') throw new Error(`a built-in rule is invalid: ${wordsOf(read.problems)}\n${text}`)
    const { id, rule } = read.rule
    if (known.has(id))
      throw new Error(`two built-in rules have the id ${id}, one of them ${JSON.stringify(rule.title)}`)
    known.set(id, read.rule)
  }
  return [...known.values()]
}

const wordsOf = (problems: readonly RuleProblem[]): string =>
  problems.map(({ line, member, message }) => `line ${line}, ${member}: ${message}`).join(' ')
