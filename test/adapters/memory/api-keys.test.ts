import { memoryApiKeys } from '../../../src/adapters/memory/api-keys.ts'
import { apiKeysConformance } from '../conformance/api-keys.ts'

const keys = memoryApiKeys()
apiKeysConformance('memory', () => keys)
