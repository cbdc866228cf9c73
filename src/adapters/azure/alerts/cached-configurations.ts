// A cache of the rule configurations that were read last: one is read again, and becomes another object, only after it changed.
import type { RuleConfiguration } from '../../../domain/alerts/configuration/rule-configuration.ts'
import { boundedMap } from '../../../domain/bounded-map.ts'
import type { Guid } from '../../../domain/guid.ts'

/** A configuration as it was read or written, and the ETag of its row; without one, it is not stored. */
export type Known = { readonly configuration: RuleConfiguration; readonly etag?: string }

export type CachedConfigurations = {
  readonly of: (organizationId: Guid) => Known | undefined
  /** Caches a configuration and returns it; or the cached one of the same version, if another read was faster. */
  readonly add: (organizationId: Guid, read: Known) => Known
}

/** Most configurations that are cached, and most UTF-16 units of the texts of their rules and the values of their lists. */
export const cachedMax = 1_000
export const cachedCharsMax = 32_000_000

/** An empty cache. Beyond a limit, the configurations that changed the longest ago go; the newest always stays. */
export function cachedConfigurations(): CachedConfigurations {
  const configurations = boundedMap<Guid, Known>({
    entriesMax: cachedMax,
    sizeMax: cachedCharsMax,
    sizeOf: (_, known) => charsOf(known),
  })
  return {
    of: configurations.get,
    add: (id, read) => {
      const last = configurations.get(id)
      if (last && last.etag === read.etag) return last
      configurations.set(id, read)
      return read
    },
  }
}

const charsOf = ({ configuration }: Known): number =>
  [...configuration.rules.map(({ text }) => text), ...configuration.lists.flatMap(({ values }) => values)].reduce(
    (sum, text) => sum + text.length,
    0,
  )
