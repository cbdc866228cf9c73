import { memoryRuleBooks } from '../../../src/adapters/memory/rule-configurations.ts'
import { ruleBooksConformance } from '../conformance/rule-configurations.ts'

const books = memoryRuleBooks()
ruleBooksConformance(
  'memory',
  () => books,
  () => books,
)
