// Changes an organization's lists of values and lists them, each change with an audit event in its log.
import { putList, removeList } from '../../domain/alerts/configuration/change-lists.ts'
import { listsUsedBy } from '../../domain/alerts/configuration/expand-lists.ts'
import type { RuleConfiguration } from '../../domain/alerts/configuration/rule-configuration.ts'
import {
  changeWords,
  type GivenList,
  knownLists,
  type ListName,
  listView,
  readValues,
  type ValueList,
} from '../../domain/alerts/lists/value-list.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import { type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import type { ChangeRulesPorts } from './change-rules.ts'
import { rulesOf } from './organization-rules.ts'
import { changeConfiguration } from './report-changes.ts'

type ListView = ReturnType<typeof listView>

type Put =
  | { readonly kind: 'put'; readonly view: ListView }
  | { readonly kind: 'refused'; readonly reason: 'too-many-lists' | 'lists-too-long' | 'kind-fixed' }
  /** What is wrong with values. */
  | Extract<ReturnType<typeof readValues>, { readonly kind: 'unfit' }>

/** Every list of the organization, by name; the known ones also while they are empty. */
export async function valueListsOf(
  { configurations }: Pick<ChangeRulesPorts, 'configurations'>,
  organizationId: Guid,
): Promise<readonly ListView[]> {
  const { lists } = await configurations.configurationOf(organizationId)
  const unset = [...knownLists].filter(([name]) => !lists.some((list) => list.name === name))
  const views = [
    ...unset.map(([name, kind]) => listView(name, kind, undefined)),
    ...lists.map((list) => listView(list.name, list.kind, list)),
  ]
  return views.sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Puts a list, new or in the place of the one of its name. Rules that use it count anew. A known list keeps its kind. */
export async function changeValueList(
  ports: ChangeRulesPorts,
  author: Author,
  name: ListName,
  given: GivenList,
): Promise<Put> {
  const { kind } = given
  if ((knownLists.get(name) ?? kind) !== kind) return { kind: 'refused', reason: 'kind-fixed' }
  const read = readValues(given)
  if (read.kind === 'unfit') return read
  const { organizationId, actingUserId, at } = author
  const list: ValueList = { name, kind, values: read.values, changedAt: at, changedBy: actingUserId }
  const eventId = ports.secrets.newId()
  const changed = await changeConfiguration(ports, organizationId, (configuration) => {
    const words = changeWords(valuesIn(configuration, name), list.values)
    return putList(configuration, list, auditEventOf(name, words, author, eventId))
  })
  if (changed.kind === 'changed') return { kind: 'put', view: listView(name, kind, list) }
  return { kind: 'refused', reason: changed.reason === 'too-many-lists' ? changed.reason : 'lists-too-long' }
}

/** `titles`: of the rules that use the list. */
type Dropped =
  | { readonly kind: 'dropped' }
  | { readonly kind: 'refused'; readonly reason: 'list-unknown' }
  | { readonly kind: 'refused'; readonly reason: 'list-used'; readonly titles: readonly string[] }

/**
 * Deletes a list that no rule uses, on or off: one without its list would match nothing, or everything. A known list is
 * empty then, used or not. A rule that is saved meanwhile gets a warning when it is read.
 */
export async function dropValueList(ports: ChangeRulesPorts, author: Author, name: ListName): Promise<Dropped> {
  const { builtInRules, configurations, secrets } = ports
  const { organizationId } = author
  const before = await configurations.configurationOf(organizationId)
  if (!before.lists.some((list) => list.name === name)) return { kind: 'refused', reason: 'list-unknown' }
  const titles = knownLists.has(name) ? [] : rulesUsing(name, await rulesOf(builtInRules, before))
  if (titles.length > 0) return { kind: 'refused', reason: 'list-used', titles }

  const eventId = secrets.newId()
  const changed = await changeConfiguration(ports, organizationId, (configuration) => {
    const words = `deleted, ${changeWords(valuesIn(configuration, name), [])}`
    return removeList(configuration, name, auditEventOf(name, words, author, eventId))
  })
  return changed.kind === 'changed' ? { kind: 'dropped' } : { kind: 'refused', reason: 'list-unknown' }
}

const rulesUsing = (name: string, rules: readonly RuleDocument[]): readonly string[] =>
  rules.flatMap(({ set, rule }) => (listsUsedBy(set).has(name) ? [rule.title] : []))

const valuesIn = ({ lists }: RuleConfiguration, name: string): readonly string[] =>
  lists.find((list) => list.name === name)?.values ?? []

/** All changes of a list have the same object. */
const auditEventOf = (name: string, words: string, author: Author, id: Guid) => {
  const objectId = guidOfContent('value-list', author.organizationId, name)
  return auditEvent('value-list-changed', { ...author, objectId, objectName: `${name}: ${words}` }, id)
}
