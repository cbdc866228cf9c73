// Bundles the event-log page: web/main.tsx, web/styles.css, its icon and index.html, each compressed, as the app serves them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import type { WebFile, WebFiles } from '../src/bundled/web-files.ts'

const web = join(import.meta.dirname, '../web')
const require = createRequire(import.meta.url)

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Where index.html looks for assets; the name of each is replaced by the one that holds its hash. */
const assetsPath = '/app/assets/'

type Web = {
  readonly files: WebFiles
  /** Ids of all modules and style sheets in it. */
  readonly modules: readonly string[]
}

/**
 * The page as files: the same for the same sources. Throws when something cannot be resolved, when there is an asset that
 * index.html does not name, or the other way round.
 */
export async function buildWeb(): Promise<Web> {
  const script = await bundledScript(join(web, 'main.tsx'))
  const sheets = new Set<string>()
  const sources = {
    'main.js': script.code,
    'main.css': withoutComments(await bundledStyles(join(web, 'styles.css'), sheets)),
    'icon.svg': await readFile(join(web, 'icon.svg'), 'utf8'),
  }
  const files = Object.entries(sources).map(([name, text]) => ({ name, file: webFile(name, text) }))
  const named = files.map(({ name, file }) => ({ name, file, hashed: hashedName(name, file) }))

  let index = await readFile(join(web, 'index.html'), 'utf8')
  for (const { name, hashed } of named) {
    if (!index.includes(`"${assetsPath}${name}"`)) throw new Error(`web/index.html does not name ${name}`)
    index = index.replaceAll(`"${assetsPath}${name}"`, `"${assetsPath}${hashed}"`)
  }
  const unknown = [...index.matchAll(/"\/app\/assets\/([^"]*)"/g)].find(([, name]) =>
    named.every(({ hashed }) => hashed !== name),
  )
  if (unknown) throw new Error(`web/index.html names ${unknown[1]}, which is no asset`)
  const assets = Object.fromEntries(named.map(({ hashed, file }) => [hashed, file]))
  return { files: { index: webFile('index.html', index), assets }, modules: [...script.modules, ...sheets] }
}

async function bundledScript(input: string): Promise<{ code: string; modules: readonly string[] }> {
  const bundle = await rolldown({
    cwd: join(web, '..'),
    input,
    platform: 'browser',
    tsconfig: join(web, 'tsconfig.json'),
    transform: { target: 'es2022' },
    onLog(level, log, pass) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
      pass(level, log)
    },
  })
  try {
    // Licences stay.
    const comments = { legal: true, annotation: false, jsdoc: false }
    const { output } = await bundle.generate({ format: 'es', minify: true, codeSplitting: false, comments })
    return { code: output[0].code, modules: output[0].moduleIds }
  } finally {
    await bundle.close()
  }
}

/** A style sheet with those it imports in their places: `@import` at a line's beginning, by path or by package, each once. */
async function bundledStyles(file: string, seen: Set<string>): Promise<string> {
  if (seen.has(file)) return ''
  seen.add(file)
  let text = await readFile(file, 'utf8')
  for (const [line, name = ''] of text.matchAll(/^@import\s+['"]([^'"]+)['"];/gm)) {
    const imported = name.startsWith('.') ? resolve(dirname(file), name) : require.resolve(name)
    const styles = await bundledStyles(imported, seen)
    text = text.replace(line, () => styles)
  }
  return text
}

/** A style sheet without comments and indentation; licences stay. Compression does the rest. */
function withoutComments(css: string): string {
  return css.replaceAll(/\/\*(?!!)[\s\S]*?\*\//g, '').replaceAll(/\n\s*/g, '\n')
}

function hashedName(name: string, { hash }: WebFile): string {
  const extension = extname(name)
  return `${basename(name, extension)}-${hash}${extension}`
}

function webFile(name: string, text: string): WebFile {
  const bytes = Buffer.from(text)
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    hash: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    text,
    brotli: brotliCompressSync(bytes, { params }).toString('base64'),
    gzip: gzipSync(bytes, { level: 9 }).toString('base64'),
  }
}
