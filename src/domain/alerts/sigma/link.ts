// Links the rules of one document: resolves references and group-by fields, sorts the rules, and decides which of them alert. Pure.
import type { Guid } from '../../guid.ts'
import type { CorrelationMembers } from './correlation-properties.ts'
import type { CorrelationDocument } from './documents.ts'
import { knownFields } from './fields.ts'
import type { ProblemReason, Report } from './problems.ts'
import { riskProblems } from './risk-properties.ts'
import {
  type Correlation,
  type CorrelationRule,
  type CountBound,
  countHolds,
  type EventRule,
  type FieldRole,
  type Rule,
  type RuleHead,
  type RuleSet,
} from './rules.ts'
import { unknownField } from './selections.ts'
import { entryOf, offsetAt, type Tree } from './yaml-tree.ts'

/** A rule whose document is valid, but whose references are not resolved yet. */
export type RuleDraft =
  | { readonly kind: 'event'; readonly rule: EventRule; readonly tree: Tree }
  | {
      readonly kind: 'correlation'
      readonly head: RuleHead
      readonly members: CorrelationDocument
      readonly tree: Tree
    }

type Refuse = (path: readonly string[], reason: ProblemReason, message: string) => undefined
type Lookup = (reference: string) => RuleDraft | undefined

/** What the rule of a draft says of itself. */
export const headOf = (draft: RuleDraft): RuleHead => (draft.kind === 'event' ? draft.rule : draft.head)

/** The rules, each behind those it refers to; what does not fit together is reported. */
export function linkRules(drafts: readonly RuleDraft[], report: Report): RuleSet {
  const known = new Map<string, RuleDraft>()
  for (const draft of drafts) {
    const { id, name } = headOf(draft)
    // An id that was not given follows from the name, else from the title.
    const given = entryOf(draft.tree, 'id') ? 'id' : name === undefined ? 'title' : 'name'
    const refuse = refuserOf(draft, report)
    const twice = (member: string) =>
      refuse([member], 'duplicate-rule', `Another rule of this text has the same ${member}.`)
    if (given !== 'name' && known.has(id)) twice(given)
    if (name !== undefined && known.has(name)) twice('name')
    known.set(id, draft)
    if (name !== undefined) known.set(name, draft)
  }
  const lookup: Lookup = (reference) => known.get(reference) ?? known.get(reference.toLowerCase())
  const linked = new Map<Guid, Rule>()
  for (const draft of inOrder(drafts, lookup, report)) {
    const rule = draft.kind === 'event' ? draft.rule : correlationOf(draft, lookup, linked, refuserOf(draft, report))
    linked.set(rule.id, rule)
  }
  const rules = [...linked.values()]
  const withoutAlerts = rulesWithoutAlerts(drafts, lookup)
  for (const { ruleId, path, message } of riskProblems(rules)) {
    const draft = known.get(ruleId)
    if (draft) refuserOf(draft, report)(path, 'bad-value', message)
  }
  return rules.map((rule): Rule => ({ ...rule, alerts: !withoutAlerts.has(rule.id) }))
}

const refuserOf =
  ({ tree }: RuleDraft, report: Report): Refuse =>
  (path, reason, message) => {
    report({ offset: offsetAt(tree, path), member: path.join('.'), reason, message })
    return undefined
  }

/** Rules that raise no alerts: some correlation refers to them, and none generates them. */
function rulesWithoutAlerts(drafts: readonly RuleDraft[], lookup: Lookup): ReadonlySet<Guid> {
  const [referred, generated] = [new Set<Guid>(), new Set<Guid>()]
  for (const draft of drafts) {
    if (draft.kind === 'event') continue
    const { correlation, generate } = draft.members
    for (const reference of correlation.rules) {
      const target = lookup(reference)
      if (target) (generate || correlation.generate ? generated : referred).add(headOf(target).id)
    }
  }
  return new Set([...referred].filter((id) => !generated.has(id)))
}

/** Depth first, so that what a rule refers to comes before it; reports references in a circle. */
function inOrder(drafts: readonly RuleDraft[], lookup: Lookup, report: Report): RuleDraft[] {
  const [done, open] = [new Set<RuleDraft>(), new Set<RuleDraft>()]
  const visit = (draft: RuleDraft) => {
    if (done.has(draft) || draft.kind === 'event') return void done.add(draft)
    open.add(draft)
    for (const [index, reference] of draft.members.correlation.rules.entries()) {
      const target = lookup(reference)
      const path = ['correlation', 'rules', String(index)]
      if (!target) refuserOf(draft, report)(path, 'unknown-rule', `No rule of this text is named ${reference}.`)
      else if (open.has(target)) refuserOf(draft, report)(path, 'rule-cycle', `${reference} refers back to this rule.`)
      else visit(target)
    }
    open.delete(draft)
    done.add(draft)
  }
  drafts.forEach(visit)
  return [...done]
}

type CorrelationDraft = Extract<RuleDraft, { readonly kind: 'correlation' }>

function correlationOf(
  draft: CorrelationDraft,
  lookup: Lookup,
  linked: ReadonlyMap<Guid, Rule>,
  refuse: Refuse,
): CorrelationRule {
  const members = draft.members.correlation
  const targets = members.rules.flatMap((reference) => lookup(reference) ?? [])
  const rules = targets.map((target) => headOf(target).id)
  if (new Set(rules).size < rules.length) refuse(['correlation', 'rules'], 'bad-value', 'A rule stands here twice.')
  if (/^(?:value_count|x-)/.test(members.type) && targets.some(({ kind }) => kind === 'correlation')) {
    refuse(['correlation', 'rules'], 'unsupported-correlation', `${members.type} is about rules over events only.`)
  }
  const roles = aliasesOf(members, lookup, refuse)
  const roleOf = (name: string, path: readonly string[]): FieldRole => {
    const fields = roles.get(name) ?? new Map(rules.map((id) => [id, name]))
    if (!roles.has(name) && !knownFields.has(name) && !targets.every((target) => groupsBy(target, name))) {
      refuse(path, 'unknown-field', unknownField(name))
    }
    for (const id of rules) if (!fields.has(id)) refuse(path, 'bad-alias', `${name} omits one of the rules.`)
    return { name, fields }
  }
  const groupBy = members['group-by'].map((name, index) => roleOf(name, ['correlation', 'group-by', String(index)]))
  const correlation = kindOf(members, roleOf, refuse)
  const correlated = rules.flatMap((id) => linked.get(id) ?? [])
  return { kind: 'correlation', ...draft.head, rules, correlated, groupBy, timespanMs: members.timespan, correlation }
}

/** Whether a rule is a correlation with this name in its group-by: a field, or an alias of its own. */
const groupsBy = (draft: RuleDraft, name: string): boolean =>
  draft.kind === 'correlation' && draft.members.correlation['group-by'].includes(name)

/** The aliases of a correlation: which field each is, in the events of which rule. */
function aliasesOf(members: CorrelationMembers, lookup: Lookup, refuse: Refuse): Map<string, Map<Guid, string>> {
  return new Map(
    Object.entries(members.aliases).map(([alias, byRule]) => {
      const fields = new Map<Guid, string>()
      for (const [reference, field] of Object.entries(byRule)) {
        const path = ['correlation', 'aliases', alias, reference]
        const target = lookup(reference)
        if (!knownFields.has(field) && !(target && groupsBy(target, field))) {
          refuse(path, 'unknown-field', unknownField(field))
        }
        if (target && members.rules.some((each) => lookup(each) === target)) fields.set(headOf(target).id, field)
        else refuse(path, 'bad-alias', `${reference} is none of the rules that are correlated.`)
      }
      return [alias, fields]
    }),
  )
}

type RoleOf = (name: string, path: readonly string[]) => FieldRole

function kindOf(members: CorrelationMembers, roleOf: RoleOf, refuse: Refuse): Correlation {
  switch (members.type) {
    case 'event_count':
      return { kind: 'event-count', count: members.condition }
    case 'value_count': {
      const field = roleOf(members.condition.field, ['correlation', 'condition', 'field'])
      return { kind: 'value-count', field, count: members.condition.count }
    }
    case 'temporal':
    case 'temporal_ordered':
      return { kind: 'temporal', ordered: members.type === 'temporal_ordered', count: temporalBounds(members, refuse) }
    case 'x-abnormal-rate':
      return { kind: 'abnormal-rate', countMin: members.condition.minimum, sensitivity: members.condition.sensitivity }
    case 'x-risk':
      return { kind: 'risk', count: members.condition }
    case 'x-absence':
      return { kind: 'absence' }
  }
}

/** How many of the rules must have matched: all of them, unless the condition says otherwise. */
function temporalBounds(
  { rules, condition }: Extract<CorrelationMembers, { type: 'temporal' | 'temporal_ordered' }>,
  refuse: Refuse,
): readonly CountBound[] {
  const count = condition ?? [{ operator: 'gte', value: rules.length } as const]
  const possible = rules.some((_, index) => countHolds(count, index + 1))
  if (!possible) refuse(['correlation', 'condition'], 'bad-value', 'Never as many rules match: there are fewer.')
  return count
}
