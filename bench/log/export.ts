// The most memory that one full response of an export holds, against the size of the response, in each format.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import * as v from 'valibot'
import { exportFormats } from '../../src/domain/log/export/formats.ts'
import type { Ratio } from '../measure.ts'

/** What export-once.ts prints: how many events in how many bytes, and by how much the process grew at most (resident set). */
const ExportMemory = v.object({ events: v.number(), responseBytes: v.number(), grownBytes: v.number() })
export type ExportMemory = v.InferOutput<typeof ExportMemory>

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`

/** Each format's growth, measured in a process of its own. */
export async function benchExport(): Promise<Ratio[]> {
  return exportFormats.map(({ name }) => {
    const printed = execFileSync(process.execPath, [join(import.meta.dirname, 'export-once.ts'), name])
    const { events, responseBytes, grownBytes } = v.parse(ExportMemory, JSON.parse(printed.toString()))
    return {
      what: `memory of a full export response as ${name}`,
      against: 'its size',
      ratio: grownBytes / responseBytes,
      note: `${events.toLocaleString('en')} events: ${megabytes(grownBytes)} more than at rest, for ${megabytes(responseBytes)}`,
    }
  })
}
