// An organization's rule book: its own rules, what it set for them and for the shipped ones, and its mutes. Pure.
import * as v from 'valibot'
import { AcceptedEvent } from '../event.ts'
import { Guid } from '../guid.ts'
import { Instant } from '../instant.ts'
import { levels } from './rules.ts'

/** A rule that an organization wrote: a text with one rule that alerts, whose id is `id`, and those it is about. */
export const OwnRule = v.object({ id: Guid, text: v.string(), savedAt: Instant, savedBy: Guid })
export type OwnRule = v.InferOutput<typeof OwnRule>

/** What an organization set for a rule; null: as the rule says. `threshold` is the least count that speaks. */
export const RuleSettings = v.object({
  enabled: v.boolean(),
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
  rules: v.array(OwnRule),
  settings: v.array(v.object({ ruleId: Guid, settings: RuleSettings })),
  mutes: v.array(Mute),
  unreported: v.array(AcceptedEvent),
})
export type RuleBook = Readonly<v.InferOutput<typeof RuleBook>>

export const emptyBook: RuleBook = { rules: [], settings: [], mutes: [], unreported: [] }

/** Why a book can't be changed so. */
export type BookRefusal =
  | 'rule-exists'
  | 'rule-unknown'
  | 'rule-shipped'
  | 'too-many-rules'
  | 'mute-unknown'
  | 'too-many-mutes'
export type BookChange =
  | { readonly kind: 'changed'; readonly book: RuleBook }
  | { readonly kind: 'refused'; readonly reason: BookRefusal }

/** Most rules of its own that an organization keeps, and most mutes. */
export const ownRulesMax = 200
export const mutesMax = 200
