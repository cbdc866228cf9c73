import { memoryApiKeys } from '../../src/adapters/memory-api-keys.ts'
import { apiKeysConformance } from './api-keys.conformance.ts'

const keys = memoryApiKeys()
apiKeysConformance('memory', () => keys)
