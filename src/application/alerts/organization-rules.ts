// The rules of an organization, read from their texts: each text once for as long as it stays, and in slices.

import { inSlices } from '../../concurrency/slices.ts'
import type { RuleConfiguration } from '../../domain/alerts/rule-configuration.ts'
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

/** Most UTF-16 units of texts whose rules are remembered; what is made of a text takes about twenty times as much. */
export const readCharsMax = 4_000_000

const read = boundedMap<string, ReadRuleDocument>({ sizeMax: readCharsMax, sizeOf: (key) => key.length })

/** Reads a text, or remembers what it read of the same text for the same id. Those read the longest ago are forgotten first. */
export function readCustomRule(text: string, origin: DocumentOrigin): ReadRuleDocument {
  const known = origin.id && read.get(keyOf(text, origin.id))
  const result = known ?? readRuleDocument(text, origin)
  const id = origin.id ?? (result.kind === 'rule' ? result.rule.id : undefined)
  if (id) read.set(keyOf(text, id), result)
  return result
}

const keyOf = (text: string, id: string): string => `${id} ${text}`

const kept = new WeakMap<readonly RuleDocument[], WeakMap<RuleConfiguration, Promise<readonly RuleDocument[]>>>()

/** Every rule, built-in (`pack`) or in the configuration, as it is written. Asked with the same objects, it answers the same one. */
export function rulesOf(
  builtInRules: readonly RuleDocument[],
  configuration: RuleConfiguration,
): Promise<readonly RuleDocument[]> {
  const ofPack = kept.get(builtInRules) ?? new WeakMap<RuleConfiguration, Promise<readonly RuleDocument[]>>()
  kept.set(builtInRules, ofPack)
  const rules = ofPack.get(configuration) ?? inSlices(readingRules(builtInRules, configuration, readCustomRule))
  ofPack.set(configuration, rules)
  return rules
}

/** The rule of this id, built-in or in the configuration; undefined when there is none. Throws `Damaged` for one whose text cannot be read. */
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
