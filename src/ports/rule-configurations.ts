// The port of rule configurations: custom rules, settings and mutes of an organization.
import type { BookChange, RuleBook } from '../domain/alerts/rule-configuration.ts'
import type { Guid } from '../domain/guid.ts'
import type { Checked } from './health-check.ts'

/** The rule book of every organization. Both throw `Damaged`, and change nothing, where the book itself cannot be read. */
export type RuleBooks = Checked & {
  /**
   * An organization's book; an empty one for an unknown organization. What was changed is read at once. The same object as
   * before while nothing changed and the store remembers it. Rules whose texts cannot be read are `unreadable` in it.
   */
  readonly bookOf: (organizationId: Guid) => Promise<RuleBook>
  /**
   * Resolves once the book is durably what `change` made of it, and with what it said; a refusal changes nothing. `change`
   * is asked again, with the newer book, when another call was faster: no change undoes another. Rules that stay `unreadable`
   * stay as they are. A change writes and drops
   * at most 99 rules. When this fails, the change may have been made; but not when it throws `EntryTooLarge`.
   */
  readonly change: (organizationId: Guid, change: (book: RuleBook) => BookChange) => Promise<BookChange>
}
