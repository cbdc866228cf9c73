// Sources and SourceProgresses in memory: for tests and for trying things out.
import type { Guid } from '../../domain/guid.ts'
import type { Progress } from '../../domain/sources/progress.ts'
import type { Source, SourceIds } from '../../domain/sources/source.ts'
import type { SourceProgresses, Sources } from '../../ports/sources.ts'

/** No sources yet. */
export function memorySources(): Sources & SourceProgresses {
  const stored = new Map<Guid, readonly Source[]>()
  const progresses = new Map<string, { readonly progress: Progress; readonly version: string }>()
  let versions = 0
  const keyOf = ({ organizationId, sourceId }: SourceIds) => `${organizationId} ${sourceId}`
  return {
    sourcesOf: async (organizationId) => stored.get(organizationId) ?? [],
    change: async (organizationId, change) => {
      const changed = change(stored.get(organizationId) ?? [])
      if (changed.kind === 'changed') stored.set(organizationId, changed.sources)
      return changed
    },
    all: async () =>
      [...stored].flatMap(([organizationId, sources]) => sources.map((source) => ({ organizationId, source }))),
    progressOf: async (ids) => progresses.get(keyOf(ids)) ?? { progress: undefined, version: null },
    save: async (ids, progress, version) => {
      if ((progresses.get(keyOf(ids))?.version ?? null) !== version) return undefined
      versions += 1
      progresses.set(keyOf(ids), { progress, version: String(versions) })
      return String(versions)
    },
    forget: async (ids) => {
      progresses.delete(keyOf(ids))
    },
    check: async () => {},
  }
}
