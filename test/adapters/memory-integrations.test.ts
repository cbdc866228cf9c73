import { memoryIntegrations } from '../../src/adapters/memory-integrations.ts'
import { integrationsConformance } from './integrations.conformance.ts'

const store = memoryIntegrations()
integrationsConformance(
  'memory',
  () => store,
  () => store,
)
