// Changes of an organization's sources, and the audit events of each. Pure.
import type { AuditEventKind } from '../events/audit-events.ts'
import type { Guid } from '../guid.ts'
import { type Source, type SourcesChange, sourcesMax } from './source.ts'
import type { Addresses } from './source-input.ts'

/** The sources with a new one. */
export const addSource = (known: readonly Source[], source: Source): SourcesChange =>
  known.length >= sourcesMax
    ? { kind: 'refused', reason: 'too-many-sources' }
    : { kind: 'changed', sources: [...known, source], source }

/** What a source is to have from now on; what is absent stays. `secret` is sealed. */
export type SourceEdit = Partial<Addresses> & Partial<Pick<Source, 'name' | 'paused' | 'secret'>>

/** The sources with one of them changed. */
export function editSource(known: readonly Source[], id: Guid, edit: SourceEdit): SourcesChange {
  const before = known.find((each) => each.id === id)
  if (!before) return { kind: 'refused', reason: 'source-unknown' }
  const source = { ...before, ...edit }
  return { kind: 'changed', sources: known.map((each) => (each === before ? source : each)), source }
}

/** The sources without one of them. */
export function removeSource(known: readonly Source[], id: Guid): SourcesChange {
  const source = known.find((each) => each.id === id)
  if (!source) return { kind: 'refused', reason: 'source-unknown' }
  return { kind: 'changed', sources: known.filter((each) => each !== source), source }
}

/** Whether a change leads the stored key to another server than the one it was entered for. */
export const movesKey = (before: Source, { apiUrl, identityUrl, secret }: SourceEdit): boolean =>
  secret === undefined &&
  ((identityUrl !== undefined && identityUrl !== before.identityUrl) ||
    (apiUrl !== undefined && apiUrl !== before.apiUrl))

/** The audit events of a change; none for one that changes nothing. */
export function changeKinds(before: Source, edit: SourceEdit): readonly AuditEventKind[] {
  const { name = before.name, region = before.region, apiUrl = before.apiUrl, paused = before.paused } = edit
  return [
    ...(name !== before.name || region !== before.region || apiUrl !== before.apiUrl
      ? ['source-changed' as const]
      : []),
    ...(edit.secret === undefined ? [] : ['source-key-replaced' as const]),
    ...(paused === before.paused ? [] : [paused ? ('source-paused' as const) : ('source-resumed' as const)]),
  ]
}
