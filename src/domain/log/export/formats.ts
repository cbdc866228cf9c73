// The formats of exports, by their name in requests: content type, file name, header and lines. Pure.
import type { Names } from '../../directory/names.ts'
import type { StoredEvent } from '../../events/event.ts'
import { csvHeader, csvLine } from './csv.ts'
import { ndjsonLine } from './ndjson.ts'
import { ocsfLine } from './ocsf.ts'

/** An export's format: `header` once, then a line for each event. */
export type ExportFormat = {
  readonly name: string
  readonly contentType: string
  readonly fileName: string
  readonly header: string
  readonly line: (event: StoredEvent, names?: Names) => string
}

/** Every format, in the order that people see. */
export const exportFormats: readonly ExportFormat[] = [
  {
    name: 'csv',
    fileName: 'events.csv',
    header: csvHeader,
    line: csvLine,
    // RFC 4180 section 3.
    contentType: 'text/csv; charset=utf-8; header=present',
  },
  {
    name: 'ndjson',
    fileName: 'events.ndjson',
    header: '',
    line: ndjsonLine,
    contentType: 'application/x-ndjson',
  },
  {
    name: 'ocsf',
    fileName: 'events.ocsf.ndjson',
    header: '',
    line: ocsfLine,
    contentType: 'application/x-ndjson',
  },
]
