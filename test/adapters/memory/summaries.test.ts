import { memorySummaries } from '../../../src/adapters/memory/summaries.ts'
import { summariesConformance } from '../conformance/summaries.ts'

const summaries = memorySummaries()
summariesConformance('memory', () => summaries)
