import { memoryTallies } from '../../../../src/adapters/memory/counts/tallies.ts'
import { talliesConformance } from '../../conformance/tallies.ts'

const tallies = memoryTallies()
talliesConformance('memory', () => tallies)
