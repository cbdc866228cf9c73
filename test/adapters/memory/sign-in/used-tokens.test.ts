import { memoryUsedTokens } from '../../../../src/adapters/memory/sign-in/used-tokens.ts'
import { usedTokensConformance } from '../../conformance/used-tokens.ts'

const used = memoryUsedTokens()
usedTokensConformance('memory', () => used)
