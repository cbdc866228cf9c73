// The project's TypeScript as the tests of its structure read it: each file parsed once, with what it imports and exports.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'rolldown/utils'

const root = resolve(import.meta.dirname, '../..')

export type SourceFile = {
  /** From the root of the repository, as is every path here. */
  readonly path: string
  readonly text: string
  readonly program: ReturnType<typeof parseSync>['program']
  readonly imports: readonly Import[]
  /** The names it exports, `default` among them. */
  readonly exports: readonly string[]
}

type Import = {
  /** A path for a file of the project; for a package, its specifier. */
  readonly from: string
  /** Names as the imported file exports them; `*` for all of them. */
  readonly names: readonly string[]
}

/** Every TypeScript file of the project, by path. */
export const project: ReadonlyMap<string, SourceFile> = new Map(
  globSync('{src,agent,local,bench,scripts,web,test}/**/*.{ts,tsx}', { cwd: root }).map((path) => [path, read(path)]),
)

/** The files in or below these folders. */
export const filesOf = (...folders: readonly string[]): readonly SourceFile[] =>
  [...project.values()].filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)))

/** What each of these files imports of the same files. */
export function importsAmong(files: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const paths = new Set(files.map(({ path }) => path))
  return new Map(
    files.map(({ path, imports }) => [path, imports.map(({ from }) => from).filter((to) => paths.has(to))]),
  )
}

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  const { program, module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed`)
  const target = (specifier: string) =>
    specifier.startsWith('.') ? relative(root, resolve(root, dirname(path), specifier)) : specifier

  const exported = module.staticExports.flatMap(({ entries }) => entries)
  const imports = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      from: target(moduleRequest.value),
      names: entries.map(({ importName }) => nameOf(importName)),
    })),
    ...exported.flatMap(({ moduleRequest, importName }) =>
      moduleRequest ? [{ from: target(moduleRequest.value), names: [nameOf(importName)] }] : [],
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      from: target(text.slice(start + 1, end - 1)),
      names: ['*'],
    })),
  ]
  return { path, text, program, imports, exports: exported.map(({ exportName }) => nameOf(exportName)) }
}

function nameOf({ kind, name }: { readonly kind: string; readonly name: string | null }): string {
  if (kind === 'Default') return 'default'
  return name ?? '*'
}
