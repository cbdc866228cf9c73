// What a hostile body costs until it is refused, against building it from JSON: bounds are 3 × its time and 4 × its size.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HttpRequest } from '@azure/functions'
import { OrganizationReplacement } from '../../src/domain/directory/directory.ts'
import { directoryBytesMax } from '../../src/functions/directory/write-directory.ts'
import { readBatch, readJson } from '../../src/functions/http/body.ts'
import { batchBytesMax, batchEventsMax } from '../../src/functions/ingest/collect.ts'
import { type Ratio, ratioOf } from '../measure.ts'

const rounds = 3
const bytes = 4 * 1024 * 1024

/** Most times the time of `JSON.parse` that a refused body may cost, and most times its size in memory. */
const refusedTimeMax = 3
const refusedMemoryMax = 4

const full = (element: string, around = '[]') =>
  `${around.slice(0, -1)}${`${element},`.repeat(bytes / (element.length + 1))}${element}${around.slice(-1)}`
const unknown = (count: number) => `{${Array.from({ length: count }, (_, index) => `"a${index}":0`).join()}}`

const readers = {
  'a batch': (request: HttpRequest) =>
    readBatch(request, { bytesMax: batchBytesMax, lengthMax: batchEventsMax }, () => undefined),
  'an organization': (request: HttpRequest) =>
    readJson(request, OrganizationReplacement, { bytesMax: directoryBytesMax }),
} as const
type Reader = keyof typeof readers
const readerNames = ['a batch', 'an organization'] as const

/** Bodies that are refused, by their reader and what they hold. */
const bodies: readonly (readonly [reader: Reader, holds: string, write: () => string])[] = [
  ['a batch', 'numbers', () => full('0')],
  ['a batch', 'empty objects', () => full('{}')],
  ['a batch', 'events and no end', () => full('{"type":1107}').slice(0, -1)],
  ['an organization', '300,000 unknown properties', () => unknown(300_000)],
  ['an organization', 'nothing but nesting', () => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2)],
  ['an organization', 'members that are empty arrays', () => `{"name":"x","members":${full('[]')}}`],
  ['an organization', 'one long text', () => `{"name":"${'\\"'.repeat(bytes / 2)}"}`],
]

const requestOf = (body: Buffer) =>
  new HttpRequest({ method: 'POST', url: 'http://bench.test/', body: { bytes: body }, headers: {} })

/** Reads a body that must be refused; of a batch, an element that cannot be read may drop alone. */
async function refuse(reader: Reader, request: HttpRequest): Promise<void> {
  const read = await readers[reader](request)
  if (read.kind === 'json') throw new Error('a hostile body was not refused')
}

/** Time and memory of each hostile body, as one of the readers of large bodies refuses it. */
export async function benchBodies(): Promise<Ratio[]> {
  const ratios: Ratio[] = []
  for (const [reader, holds, write] of bodies) {
    const text = write()
    const body = Buffer.from(text)
    const requests = Array.from({ length: rounds + 1 }, () => requestOf(body))
    const { ratio, firstMs } = await ratioOf(
      rounds,
      () => refuse(reader, requests.pop() ?? requestOf(body)),
      () => built(text),
    )
    const memory = memoryOf(reader, body)
    const note = `${Math.round(firstMs)} ms; memory ${memory.toFixed(1)} × its size, at most ${refusedMemoryMax}`
    ratios.push({
      what: `refusing as ${reader}: ${holds}, at most ${refusedTimeMax}`,
      against: 'JSON.parse',
      ratio,
      note,
    })
  }
  return ratios
}

/** What `JSON.parse` does of a text, also of one that is no JSON to its very end. */
function built(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The growth of a fresh process while it refuses a body, and the body itself, against the body's size. */
function memoryOf(reader: Reader, body: Buffer): number {
  const directory = mkdtempSync(join(tmpdir(), 'keytrail-bench-'))
  try {
    const file = join(directory, 'body')
    writeFileSync(file, body)
    return Number(execFileSync(process.execPath, [import.meta.filename, reader, file], { encoding: 'utf8' }))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

if (import.meta.main) {
  const reader = readerNames.find((each) => each === process.argv[2])
  if (!reader) throw new Error('started by the benchmark alone')
  // Once with a small body, so that what is loaded and compiled does not count.
  await refuse(reader, requestOf(Buffer.from('{')))
  const body = readFileSync(process.argv[3] ?? '')
  // The library has built the request when we are called; its copies of the body are not ours.
  const request = requestOf(body)
  const before = process.memoryUsage().rss
  await refuse(reader, request)
  const after = process.memoryUsage().rss
  console.log((after - before + body.length) / body.length)
}
