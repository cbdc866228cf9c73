import { memoryIntegrations } from '../../../src/adapters/memory/integrations.ts'
import { integrationsConformance } from '../conformance/integrations.ts'

const store = memoryIntegrations()
integrationsConformance(
  'memory',
  () => store,
  () => store,
)
