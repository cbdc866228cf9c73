// Tells an organization's own log what people changed: who it was, and that nothing of the rule book's changes goes untold.
import type { HttpRequest } from '@azure/functions'
import { type BookChange, type RuleBook, withoutReported } from '../domain/alerts/book.ts'
import { writeMessages } from '../domain/event-messages.ts'
import type { Guid } from '../domain/guid.ts'
import { instantAt } from '../domain/instant.ts'
import type { OwnEventFacts } from '../domain/own-events.ts'
import type { UserPrincipal } from '../domain/principal.ts'
import type { EventQueue, RuleBooks, Wakes } from '../ports.ts'
import { type AddressSettings, uploadContextOf } from './upload-context.ts'

/** Where a change comes from: what the event about it tells, less the thing that is changed. */
export type Origin = Omit<OwnEventFacts, 'objectId' | 'objectName'>
/** The same of a change that a user asks for. */
export type Author = Origin & { readonly actingUserId: Guid }

/** The author of what a request changes, now, and where the request comes from as far as that is known. */
export const authorOf = (
  request: HttpRequest,
  organizationId: Guid,
  caller: UserPrincipal,
  { address, now }: { readonly address: AddressSettings; readonly now: () => number },
): Author => ({
  organizationId,
  actingUserId: caller.userId,
  at: instantAt(now()),
  ...uploadContextOf(request, caller, address),
})

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
