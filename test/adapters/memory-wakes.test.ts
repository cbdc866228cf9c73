import { memoryWakes } from '../../src/adapters/memory-wakes.ts'
import { wakesConformance } from './wakes.conformance.ts'

const wakes = memoryWakes()
wakesConformance('memory', () => wakes)
