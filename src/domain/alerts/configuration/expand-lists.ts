// Puts the values of an organization's lists in the place of their names in rules (Sigma's `expand`). Pure.
import { parseNetwork } from '../../addresses.ts'
import { type Guid, parseGuid } from '../../guid.ts'
import { criticalItemsList, type ValueList } from '../lists/value-list.ts'
import type { EventRule, FieldTest, Operand, Rule, RuleSet, Selection } from '../sigma/rules.ts'

/** The names of the lists that rules use: those that they name, and that of critical items where they ask for those. */
export function listsUsedBy(set: RuleSet): ReadonlySet<string> {
  const tests = set.flatMap(testsOf)
  const named = tests.flatMap(({ operands }) => operands.flatMap((each) => (each.kind === 'list' ? [each.name] : [])))
  return new Set([...named, ...(asksWhetherCritical(tests) ? [criticalItemsList] : [])])
}

/**
 * The rules with the values of these lists; items in the list of critical ones are critical to rules that ask. A list that
 * is not given has no values, and matches nothing.
 */
export function expandLists(set: RuleSet, lists: readonly ValueList[]): RuleSet {
  const byName = new Map<string, ValueList>(lists.map((list) => [list.name, list]))
  return set.map((rule) => (rule.kind === 'event' ? expandRule(rule, byName) : rule))
}

type Lists = ReadonlyMap<string, ValueList>

function expandRule(rule: EventRule, lists: Lists): EventRule {
  const critical = asksWhetherCritical(testsOf(rule)) ? criticalIn(lists) : []
  const selections = [...rule.selections].map(([name, selection]) => [name, expandSelection(selection, lists)] as const)
  return { ...rule, selections: new Map(selections), items: [...rule.items, ...critical] }
}

const testsOf = (rule: Rule): readonly FieldTest[] =>
  rule.kind === 'event' ? [...rule.selections.values()].flat(2) : []

const asksWhetherCritical = (tests: readonly FieldTest[]): boolean =>
  tests.some(({ field, operands }) =>
    [field, ...operands.map((each) => (each.kind === 'field' ? each.field : ''))].includes('itemCritical'),
  )

const criticalIn = (lists: Lists): readonly Guid[] =>
  (lists.get(criticalItemsList)?.values ?? []).flatMap((value) => parseGuid(value) ?? [])

const expandSelection = (selection: Selection, lists: Lists): Selection =>
  selection.map((tests) =>
    tests.map((test) => ({ ...test, operands: test.operands.flatMap((each) => expandOperand(each, lists)) })),
  )

function expandOperand(operand: Operand, lists: Lists): readonly Operand[] {
  const list = operand.kind === 'list' ? lists.get(operand.name) : undefined
  if (operand.kind !== 'list' || !list) return [operand]
  return list.values.flatMap((value): Operand[] => {
    if (!operand.networks) return [{ kind: 'pattern', pattern: [{ kind: 'text', text: value }], cased: false }]
    const network = parseNetwork(value)
    return network ? [{ kind: 'network', network }] : []
  })
}
