// An export as one file: its parts, requested one after the other, and its progress. Pure but for the given functions.
import type { FilePart } from '../../api/client.ts'

export const formats = ['csv', 'ndjson', 'ocsf'] as const
export type FormatName = (typeof formats)[number]

export const fileTypes: Readonly<Record<FormatName, { readonly type: string; readonly ending: string }>> = {
  csv: { type: 'text/csv;charset=utf-8', ending: 'csv' },
  ndjson: { type: 'application/x-ndjson', ending: 'ndjson' },
  ocsf: { type: 'application/x-ndjson', ending: 'ocsf.ndjson' },
}

/** The progress of an export; `reachedAt` is the date of the oldest event so far. */
export type Progress = { readonly events: number; readonly bytes: number; readonly reachedAt: string | null }

/** Requests all parts and reports the progress after each; returns the texts of the file in order. */
export async function collectExport(
  format: FormatName,
  firstPath: string,
  ask: (path: string) => Promise<FilePart>,
  report: (progress: Progress) => void,
): Promise<readonly string[]> {
  const texts: string[] = []
  let progress: Progress = { events: 0, bytes: 0, reachedAt: null }
  for (let path: string | null = firstPath; path !== null; ) {
    const part: FilePart = await ask(path)
    const text = format === 'csv' && texts.length > 0 ? withoutHeader(part.text) : part.text
    texts.push(text)
    progress = {
      events: progress.events + countRows(format, text) - (format === 'csv' && texts.length === 1 ? 1 : 0),
      bytes: progress.bytes + text.length,
      reachedAt: lastDateIn(text) ?? progress.reachedAt,
    }
    report(progress)
    path = part.next
  }
  return texts
}

/** Every response has the header line; a file has it once. */
const withoutHeader = (csv: string): string => csv.slice(csv.indexOf('\r\n') + 2)

/** The rows of a text; in CSV, a line break within quotes ends none (RFC 4180). */
export function countRows(format: FormatName, text: string): number {
  let rows = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote && format === 'csv') quoted = !quoted
    else if (code === lineFeed && !quoted) rows++
  }
  return rows
}

const quote = 34
const lineFeed = 10

/** The date in the last rows of a part, in any format; undefined if there is none. */
const lastDateIn = (text: string): string | undefined =>
  [...text.slice(-tailCharacters).matchAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g)].at(-1)?.[0]

const tailCharacters = 4_000

/** The share of a range that is done, newest first; between 0 and 1. */
export function shareDone(start: string | null, end: string | null, reachedAt: string | null, nowMs: number): number {
  const [from, to, at] = [Date.parse(start ?? ''), end === null ? nowMs : Date.parse(end), Date.parse(reachedAt ?? '')]
  const share = (to - at) / (to - from)
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0
}

/** Hands a file to the browser's downloads. */
export function saveFile(url: string, fileName: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
}
