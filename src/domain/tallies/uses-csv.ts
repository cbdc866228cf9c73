// The items that an actor saw, as CSV: for the list of what to rotate when a person leaves. Pure.
import { csvField } from '../log/export/csv.ts'

/** A line of the list. */
type Use = {
  readonly kind: string
  readonly id: string
  readonly name: string | null
  readonly isCritical: boolean
  readonly seen: { readonly count: number; readonly firstAt: string; readonly lastAt: string } | null
  readonly edited: { readonly lastAt: string } | null
  readonly isChangedSince: boolean | null
}

const lineEnd = '\r\n'

/** The first line. */
export const usesCsvHeader = `kind,id,name,critical,seen,firstSeen,lastSeen,lastEdited,changedSince${lineEnd}`

/** One item or secret that was seen; nothing for one that was not. */
export function usesCsvLine({ kind, id, name, isCritical, seen, edited, isChangedSince }: Use): string {
  if (!seen) return ''
  const fields = [
    kind,
    id,
    name ?? '',
    isCritical ? 'yes' : 'no',
    String(seen.count),
    seen.firstAt,
    seen.lastAt,
    edited?.lastAt ?? '',
    isChangedSince ? 'yes' : 'no',
  ]
  return fields.map(csvField).join(',') + lineEnd
}
