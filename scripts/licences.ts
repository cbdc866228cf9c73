// The licences of what a bundle holds: each package that a module of it comes from, with the full text of its licence and notice files.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'

/** Packages that say their licence in package.json and ship no text of it, with whom the text names. */
const withoutText: Readonly<Record<string, string>> = {
  '@nodable/entities': 'Amit Gupta',
  'pg-types': '2014 Brian M. Carlson',
  pgpass: 'Hannes Hörl',
}

const Manifest = v.object({ name: v.string(), version: v.string(), license: v.string() })

/**
 * One text for all packages of these modules (the ids of a bundler), by name and version: the same for the same packages. Throws when one
 * of them ships no licence text and is not listed above.
 */
export async function licencesOf(
  modules: readonly string[],
  root: string,
  bundle: string = 'dist/main.cjs',
): Promise<string> {
  const folders = new Set(modules.flatMap((id) => packageFolder(id, root) ?? []))
  const sections = await Promise.all([...folders].sort().map(section))
  const intro = `${bundle} holds code of the packages below, under these licences.\n`
  return [intro, ...sections].join(`\n${'='.repeat(80)}\n\n`)
}

/** The folder of a module's package; undefined for our own. What a bundler adds by itself, it has a name with NUL for. */
function packageFolder(id: string, root: string): string | undefined {
  if (id.startsWith('\0rolldown/')) return join(root, 'node_modules/rolldown')
  if (id.startsWith('\0')) throw new Error(`whose is the module ${JSON.stringify(id)}?`)
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0]
}

async function section(folder: string): Promise<string> {
  const manifest = v.parse(Manifest, JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
  const { name, version, license } = manifest
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const text = texts.length > 0 ? texts.map((each) => each.trim()).join('\n\n') : licenceTextOf(manifest)
  return `${name} ${version}\n${license}\n\n${text}\n`
}

function licenceTextOf({ name, license }: v.InferOutput<typeof Manifest>): string {
  const holder = withoutText[name]
  if (holder === undefined || license !== 'MIT') throw new Error(`${name} is bundled and ships no licence text`)
  return mitOf(holder)
}

const mitOf = (holder: string) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
