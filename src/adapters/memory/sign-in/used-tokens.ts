// UsedTokens in memory: for tests and for trying things out.
import type { UsedTokens } from '../../../ports/sign-in.ts'

/** No token is used yet. */
export function memoryUsedTokens(): UsedTokens {
  const used = new Set<string>()
  return {
    use: async (id) => {
      if (used.has(id)) return false
      used.add(id)
      return true
    },
  }
}
