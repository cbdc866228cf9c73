// Bundles the app for the Functions worker: dist/main.cjs holds all of src/main.ts and what it imports, but the worker's own module;
// dist/THIRD-PARTY-LICENSES.txt holds the licences of the packages in it.
import { execFile } from 'node:child_process'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown'
import * as v from 'valibot'
import { buildAgent } from './build-agent.ts'
import { buildWeb } from './build-web.ts'
import { licencesOf } from './licences.ts'

/** The repository's root, which holds host.json and package.json. */
export const root = join(import.meta.dirname, '..')

/** The Functions worker supplies this module at run time; it is on no registry. */
const suppliedByWorker = '@azure/functions-core'

type BuildOptions = {
  /** The module that registers every function. Absent: src/main.ts. */
  entry?: string
  /** Where main.cjs, main.cjs.map and THIRD-PARTY-LICENSES.txt go; what they replace is removed first. Absent: dist. */
  outDir?: string
}

/** `modules` are the bundlers' ids of all that is in it, the page included. */
type Bundle = { file: string; bytes: number; modules: readonly string[] }

/** The licences of bundled packages, beside the bundle. */
export const licencesName = 'THIRD-PARTY-LICENSES.txt'

/**
 * Writes main.cjs, its source map and the licences of what it holds; throws when anything but the worker's module cannot be resolved, or a
 * package in it has no licence text.
 */
export async function build(options: BuildOptions = {}): Promise<Bundle> {
  const { entry = join(root, 'src/main.ts'), outDir = join(root, 'dist') } = options
  const file = join(outDir, 'main.cjs')
  const licencesFile = join(outDir, licencesName)
  await Promise.all([file, `${file}.map`, licencesFile].map((each) => rm(each, { force: true })))
  const web = await buildWeb()
  const define = {
    __KEYTRAIL_VERSION__: JSON.stringify(await packageVersion()),
    __KEYTRAIL_COMMIT__: JSON.stringify(await shortCommit()),
    __KEYTRAIL_OPENAPI__: JSON.stringify(await readFile(join(root, 'openapi.yaml'), 'utf8')),
    __KEYTRAIL_RULES__: JSON.stringify(await ruleDocuments()),
    __KEYTRAIL_WEB__: JSON.stringify(web.files),
  }

  const modules = [...web.modules]
  const bundle = await rolldown({ ...bundling, input: entry, transform: { define } })
  try {
    const { output } = await bundle.write({
      file,
      format: 'cjs',
      sourcemap: true,
      // Places in stack traces need no sources beside them: they are most of the package.
      sourcemapExcludeSources: true,
      // As seen from dist, wherever the files go: the same sources give the same map.
      sourcemapPathTransform: (source, map) => relative(join(root, 'dist'), resolve(dirname(map), source)),
      // One file: a dynamic import stays lazily evaluated in it.
      codeSplitting: false,
      minify,
      // Licences stay.
      comments: { legal: true, annotation: false, jsdoc: false },
    })
    modules.push(...output[0].moduleIds)
  } finally {
    await bundle.close()
  }

  await writeFile(licencesFile, await licencesOf(modules, root))
  return { file, bytes: (await stat(file)).size, modules }
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

/** The built-in rules in the order of their files' names; their tests stay out. */
async function ruleDocuments(): Promise<string[]> {
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
  await buildAgent(root)
  console.log(`built ${relative(root, file)} (${Math.round(bytes / 1024)} KB)`)
}
