import { memoryApiKeys, memoryServerKeys } from '../../../src/adapters/memory/api-keys.ts'
import { apiKeysConformance } from '../conformance/api-keys.ts'
import { serverKeysConformance } from '../conformance/server-keys.ts'

const [keys, serverKeys] = [memoryApiKeys(), memoryServerKeys()]
apiKeysConformance('memory', () => keys)
serverKeysConformance('memory', () => serverKeys)
