import { memoryWakes } from '../../../src/adapters/memory/schedule.ts'
import { wakesConformance } from '../conformance/schedule.ts'

const wakes = memoryWakes()
wakesConformance('memory', () => wakes)
