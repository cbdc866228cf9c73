// Tells an organization's own log what people changed: who it was, and that nothing of the rule book's changes goes untold.
import { type BookChange, type RuleBook, withoutReported } from '../../domain/alerts/rule-configuration.ts'
import type { Guid } from '../../domain/guid.ts'
import { writeMessages } from '../../domain/ingest/event-messages.ts'
import type { EventQueue } from '../../ports/events.ts'
import type { RuleBooks } from '../../ports/rule-configurations.ts'
import type { Wakes } from '../../ports/schedule.ts'

/**
 * Resolves once every change of `book` that nobody was told of is safely on its way to the organization's log, and noted as
 * told. Cut short or repeated, it sends the same events again, which the log keeps once. Changes made meanwhile stay untold
 * until the next call.
 */
export async function reportChanges(
  { books, queue }: { readonly books: RuleBooks; readonly queue: EventQueue },
  organizationId: Guid,
  { unreported }: RuleBook,
): Promise<void> {
  if (unreported.length === 0) return
  await queue.enqueue(writeMessages(unreported))
  await books.change(organizationId, (book) => withoutReported(book, unreported))
}

/**
 * Changes an organization's book and reports it. Whoever evaluates the organization reports what this call had no time
 * for: so the organization is due before anything is changed.
 */
export async function changeBook(
  ports: {
    readonly books: RuleBooks
    readonly queue: EventQueue
    readonly wakes: Pick<Wakes, 'note'>
    readonly now: () => number
  },
  organizationId: Guid,
  change: (book: RuleBook) => BookChange,
): Promise<BookChange> {
  await ports.wakes.note({ organizationId, at: ports.now() })
  const changed = await ports.books.change(organizationId, change)
  if (changed.kind === 'changed') await reportChanges(ports, organizationId, changed.book)
  return changed
}
