// What can be wrong with a rule: closed reasons, each at a line, and the limits that a text of rules keeps. Pure data.

/** Why a text of rules is refused. The slug is the contract; the message beside it is for people. */
export type ProblemReason =
  | 'text-too-long'
  | 'too-many-rules'
  | 'too-deep'
  | 'no-rule'
  | 'yaml-syntax'
  | 'yaml-alias'
  | 'yaml-tag'
  | 'yaml-directive'
  | 'duplicate-member'
  | 'missing-member'
  | 'unknown-member'
  | 'unsupported-member'
  | 'bad-value'
  | 'unsupported-logsource'
  | 'unsupported-keywords'
  | 'unknown-field'
  | 'unknown-value'
  | 'unknown-modifier'
  | 'unsupported-modifier'
  | 'modifier-conflict'
  | 'modifier-value'
  | 'bad-expression'
  | 'expression-too-large'
  | 'too-many-expressions'
  | 'too-costly'
  | 'condition-too-large'
  | 'bad-network'
  | 'condition-syntax'
  | 'unsupported-condition'
  | 'unknown-selection'
  | 'unsupported-correlation'
  | 'unknown-rule'
  | 'duplicate-rule'
  | 'rule-cycle'
  | 'bad-alias'
  | 'several-alerts'
  | 'other-id'
  | 'bound-not-rising'
  | 'count-too-high'
  | 'chained'
  | 'list-kind'

/** One thing wrong with a text of rules. Line and column count from 1; `member` is the dotted path in its document. */
export type RuleProblem = {
  readonly line: number
  readonly column: number
  readonly member: string
  readonly reason: ProblemReason
  readonly message: string
}

/** What is valid, but may be meant otherwise. The slug is the contract; the message beside it is for people. */
type WarningReason =
  | 'custom-member'
  | 'unknown-code'
  | 'unknown-list'
  | 'empty-list'
  | 'no-place-data'
  | 'empty-group-by'

/** One thing to look at in a valid document, with its place like that of a problem. */
export type RuleWarning = Omit<RuleProblem, 'reason'> & { readonly reason: WarningReason }

/** A problem before its place is counted out: `offset` is the place in the text, in UTF-16 units. */
export type FoundProblem = Omit<RuleProblem, 'line' | 'column'> & { readonly offset: number }

export type FoundWarning = Omit<RuleWarning, 'line' | 'column'> & { readonly offset: number }

/** Records a problem. */
export type Report = (problem: FoundProblem) => void
export type Warn = (warning: FoundWarning) => void

/** Longest rule document, in bytes of UTF-8. */
export const ruleDocumentBytesMax = 65_536
/** Most rules in one text. */
export const rulesPerTextMax = 64
/** How deep lists, maps and parentheses may be nested. */
export const depthMax = 32
/** Most problems that are reported at once, and most warnings. */
export const problemsMax = 50
/** Longest condition of a detection, in UTF-16 units. */
export const conditionCharactersMax = 4_096
/** Most names of selections in the conditions of one text, with those that `1 of` and `all of` expand to. */
export const conditionNamesMax = 4_096
/**
 * Most steps that the rules of one text may take to look at one event, and those of all custom rules of an organization. A step
 * is about what comparing two characters takes: see matching-cost.ts.
 */
export const textStepsMax = 2_000_000
export const customRulesStepsMax = 20_000_000
/** Longest regular expression, in UTF-16 units. */
export const expressionCharactersMax = 512
/** Largest regular expression, in instructions of its compiled program; what a match may cost grows with it. */
export const expressionInstructionsMax = 500
/** Most Unicode classes and ranges in the regular expressions of one text: each takes a hundred times as long to prepare as a letter. */
export const expressionRangesMax = 64
/** Most regular expressions in one text. */
export const expressionsPerTextMax = 50
/** Longest string that a field is compared with, in UTF-16 units. */
export const patternCharactersMax = 1_024
