// Rule documents with other rules in the place of their own. Each is made once while the same is asked: its rules need not be compiled again. Pure.
import type { RuleDocument } from './rule-documents.ts'
import type { EventRule, RuleSet } from './sigma/rules.ts'

/** Makes a document from another; the one that was made of it last, if the same was `asked` then. */
type MadeOnce = (text: RuleDocument, asked: unknown, make: () => RuleDocument) => RuleDocument

/** A `MadeOnce` that knows the last document made of each. */
export function madeOnce(): MadeOnce {
  const known = new WeakMap<RuleDocument, { readonly asked: unknown; readonly made: RuleDocument }>()
  return (text, asked, make) => {
    const before = known.get(text)
    if (before && before.asked === asked) return before.made
    const made = make()
    known.set(text, { asked, made })
    return made
  }
}

/** A document with this set in the place of its own; the rules have the same ids. */
export const withSet = (text: RuleDocument, set: RuleSet): RuleDocument => ({
  ...text,
  set,
  rule: set.find(({ id }) => id === text.id) ?? text.rule,
})

/** A document whose rules over events are changed. */
export const withEventRules = (text: RuleDocument, change: (rule: EventRule) => EventRule): RuleDocument =>
  withSet(
    text,
    text.set.map((each) => (each.kind === 'event' ? change(each) : each)),
  )
