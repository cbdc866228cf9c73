// Packs the deployable app: dist/keytrail.zip, the same bytes for the same sources, and nothing in it that a deployed app does not run.
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as v from 'valibot'
import { ZipFile } from 'yazl'
import { build, licencesName, root } from './build.ts'

/** More means that something got into the bundle that has no place there; bytes. */
export const zipBytesMax = 3 * 1024 * 1024

/** The first instant a zip can hold, in local parts because zip times have no zone. */
const entryTime = new Date(1980, 0, 1)

type PackageOptions = {
  /** Where main.cjs, its map, the licences and keytrail.zip go. Absent: dist. */
  outDir?: string
}

/** `modules` are the bundlers' ids of all that the bundle holds. */
type Package = { file: string; bytes: number; names: readonly string[]; modules: readonly string[] }

/** Builds, then zips host.json, a package.json without development parts, the bundle, its map and its licences; throws above zipBytesMax. */
export async function packageApp({ outDir = join(root, 'dist') }: PackageOptions = {}): Promise<Package> {
  await mkdir(outDir, { recursive: true })
  const { modules } = await build({ outDir })
  const entries = {
    'host.json': await readFile(join(root, 'host.json')),
    'package.json': await deployedManifest(),
    'dist/main.cjs': await readFile(join(outDir, 'main.cjs')),
    'dist/main.cjs.map': await readFile(join(outDir, 'main.cjs.map')),
    [`dist/${licencesName}`]: await readFile(join(outDir, licencesName)),
  }

  const file = join(outDir, 'keytrail.zip')
  await writeZip(file, entries)

  const bytes = (await stat(file)).size
  if (bytes > zipBytesMax) throw new Error(`${file} has ${bytes} bytes, more than the ${zipBytesMax} allowed`)
  return { file, bytes, names: Object.keys(entries), modules }
}

/** No `type`: main ends in .cjs. No dependencies: the bundle holds them, so that a remote build would install nothing. */
async function deployedManifest(): Promise<Buffer> {
  const Manifest = v.object({
    name: v.string(),
    version: v.string(),
    main: v.string(),
    engines: v.object({ node: v.string() }),
  })
  const manifest = v.parse(Manifest, JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
}

async function writeZip(file: string, entries: Readonly<Record<string, Buffer>>): Promise<void> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(entries)) {
    zip.addBuffer(content, name, { mtime: entryTime, forceDosTimestamp: true, mode: 0o100644 })
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(file))
}

if (import.meta.main) {
  const { file, bytes, names } = await packageApp()
  console.log(`packed ${relative(root, file)} (${Math.round(bytes / 1024)} KB): ${names.join(', ')}`)
}
