// The rules of an organization, read from their texts once for as long as its book is the same.
import type { RuleBook } from '../domain/alerts/book.ts'
import type { RuleText } from '../domain/alerts/rule-texts.ts'
import { knownRules } from '../domain/alerts/rules-in-force.ts'

const kept = new WeakMap<readonly RuleText[], WeakMap<RuleBook, readonly RuleText[]>>()

/** Every rule, shipped (`pack`) or in the book, as it is written. Asked with the same objects, it answers the same one. */
export function rulesOf(pack: readonly RuleText[], book: RuleBook): readonly RuleText[] {
  const ofPack = kept.get(pack) ?? new WeakMap<RuleBook, readonly RuleText[]>()
  kept.set(pack, ofPack)
  const rules = ofPack.get(book) ?? knownRules(pack, book)
  ofPack.set(book, rules)
  return rules
}
