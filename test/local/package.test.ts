// The package that is deployed: five files, small, the same bytes each time, and enough to run far from the repository.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../scripts/build.ts'
import { licencesOf } from '../../scripts/licences.ts'
import { packageApp, zipBytesMax } from '../../scripts/package.ts'
import { storageAccount } from '../support/storage.ts'
import { readZip, type ZipEntry } from './zip.ts'

const names = ['host.json', 'package.json', 'dist/main.cjs', 'dist/main.cjs.map', 'dist/THIRD-PARTY-LICENSES.txt']

const Ran = v.object({ functions: v.array(v.string()), version: v.string(), commit: v.string() })

let folder: string
let zip: Buffer
let modules: readonly string[]
let entries: readonly ZipEntry[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-package-'))
  const packed = await packageApp({ outDir: join(folder, 'out') })
  zip = await readFile(packed.file)
  modules = packed.modules
  entries = readZip(zip)
})

afterAll(() => rm(folder, { recursive: true }))

function textOf(name: string): string {
  return entries.find((entry) => entry.name === name)?.content.toString() ?? ''
}

describe('the zip', () => {
  test('holds what runs and nothing else, in less than 3 MB', () => {
    expect(entries.map(({ name }) => name)).toEqual(names)
    expect(entries.map(({ mode }) => mode.toString(8))).toEqual(names.map(() => '100644'))
    expect(zip.length).toBeLessThan(zipBytesMax)
    expect(zipBytesMax).toBeLessThanOrEqual(3 * 1024 * 1024)
  })

  test('has a package.json that names the entry and installs nothing', () => {
    expect(JSON.parse(textOf('package.json'))).toEqual({
      name: 'keytrail',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      main: 'dist/main.cjs',
      engines: { node: expect.any(String) },
    })
  })

  test('is the same, byte for byte, when packed again', async () => {
    const { file } = await packageApp({ outDir: join(folder, 'again') })

    expect((await readFile(file)).equals(zip)).toBe(true)
  })
})

describe('the licences', () => {
  const sections = () =>
    textOf('dist/THIRD-PARTY-LICENSES.txt')
      .split(/^={80}$/m)
      .slice(1)
      .map((section) => /^\n\n(\S+) (\d+\.\d+\.\S+)\n(.+)\n\n([\s\S]+)$/.exec(section) ?? [])

  test('are those of every package that a module of the bundle or of the page comes from, each once', () => {
    const inBundle = modules.flatMap(
      (id) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(id)?.[1] ?? [],
    )
    expect(new Set(inBundle)).toContain('@azure/functions')
    expect(new Set(inBundle)).toContain('preact')
    expect(sections().map(([, name]) => name)).toEqual([...new Set([...inBundle, 'rolldown'])].sort())
  })

  test('are full texts, each with whom it names', () => {
    for (const [, name, version, licence, text] of sections()) {
      expect(version, name).toBeDefined()
      expect(licence, name).toMatch(/^(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0)$/)
      expect(text, name).toMatch(/permission|redistribution|terms and conditions/i)
      expect(text, name).toMatch(/copyright/i)
    }
  })

  test('stop the build when a package has none', async () => {
    const bare = join(folder, 'node_modules/bare')
    await mkdir(bare, { recursive: true })
    await writeFile(join(bare, 'package.json'), '{"name":"bare","version":"1.0.0","license":"MIT"}')
    await expect(licencesOf([join(bare, 'index.js')], root)).rejects.toThrow(
      'bare is bundled and ships no licence text',
    )
  })
})

describe('the bundle', () => {
  test('needs Node and the worker, and no package', () => {
    const required = [...textOf('dist/main.cjs').matchAll(/[^\w.]require\(["']([^"')]+)["']\)/g)].map(
      ([, name = '']) => name,
    )
    const foreign = new Set(required.filter((name) => !isBuiltin(name)))

    expect(foreign).toEqual(new Set(['@azure/functions-core']))
  })

  test('has a map that names our sources, and no path of the machine it was built on', () => {
    const { sources } = JSON.parse(textOf('dist/main.cjs.map'))

    expect(sources).toContain('../src/main.ts')
    expect(['dist/main.cjs', 'dist/main.cjs.map'].filter((name) => textOf(name).includes(root))).toEqual([])
  })
})

describe('unpacked elsewhere', () => {
  const account = storageAccount()

  beforeAll(async () => {
    for (const { name, content } of entries) {
      const path = join(folder, 'app', name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
    }
  })

  test('starts without a warning, responds with its version, and has every function', async () => {
    const packed = await run(join(folder, 'app'))
    const unbundled = await run(await sourceApp())

    expect(packed.stderr).toBe('')
    expect(packed.functions.length).toBeGreaterThan(10)
    expect(packed.functions).toEqual(unbundled.functions)
    expect(packed.version).toBe(JSON.parse(textOf('package.json')).version)
    expect(packed.commit).toMatch(/^([0-9a-f]{7,40}|unknown)$/)
  })

  /** An app whose entry is src/main.ts itself, with the packages in node_modules. */
  async function sourceApp(): Promise<string> {
    const appDir = join(folder, 'source')
    await mkdir(appDir)
    await writeFile(join(appDir, 'host.json'), textOf('host.json'))
    await writeFile(join(appDir, 'package.json'), '{"main":"main.cjs"}')
    await writeFile(join(appDir, 'main.cjs'), `require(${JSON.stringify(join(root, 'src/main.ts'))})`)
    return appDir
  }

  /** A child: the host runs one app in a process. What needs attention goes to stderr. */
  async function run(appDir: string) {
    const settings = {
      AzureWebJobsStorage: account,
      EventsStorage: account,
      AUTH_ISSUER: 'https://identity.example',
    }
    const options = { appDir, port: 0, stateDir: join(folder, 'state'), settings }
    const script = `
      import { startHost } from ${JSON.stringify(join(root, 'local/host/host.ts'))}
      const log = ({ level, message }) => /warning|error|critical/.test(level) && console.error(level, message)
      const host = await startHost({ ...${JSON.stringify(options)}, log })
      const version = await (await fetch(host.url + '/version')).json()
      console.log(JSON.stringify({ functions: host.functions, ...version }))
      await host.stop()
      process.exit()`
    const child = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
    })
    return { ...v.parse(Ran, JSON.parse(child.stdout)), stderr: child.stderr }
  }
})

describe('.funcignore', () => {
  test('lets func publish upload the same five files', async () => {
    const accepts = funcIgnore(await readFile(join(root, '.funcignore'), 'utf8'))

    expect((await paths()).filter(accepts).toSorted()).toEqual(names.toSorted())
  })

  test('says the same to git', async () => {
    const text = await readFile(join(root, '.funcignore'), 'utf8')
    const there = await mkdtemp(join(folder, 'git-'))
    await git(there, 'init', '--quiet')
    await writeFile(join(there, '.git/info/exclude'), text)
    const all = await paths()
    const ignored = (await git(there, 'check-ignore', '--no-index', ...all)).split('\n').filter(Boolean)
    const left = all.filter((path) => !ignored.includes(path))
    expect(left.toSorted()).toEqual(names.toSorted())
  })

  /** What stands in the repository, and what may stand there. */
  async function paths(): Promise<string[]> {
    const top = await readdir(root)
    const inner = (await Promise.all(top.filter((name) => !/node_modules|\.git$/.test(name)).map(filesBelow))).flat()
    const likely = ['dist/keytrail.zip', 'node_modules/jose/package.json', 'node_modules/a/dist/main.cjs']
    return [...new Set([...inner, ...names, ...likely, 'local.settings.json', '.env'])]
  }

  const git = async (cwd: string, ...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd, maxBuffer: 16 * 1024 * 1024 })).stdout

  async function filesBelow(name: string): Promise<string[]> {
    const below = await readdir(join(root, name), { recursive: true }).catch(() => [])
    return [name, ...below.map((path) => join(name, path))].filter((path) => path !== 'dist')
  }

  /** As func reads it (GitIgnoreParser.cs of azure-functions-core-tools): patterns match from the start of the path to a word's end. */
  function funcIgnore(text: string): (path: string) => boolean {
    const lines = text.split('\n').map((line) => line.trim())
    const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'))
    const matcher = (of: readonly string[]) => {
      const bodies = of.map((pattern) => pattern.replace(/^\//, '').replace(/[-[\]/{}()+?.\\^$|]/g, '\\$&'))
      const expressions = bodies.map((body) => body.replaceAll('**', '(.+)').replaceAll('*', '([^\\/]+)'))
      return new RegExp(`^((${expressions.join(')|(')}))\\b`)
    }
    const ignored = matcher(patterns.filter((pattern) => !pattern.startsWith('!')))
    const kept = matcher(patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)))
    return (path) => kept.test(path) || !ignored.test(path)
  }
})
