// An organization's rule book: its own rules, what it set for them and for the shipped ones, and its mutes. Pure.
import * as v from 'valibot'
import { AcceptedEvent } from '../events/event.ts'
import { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'
import { levels } from './sigma/rules.ts'

/** A rule that an organization wrote: a text with one rule that alerts, whose id is `id`, and those it is about. */
export const OwnRule = v.object({ id: Guid, text: v.string(), savedAt: Instant, savedBy: Guid })
export type OwnRule = v.InferOutput<typeof OwnRule>

/** What an organization set for a rule; null: as the rule says. `threshold` is the least count that speaks. */
export const RuleSettings = v.object({
  enabled: v.nullable(v.boolean()),
  level: v.nullable(v.picklist(levels)),
  timespanMs: v.nullable(v.pipe(v.number(), v.safeInteger())),
  repeatMs: v.nullable(v.pipe(v.number(), v.safeInteger())),
  threshold: v.nullable(v.pipe(v.number(), v.safeInteger())),
  sensitivity: v.nullable(v.number()),
})
export type RuleSettings = v.InferOutput<typeof RuleSettings>

/** Holds back notifications of a rule until a time; of one group only, if that is given as in the rule's alerts. */
export const Mute = v.object({
  id: Guid,
  ruleId: Guid,
  group: v.nullable(v.array(v.object({ name: v.string(), value: v.string() }))),
  until: Instant,
  mutedBy: Guid,
  mutedAt: Instant,
})
export type Mute = v.InferOutput<typeof Mute>

/** `unreported` are events about changes of the book that may not be on their way to the log yet, oldest first. */
export const RuleBook = v.object({
  rules: v.pipe(v.array(OwnRule), v.readonly()),
  settings: v.pipe(v.array(v.object({ ruleId: Guid, settings: RuleSettings })), v.readonly()),
  mutes: v.pipe(v.array(Mute), v.readonly()),
  unreported: v.pipe(v.array(AcceptedEvent), v.readonly()),
})
/** `unreadable` are ids of own rules whose texts cannot be read: each stays until it is written anew or removed. */
export type RuleBook = Readonly<v.InferOutput<typeof RuleBook>> & { readonly unreadable?: readonly Guid[] }

/** Settings that leave a rule as it says. */
export const noSettings: RuleSettings = {
  enabled: null,
  level: null,
  timespanMs: null,
  repeatMs: null,
  threshold: null,
  sensitivity: null,
}

export const emptyBook: RuleBook = { rules: [], settings: [], mutes: [], unreported: [] }

/** Why a book can't be changed so. */
export type BookRefusal =
  | 'rule-exists'
  | 'rule-unknown'
  | 'rule-shipped'
  | 'too-many-rules'
  | 'rules-too-costly'
  | 'mute-unknown'
  | 'too-many-mutes'
export type BookChange =
  | { readonly kind: 'changed'; readonly book: RuleBook }
  | { readonly kind: 'refused'; readonly reason: BookRefusal }

/** Most rules of its own that an organization keeps, and most mutes. */
export const ownRulesMax = 200
export const mutesMax = 200

/** The event that tells of a change: who made it, and when (its date). It is kept as unreported until it is on its way. */
type Told = AcceptedEvent
/** Ids of the shipped rules. */
type Shipped = ReadonlySet<Guid>

/** Adds a rule. Refuses the id of a rule that is there, shipped or not, and more than `ownRulesMax`. */
export function addRule(book: RuleBook, rule: OwnRule, shipped: Shipped, told: Told): BookChange {
  if (shipped.has(rule.id) || hasRule(book, rule.id)) return refused('rule-exists')
  if (book.rules.length + unreadableOf(book).length >= ownRulesMax) return refused('too-many-rules')
  return changed({ ...book, rules: [...book.rules, rule] }, told)
}

/** Puts a rule in the place of the one with its id; what was set for that one stays. */
export function replaceRule(book: RuleBook, rule: OwnRule, shipped: Shipped, told: Told): BookChange {
  const refusal = notOwn(book, rule.id, shipped)
  if (refusal) return refusal
  const rules = unreadableOf(book).includes(rule.id)
    ? [...book.rules, rule]
    : book.rules.map((each) => (each.id === rule.id ? rule : each))
  return changed({ ...withoutUnreadable(book, rule.id), rules }, told)
}

/** Takes a rule away, with its settings and mutes. */
export function removeRule(book: RuleBook, id: Guid, shipped: Shipped, told: Told): BookChange {
  const refusal = notOwn(book, id, shipped)
  if (refusal) return refusal
  const rules = book.rules.filter((each) => each.id !== id)
  const settings = book.settings.filter(({ ruleId }) => ruleId !== id)
  const mutes = book.mutes.filter(({ ruleId }) => ruleId !== id)
  return changed({ ...withoutUnreadable(book, id), rules, settings, mutes }, told)
}

/** Sets everything for a rule anew, shipped or not. Whether it fits the rule is not asked here: see `settingsProblems`. */
export function putSettings(
  book: RuleBook,
  ruleId: Guid,
  settings: RuleSettings,
  shipped: Shipped,
  told: Told,
): BookChange {
  if (!shipped.has(ruleId) && !hasRule(book, ruleId)) return refused('rule-unknown')
  const others = book.settings.filter((each) => each.ruleId !== ruleId)
  const setsAny = Object.values(settings).some((value) => value !== null)
  return changed({ ...book, settings: setsAny ? [...others, { ruleId, settings }] : others }, told)
}

/** Adds a mute of a rule, shipped or not. Refuses more than `mutesMax` that are not over. */
export function mute(book: RuleBook, added: Mute, shipped: Shipped, told: Told): BookChange {
  if (!shipped.has(added.ruleId) && !hasRule(book, added.ruleId)) return refused('rule-unknown')
  const lasting = mutesAt(book, told.date)
  if (lasting.length >= mutesMax) return refused('too-many-mutes')
  return changed({ ...book, mutes: [...lasting, added] }, told)
}

/** Ends a mute; refuses one that is over already. */
export function unmute(book: RuleBook, id: Guid, told: Told): BookChange {
  const lasting = mutesAt(book, told.date)
  if (!lasting.some((each) => each.id === id)) return refused('mute-unknown')
  return changed({ ...book, mutes: lasting.filter((each) => each.id !== id) }, told)
}

/** The book without these events, which are on their way. */
export function withoutReported(book: RuleBook, reported: readonly AcceptedEvent[]): BookChange {
  const ids = new Set(reported.map(({ id }) => id))
  return { kind: 'changed', book: { ...book, unreported: book.unreported.filter(({ id }) => !ids.has(id)) } }
}

/** The mutes that are not over at `at`: a mute lasts until its `until`, that instant excluded. */
export const mutesAt = ({ mutes }: RuleBook, at: Instant): Mute[] => mutes.filter(({ until }) => at < until)

/** What an organization set for a rule; nothing, unless it did. */
export const settingsFor = (book: RuleBook, id: Guid): RuleSettings =>
  book.settings.find(({ ruleId }) => ruleId === id)?.settings ?? noSettings

const unreadableOf = ({ unreadable }: RuleBook): readonly Guid[] => unreadable ?? []

const withoutUnreadable = ({ unreadable, ...book }: RuleBook, id: Guid): RuleBook =>
  unreadable ? { ...book, unreadable: unreadable.filter((each) => each !== id) } : book

const hasRule = (book: RuleBook, id: Guid): boolean =>
  book.rules.some((each) => each.id === id) || unreadableOf(book).includes(id)

function notOwn(book: RuleBook, id: Guid, shipped: Shipped): BookChange | undefined {
  if (hasRule(book, id)) return undefined
  return refused(shipped.has(id) ? 'rule-shipped' : 'rule-unknown')
}

/** The book with an event that is to be reported, and without mutes that are over by then. */
const changed = (book: RuleBook, told: Told): BookChange => ({
  kind: 'changed',
  book: { ...book, mutes: mutesAt(book, told.date), unreported: [...book.unreported, told] },
})

const refused = (reason: BookRefusal): BookChange => ({ kind: 'refused', reason })
