import { memorySummaries } from '../../src/adapters/memory-summaries.ts'
import { summariesConformance } from './summaries.conformance.ts'

const summaries = memorySummaries()
summariesConformance('memory', () => summaries)
