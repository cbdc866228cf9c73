// Bundles the app for the Functions worker: dist/main.cjs holds all of src/main.ts and what it imports, but the worker's own module.
import { execFile } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown'
import * as v from 'valibot'
import { buildWeb } from './build-web.ts'

/** The repository's root, which holds host.json and package.json. */
export const root = join(import.meta.dirname, '..')

/** The Functions worker supplies this module at run time; it is on no registry. */
const suppliedByWorker = '@azure/functions-core'

export type BuildOptions = {
  /** The module that registers every function. Absent: src/main.ts. */
  entry?: string
  /** Where main.cjs and main.cjs.map go; what they replace is removed first. Absent: dist. */
  outDir?: string
}

export type Bundle = { file: string; bytes: number }

/** Writes main.cjs and its source map; throws when anything but the worker's module cannot be resolved. */
export async function build(options: BuildOptions = {}): Promise<Bundle> {
  const { entry = join(root, 'src/main.ts'), outDir = join(root, 'dist') } = options
  const file = join(outDir, 'main.cjs')
  await Promise.all([rm(file, { force: true }), rm(`${file}.map`, { force: true })])
  const define = {
    __KEYTRAIL_VERSION__: JSON.stringify(await packageVersion()),
    __KEYTRAIL_COMMIT__: JSON.stringify(await shortCommit()),
    __KEYTRAIL_OPENAPI__: JSON.stringify(await readFile(join(root, 'openapi.yaml'), 'utf8')),
    __KEYTRAIL_RULES__: JSON.stringify(await ruleTexts()),
    __KEYTRAIL_WEB__: JSON.stringify(await buildWeb()),
  }

  const bundle = await rolldown({ ...bundling, input: entry, transform: { define } })
  try {
    await bundle.write({
      file,
      format: 'cjs',
      sourcemap: true,
      // As seen from dist, wherever the files go: the same sources give the same map.
      sourcemapPathTransform: (source, map) => relative(join(root, 'dist'), resolve(dirname(map), source)),
      // One file: a dynamic import stays lazily evaluated in it.
      codeSplitting: false,
      minify,
      // Licences stay.
      comments: { legal: true, annotation: false, jsdoc: false },
    })
  } finally {
    await bundle.close()
  }

  return { file, bytes: (await stat(file)).size }
}

/** Names and lines stay: a stack trace reads well without the map, and Node never prints a megabyte as "the line that threw". */
const minify: NonNullable<OutputOptions['minify']> = {
  compress: { target: 'node22', keepNames: { function: true, class: true } },
  mangle: false,
  codegen: { removeWhitespace: false },
}

const bundling: RolldownOptions = {
  cwd: root,
  platform: 'node',
  external: [suppliedByWorker],
  onLog(level, log, pass) {
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
    pass(level, log)
  },
}

/** The shipped rules in the order of their files' names; their tests stay out. */
async function ruleTexts(): Promise<string[]> {
  const folder = join(root, 'rules')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
  return Promise.all(names.sort().map((name) => readFile(join(folder, name), 'utf8')))
}

async function packageVersion(): Promise<string> {
  const Package = v.object({ version: v.string() })
  return v.parse(Package, JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))).version
}

/** A source archive has no repository around it: the commit is then unknown, and the build goes on. */
async function shortCommit(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root })
    return stdout.trim()
  } catch {
    return 'unknown'
  }
}

if (import.meta.main) {
  const { file, bytes } = await build()
  console.log(`built ${relative(root, file)} (${Math.round(bytes / 1024)} KB)`)
}
