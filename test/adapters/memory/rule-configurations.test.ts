import { memoryRuleConfigurations } from '../../../src/adapters/memory/rule-configurations.ts'
import { ruleConfigurationsConformance } from '../conformance/rule-configurations.ts'

const configurations = memoryRuleConfigurations()
ruleConfigurationsConformance(
  'memory',
  () => configurations,
  () => configurations,
)
