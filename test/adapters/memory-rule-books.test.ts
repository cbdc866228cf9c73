import { memoryRuleBooks } from '../../src/adapters/memory-rule-books.ts'
import { ruleBooksConformance } from './rule-books.conformance.ts'

const books = memoryRuleBooks()
ruleBooksConformance(
  'memory',
  () => books,
  () => books,
)
