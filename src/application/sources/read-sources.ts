// Sources as people see them: each with how far it is read.
import { inParallel } from '../../concurrency/parallel.ts'
import type { Guid } from '../../domain/guid.ts'
import { connectionOf, type Source } from '../../domain/sources/source.ts'
import { type SourceView, sourceView } from '../../domain/sources/view.ts'
import type { SourceProgresses, Sources } from '../../ports/sources.ts'

type ReadPorts = {
  readonly sources: Pick<Sources, 'sourcesOf'>
  readonly progresses: Pick<SourceProgresses, 'progressOf'>
  readonly now: () => number
}

/** Most progresses that are read at the same time. */
const progressesAtOnce = 4

/** An organization's sources as responses show them, oldest first. */
export async function sourceViews(ports: ReadPorts, organizationId: Guid): Promise<readonly SourceView[]> {
  const found = await ports.sources.sourcesOf(organizationId)
  return inParallel(found, progressesAtOnce, (source) => viewOfSource(ports, organizationId, source))
}

/** How an organization's sources are doing, oldest first. */
export async function sourceHealth(ports: ReadPorts, organizationId: Guid) {
  const views = await sourceViews(ports, organizationId)
  return views.map(({ id, name, kind, status, lagSeconds }) => ({ id, name, kind, status, lagSeconds }))
}

/** An organization's source as responses show it; undefined if it has none with this id. */
export async function findSourceView(
  ports: ReadPorts,
  organizationId: Guid,
  sourceId: Guid | undefined,
): Promise<SourceView | undefined> {
  const source = (await ports.sources.sourcesOf(organizationId)).find(({ id }) => id === sourceId)
  return source && viewOfSource(ports, organizationId, source)
}

/** A source as responses show it. What failed with another address or key is not shown any more. */
export async function viewOfSource(
  { progresses, now }: Omit<ReadPorts, 'sources'>,
  organizationId: Guid,
  source: Source,
): Promise<SourceView> {
  const { progress } = await progresses.progressOf({ organizationId, sourceId: source.id })
  const isOfConnection = progress?.connection === connectionOf(source)
  return sourceView(
    source,
    progress && !isOfConnection ? { ...progress, failing: null, lastError: null } : progress,
    now(),
  )
}
