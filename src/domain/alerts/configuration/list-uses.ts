// What is to be said of the lists of values that a rule names, by the lists that an organization has. Pure.

import { knownLists, type ListKind, type ValueList } from '../lists/value-list.ts'
import type { RuleProblem, RuleWarning } from '../sigma/problems.ts'
import type { ListUse } from '../sigma/rules.ts'
import { nearest } from '../sigma/words/near-names.ts'

/** The fields that values of a kind can be in; texts can be in any. */
const fieldsOf: Readonly<Record<Exclude<ListKind, 'text'>, readonly string[]>> = {
  networks: ['ipAddress'],
  people: ['actingUserId', 'userId', 'targetUserId'],
  items: ['cipherId'],
  serviceAccounts: ['serviceAccountId', 'grantedServiceAccountId'],
}

const contents: Readonly<Record<ListKind, string>> = {
  networks: 'networks',
  people: 'ids of users',
  items: 'ids of items',
  serviceAccounts: 'ids of service accounts',
  text: 'texts',
}

/** The uses of lists whose values the field never has. */
export const listProblems = (uses: readonly ListUse[], lists: readonly ValueList[]): readonly RuleProblem[] =>
  uses.flatMap(({ line, column, member, name, field }): RuleProblem[] => {
    const kind = lists.find((list) => list.name === name)?.kind ?? knownLists.get(name)
    if (kind === undefined || kind === 'text' || fieldsOf[kind].includes(field)) return []
    const message = `The list ${name} holds ${contents[kind]}, which ${field} never has: it goes with ${fieldsOf[kind].join(', ')}.`
    return [{ line, column, member, reason: 'list-kind', message }]
  })

/** The uses of lists that do not exist, or are empty. */
export const listWarnings = (uses: readonly ListUse[], lists: readonly ValueList[]): readonly RuleWarning[] =>
  uses.flatMap(({ line, column, member, name }): RuleWarning[] => {
    const list = lists.find((each) => each.name === name)
    if (list && list.values.length > 0) return []
    if (list || knownLists.has(name)) {
      return [{ line, column, member, reason: 'empty-list', message: `The list ${name} is empty: it matches nothing.` }]
    }
    const meant = nearest(name, [...knownLists.keys(), ...lists.map((each) => each.name)])
    const hint = meant === undefined ? '' : ` Is ${meant} meant?`
    return [
      { line, column, member, reason: 'unknown-list', message: `There is no list ${name}: it matches nothing.${hint}` },
    ]
  })
