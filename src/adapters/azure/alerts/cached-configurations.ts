// Remembers the rule configurations that were read last, so that a configuration is read, and is another object, only after it changed.
import type { RuleConfiguration } from '../../../domain/alerts/rule-configuration.ts'
import type { Guid } from '../../../domain/guid.ts'

/** A configuration as it was read or written, and of which version; none: it is not stored. */
export type Known = { readonly configuration: RuleConfiguration; readonly etag?: string }

export type CachedConfigurations = {
  readonly of: (organizationId: Guid) => Known | undefined
  /** Remembers a configuration and gives it back; or what is remembered of the same version, if another reading was faster. */
  readonly keep: (organizationId: Guid, read: Known) => Known
}

/** Most configurations that are remembered, and most UTF-16 units of their rules' texts. */
export const rememberedMax = 1_000
export const rememberedCharsMax = 32_000_000

/** Remembers nothing yet. Beyond a limit, those that changed the longest ago go; the newest one always stays. */
export function cachedConfigurations(): CachedConfigurations {
  const configurations = new Map<Guid, Known>()
  let chars = 0
  const drop = (id: Guid) => {
    chars -= charsOf(configurations.get(id))
    configurations.delete(id)
  }
  return {
    of: (id) => configurations.get(id),
    keep: (id, read) => {
      const last = configurations.get(id)
      if (last && last.etag === read.etag) return last
      drop(id)
      configurations.set(id, read)
      chars += charsOf(read)
      for (const oldest of configurations.keys()) {
        if (oldest === id || (configurations.size <= rememberedMax && chars <= rememberedCharsMax)) break
        drop(oldest)
      }
      return read
    },
  }
}

const charsOf = (known: Known | undefined): number =>
  (known?.configuration.rules ?? []).reduce((sum, { text }) => sum + text.length, 0)
