// Lists of values in an organization's rule configuration: put and deleted within its limits. Pure.
import type { AcceptedEvent } from '../../events/event.ts'
import { knownLists, listsCharsMax, listsMax, type ValueList } from '../lists/value-list.ts'
import { type ConfigurationChange, changed, type RuleConfiguration, refused } from './rule-configuration.ts'

/** Puts a list in the place of the one of its name. Known lists count among `listsMax`, whether they were put or not. */
export function putList(
  configuration: RuleConfiguration,
  list: ValueList,
  auditEvent: AcceptedEvent,
): ConfigurationChange {
  const others = configuration.lists.filter(({ name }) => name !== list.name)
  const lists = [...others, list].sort((one, other) => (one.name < other.name ? -1 : 1))
  if (new Set([...knownLists.keys(), ...lists.map(({ name }) => name)]).size > listsMax)
    return refused('too-many-lists')
  if (JSON.stringify(lists).length > listsCharsMax) return refused('lists-too-long')
  return changed({ ...configuration, lists }, auditEvent)
}

/** Deletes a list; a known one is empty then. Rules that name it match nothing by it. */
export function removeList(
  configuration: RuleConfiguration,
  name: string,
  auditEvent: AcceptedEvent,
): ConfigurationChange {
  const lists = configuration.lists.filter((each) => each.name !== name)
  if (lists.length === configuration.lists.length) return refused('list-unknown')
  return changed({ ...configuration, lists }, auditEvent)
}
