import { memorySources } from '../../../src/adapters/memory/sources.ts'
import { sourcesConformance } from '../conformance/sources.ts'

const sources = memorySources()
sourcesConformance('memory', () => sources)
