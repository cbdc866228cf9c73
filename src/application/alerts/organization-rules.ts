// The rules of an organization, read from their documents: each document once while it stays the same, and in slices.

import { inSlices } from '../../concurrency/slices.ts'
import type { RuleConfiguration } from '../../domain/alerts/configuration/rule-configuration.ts'
import {
  type DocumentOrigin,
  type ReadRuleDocument,
  type RuleDocument,
  readRuleDocument,
} from '../../domain/alerts/rule-documents.ts'
import { readingRules } from '../../domain/alerts/rules-in-force.ts'
import { boundedMap } from '../../domain/bounded-map.ts'
import type { Guid } from '../../domain/guid.ts'
import { Damaged } from '../../ports/errors.ts'

/** Most UTF-16 units of documents whose rules are cached; the rules of a document take about twenty times as much. */
export const readCharsMax = 4_000_000

const read = boundedMap<string, ReadRuleDocument>({ sizeMax: readCharsMax, sizeOf: (key) => key.length })

/** Reads a document, or returns what was read of the same text for the same id. Those read the longest ago are dropped first. */
export function readCustomRule(text: string, origin: DocumentOrigin): ReadRuleDocument {
  const known = origin.id && read.get(keyOf(text, origin.id))
  const result = known ?? readRuleDocument(text, origin)
  const id = origin.id ?? (result.kind === 'rule' ? result.rule.id : undefined)
  if (id) read.set(keyOf(text, id), result)
  return result
}

const keyOf = (text: string, id: string): string => `${id} ${text}`

const rulesBy = new WeakMap<readonly RuleDocument[], WeakMap<RuleConfiguration, Promise<readonly RuleDocument[]>>>()

/** Every rule, built-in or in the configuration, as it is written. The same arguments give the same result object. */
export function rulesOf(
  builtInRules: readonly RuleDocument[],
  configuration: RuleConfiguration,
): Promise<readonly RuleDocument[]> {
  const byConfiguration =
    rulesBy.get(builtInRules) ?? new WeakMap<RuleConfiguration, Promise<readonly RuleDocument[]>>()
  rulesBy.set(builtInRules, byConfiguration)
  const rules =
    byConfiguration.get(configuration) ?? inSlices(readingRules(builtInRules, configuration, readCustomRule))
  byConfiguration.set(configuration, rules)
  return rules
}

/** The rule of this id, built-in or in the configuration; undefined if there is none. Throws `Damaged` for one that cannot be read. */
export async function ruleNamed(
  builtInRules: readonly RuleDocument[],
  configuration: RuleConfiguration,
  id: Guid | undefined,
): Promise<RuleDocument | undefined> {
  const rule = (await rulesOf(builtInRules, configuration)).find((each) => each.id === id)
  if (!rule && id && configuration.unreadable?.includes(id))
    throw new Damaged('rule', new Error('its text cannot be read'))
  return rule
}

/** A rule's title; the id if the rule is no longer valid. */
export function titleOf(ruleId: Guid, builtInRules: readonly RuleDocument[], configuration: RuleConfiguration): string {
  const builtIn = builtInRules.find(({ id }) => id === ruleId)
  const own = configuration.rules.find(({ id }) => id === ruleId)
  const read = own && readCustomRule(own.text, { builtIn: false, id: ruleId })
  const rule = builtIn ?? (read?.kind === 'rule' ? read.rule : undefined)
  return rule?.rule.title ?? ruleId
}
