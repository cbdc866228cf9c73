// Text of Sigma rules to the rules themselves, or to everything that is wrong with it, line by line. Pure.
import { type Guid, guidOfContent } from '../../guid.ts'
import { isSelectionName, parseCondition } from './condition.ts'
import { CorrelationDocument, EventDocument, readMembers, reportNoRule } from './documents.ts'
import { headOf as headOfDraft, linkRules, type RuleDraft } from './link.ts'
import { stepsOfRule } from './matching-cost.ts'
import {
  type FoundProblem,
  type FoundWarning,
  type ProblemReason,
  problemsMax,
  type RuleProblem,
  type RuleWarning,
  ruleDocumentBytesMax,
  rulesPerTextMax,
} from './problems.ts'
import { riskOf } from './risk-properties.ts'
import type { Condition, EventRule, ListUse, RuleHead, RuleSet, Selection } from './rules.ts'
import { type FoundListUse, type Reading, readingOf, readSelection, tooCostly } from './selections.ts'
import { type Entry, entryOf, joined, offsetAt, type Placed, readYaml, type Tree } from './yaml-tree.ts'

const [hourMs, dayMs] = [3_600_000, 86_400_000]

/** How a rule is written in its document. */
type Written = {
  /** Whether it has an `id`; else its id follows from its name or title. */
  readonly namesId: boolean
  /** A problem with the member at this path, placed there or at the nearest member around it. */
  readonly problem: (path: readonly string[], reason: ProblemReason, message: string) => RuleProblem
}

export type ParsedRules =
  | {
      readonly kind: 'rules'
      readonly rules: RuleSet
      readonly written: ReadonlyMap<Guid, Written>
      readonly warnings: readonly RuleWarning[]
      readonly listUses: readonly ListUse[]
    }
  | { readonly kind: 'invalid'; readonly problems: readonly RuleProblem[] }

/**
 * Reads Sigma rules (specification 2.1) from YAML or JSON of one or several documents, `ruleDocumentBytesMax` bytes at most.
 * Either the whole text holds or none of it does; problems come in the order of the text, `problemsMax` at most.
 */
export function parseRules(text: string): ParsedRules {
  const bytes = Buffer.byteLength(text)
  if (bytes > ruleDocumentBytesMax) {
    const message = `${bytes} bytes, ${ruleDocumentBytesMax} at most.`
    return { kind: 'invalid', problems: [{ line: 1, column: 1, member: '', reason: 'text-too-long', message }] }
  }
  const { documents, problems, placed } = readYaml(text)
  const found: FoundProblem[] = [...problems]
  const warnings: FoundWarning[] = []
  const listUses: FoundListUse[] = []
  const report = (problem: FoundProblem) => found.push(problem)
  const warn = (warning: FoundWarning) => warnings.push(warning)

  const drafts =
    found.length === 0
      ? draftsOf(
          documents,
          readingOf(report, warn, (use) => listUses.push(use)),
        )
      : []
  const rules = linkRules(drafts, report)
  if (found.length === 0) {
    const written = new Map(drafts.map((draft) => [headOfDraft(draft).id, writtenAs(draft, placed)]))
    return { kind: 'rules', rules, written, warnings: inOrder(warnings).map(placed), listUses: listUses.map(placed) }
  }
  return { kind: 'invalid', problems: inOrder(found).map(placed) }
}

/** The first `problemsMax` in the order of the text. */
const inOrder = <F extends { readonly offset: number }>(found: readonly F[]): F[] =>
  found.toSorted((one, other) => one.offset - other.offset).slice(0, problemsMax)

const writtenAs = ({ tree }: RuleDraft, placed: Placed): Written => ({
  namesId: entryOf(tree, 'id') !== undefined,
  problem: (path, reason, message) => placed({ offset: offsetAt(tree, path), member: path.join('.'), reason, message }),
})

/** The documents of a text as rules; none unless each of them is one. */
function draftsOf(documents: readonly Tree[], reading: Reading): readonly RuleDraft[] {
  const { report } = reading
  // Nothing between two `---` is no document.
  const written = documents.filter((tree) => tree.kind !== 'scalar' || tree.value !== null)
  const beyond = written[rulesPerTextMax]
  if (written.length === 0)
    report({ offset: 0, member: '', reason: 'no-rule', message: 'There is no rule in this text.' })
  if (beyond) {
    report({
      offset: beyond.offset,
      member: '',
      reason: 'too-many-rules',
      message: `${rulesPerTextMax} rules at most.`,
    })
    return []
  }
  const drafts = written.map((tree) => readDocument(tree, reading))
  // References into an invalid document would only hide what is wrong with it.
  return drafts.every((draft) => draft !== undefined) ? drafts : []
}

function readDocument(tree: Tree, reading: Reading): RuleDraft | undefined {
  if (entryOf(tree, 'correlation')) {
    const members = readMembers(CorrelationDocument, tree, reading)
    return members && { kind: 'correlation', head: headOf(members), members, tree }
  }
  const detection = entryOf(tree, 'detection')
  if (!detection) {
    reportNoRule(tree, reading.report)
    return undefined
  }
  const members = readMembers(EventDocument, tree, reading)
  const detected = readDetection(detection, reading)
  if (!members || !detected) return undefined

  const { category } = members.logsource
  const { items } = members.keytrail
  const risk = riskOf(members.keytrail)
  const head = { ...headOf(members), ...(risk && { risk }) }
  const rule: EventRule = { kind: 'event', ...head, ...(category && { category }), ...detected, items }
  checkSteps(rule, tree, reading)
  return { kind: 'event', rule, tree }
}

/** Reports the rule with which those of the text take more than they may, each selection as often as it is named. */
function checkSteps(rule: EventRule, tree: Tree, reading: Reading): void {
  reading.ruleStepsLeft -= stepsOfRule(rule)
  if (reading.ruleStepsLeft >= 0 || reading.isTooMuch) return
  reading.isTooMuch = true
  const offset = offsetAt(tree, ['detection', 'condition'])
  reading.report({ offset, member: 'detection.condition', reason: 'too-costly', message: tooCostly })
}

function headOf(members: EventDocument | CorrelationDocument): RuleHead {
  const { title, id, name, description, level, status, author, date, modified, license } = members
  const { tags, references, falsepositives, fields, keytrail } = members
  return {
    id: id ?? guidOfContent('alert-rule', name ?? title),
    title,
    level,
    tags,
    references,
    fields,
    falsePositives: falsepositives,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(status !== undefined && { status }),
    ...(author !== undefined && { author }),
    ...(date !== undefined && { date }),
    ...(modified !== undefined && { modified }),
    ...(license !== undefined && { license }),
    repeatMs: keytrail.repeat ?? defaultRepeatMs(members),
    ...(keytrail.response !== undefined && { response: keytrail.response }),
    enabled: keytrail.enabled !== false,
    ...(keytrail.enabled === 'always' && { takesNoSettings: true }),
    alerts: true,
  }
}

/** The suppression window of a rule that does not say it. */
const defaultRepeatMs = (members: EventDocument | CorrelationDocument): number =>
  'correlation' in members && members.correlation.type === 'x-risk' ? dayMs : hourMs

type Detected = Pick<EventRule, 'selections' | 'condition'>

function readDetection({ value: tree }: Entry, reading: Reading): Detected | undefined {
  const selections = new Map<string, Selection>()
  for (const { key, keyOffset, value } of tree.kind === 'map' ? tree.entries : []) {
    if (key === 'condition') continue
    const member = joined('detection', key)
    if (key === 'timeframe') {
      const message = 'Aggregation of Sigma 1 is not supported: write a correlation rule.'
      reading.report({ offset: keyOffset, member, reason: 'unsupported-member', message })
    } else if (!isSelectionName(key)) {
      const message =
        'The name of a selection has no blanks, quotes and none of ()|&*?!<>=,\\ in it, and is no word of conditions.'
      reading.report({ offset: keyOffset, member, reason: 'bad-value', message })
    } else {
      selections.set(key, readSelection(value, member, reading))
    }
  }
  const condition = readCondition(tree, [...selections.keys()], reading)
  return condition && { selections, condition }
}

/** The condition, or the several of a list, of which any may hold. */
function readCondition(tree: Tree, selections: readonly string[], reading: Reading): Condition | undefined {
  const { report } = reading
  const member = 'detection.condition'
  const entry = entryOf(tree, 'condition')
  if (!entry) {
    const message = 'condition is missing: name the selections that are to match, as in condition: selection.'
    report({ offset: tree.offset, member, reason: 'missing-member', message })
    return undefined
  }
  const texts = entry.value.kind === 'list' ? entry.value.items : [entry.value]
  const conditions = texts.flatMap((each, index) => {
    const path = entry.value.kind === 'list' ? joined(member, String(index)) : member
    if (each.kind !== 'scalar' || typeof each.value !== 'string') {
      report({ offset: each.offset, member: path, reason: 'bad-value', message: 'A condition is text.' })
      return []
    }
    if (reading.isTooMuch) return []
    const parsed = parseCondition(each.value, selections, reading.namesLeft)
    if (parsed.kind === 'parsed') {
      reading.namesLeft -= parsed.names
      return [parsed.condition]
    }
    if (parsed.reason === 'condition-too-large') reading.isTooMuch = true
    const message = `${parsed.message} (at character ${parsed.at + 1})`
    report({ offset: each.offset, member: path, reason: parsed.reason, message })
    return []
  })
  if (texts.length === 0)
    report({ offset: entry.keyOffset, member, reason: 'bad-value', message: 'There is no condition.' })
  const [only, ...more] = conditions
  return only && more.length === 0 ? only : { kind: 'or', of: conditions }
}
