import { memoryDirectory } from '../../src/adapters/memory-directory.ts'
import { directoryConformance } from './directory.conformance.ts'

const directory = memoryDirectory()
directoryConformance('memory', () => directory)
