import { memorySummaries } from '../../../../src/adapters/memory/counts/summaries.ts'
import { summariesConformance } from '../../conformance/summaries.ts'

const summaries = memorySummaries()
summariesConformance('memory', () => summaries)
