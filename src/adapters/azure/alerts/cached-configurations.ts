// Remembers the rule books that were read last, so that a book is read, and is another object, only after it changed.
import type { RuleBook } from '../../../domain/alerts/rule-configuration.ts'
import type { Guid } from '../../../domain/guid.ts'

/** A book as it was read or written, and of which version; none: it is not stored. */
export type Known = { readonly book: RuleBook; readonly etag?: string }

export type RememberedBooks = {
  readonly of: (organizationId: Guid) => Known | undefined
  /** Remembers a book and gives it back; or what is remembered of the same version, if another reading was faster. */
  readonly keep: (organizationId: Guid, read: Known) => Known
}

/** Most books that are remembered, and most UTF-16 units of their rules' texts. */
export const rememberedMax = 1_000
export const rememberedCharsMax = 32_000_000

/** Remembers nothing yet. Beyond a limit, those that changed the longest ago go; the newest one always stays. */
export function rememberedBooks(): RememberedBooks {
  const books = new Map<Guid, Known>()
  let chars = 0
  const drop = (id: Guid) => {
    chars -= charsOf(books.get(id))
    books.delete(id)
  }
  return {
    of: (id) => books.get(id),
    keep: (id, read) => {
      const last = books.get(id)
      if (last && last.etag === read.etag) return last
      drop(id)
      books.set(id, read)
      chars += charsOf(read)
      for (const oldest of books.keys()) {
        if (oldest === id || (books.size <= rememberedMax && chars <= rememberedCharsMax)) break
        drop(oldest)
      }
      return read
    },
  }
}

const charsOf = (known: Known | undefined): number =>
  (known?.book.rules ?? []).reduce((sum, { text }) => sum + text.length, 0)
