import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { directoryConformance } from '../conformance/directory.ts'

const directory = memoryDirectory()
directoryConformance('memory', () => directory)
