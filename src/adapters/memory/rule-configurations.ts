// RuleBooks in memory: for tests and for trying things out.
import { emptyBook, type RuleBook } from '../../domain/alerts/rule-configuration.ts'
import type { Guid } from '../../domain/guid.ts'
import type { RuleBooks } from '../../ports/rule-configurations.ts'

/** No books yet. */
export function memoryRuleBooks(): RuleBooks {
  const books = new Map<Guid, RuleBook>()
  return {
    bookOf: async (organizationId) => books.get(organizationId) ?? emptyBook,
    change: async (organizationId, change) => {
      const changed = change(books.get(organizationId) ?? emptyBook)
      if (changed.kind === 'changed') books.set(organizationId, changed.book)
      return changed
    },
    check: async () => {},
  }
}
