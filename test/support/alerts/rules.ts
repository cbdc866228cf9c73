// Rules for tests: short to write, whole in form.
import { compilePredicate, type Predicate } from '../../../src/domain/alerts/engine/compiled/compile.ts'
import type { FieldValues } from '../../../src/domain/alerts/sigma/fields.ts'
import { parseRules } from '../../../src/domain/alerts/sigma/parse.ts'
import type { RuleProblem } from '../../../src/domain/alerts/sigma/problems.ts'
import type { CorrelationRule, EventRule, RuleSet } from '../../../src/domain/alerts/sigma/rules.ts'

/** The rules of a text that holds. */
export function rulesOf(text: string): RuleSet {
  const parsed = parseRules(text)
  if (parsed.kind === 'rules') return parsed.rules
  throw new Error(parsed.problems.map(({ line, member, message }) => `${line} ${member}: ${message}`).join('\n'))
}

/** What is wrong with a text that does not hold. */
export function problemsOf(text: string): readonly RuleProblem[] {
  const parsed = parseRules(text)
  return parsed.kind === 'invalid' ? parsed.problems : []
}

/** The reasons for which a text is refused; none if it holds. */
export const reasonsOf = (text: string) => problemsOf(text).map(({ reason }) => reason)

/** A rule of one selection, given as JSON or YAML in flow style. */
export const selecting = (selection: string, condition = 'sel') =>
  `title: T\nlogsource: {product: keytrail}\ndetection:\n  sel: ${selection}\n  condition: ${condition}\n`

/** The only rule of a text, which is about events. */
export function eventRule(text: string): EventRule {
  const [rule] = rulesOf(text)
  if (rule?.kind !== 'event') throw new Error('no rule over events')
  return rule
}

/** The correlation of a text. */
export function correlationIn(text: string): CorrelationRule {
  const rule = rulesOf(text).find(({ kind }) => kind === 'correlation')
  if (rule?.kind !== 'correlation') throw new Error('no correlation')
  return rule
}

/** Whether a rule of this one selection matches these fields. */
export const selects = (selection: string, fields: FieldValues): boolean => predicateOf(selecting(selection))(fields)

/** The predicate of a text of one rule. */
export const predicateOf = (text: string): Predicate => compilePredicate(eventRule(text))

/** A rule over events with this name, that matches this type. */
export const named = (name: string, type = 1000) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: keytrail}\ndetection: {sel: {type: ${type}}, condition: sel}\n`

/** A correlation with these members, in flow style, after the rules a, b and c. */
export const correlating = (members: string, more = '') =>
  [named('a'), named('b', 1001), named('c', 1002), `title: C\nname: corr\ncorrelation: {${members}}\n${more}`].join(
    '---\n',
  )
