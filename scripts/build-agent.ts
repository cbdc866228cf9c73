// Bundles the agent for Vaultwarden: dist/agent holds one file that runs alone, its licences, and what starts it as a service or a container.
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import * as v from 'valibot'
import { nodeNeeded } from '../agent/node-needed.ts'
import { licencesOf } from './licences.ts'

/** What is beside the bundle as it stands in agent/. */
const shipped = ['keytrail-agent.service', 'Containerfile']

/** Modules that drivers ask for and need not have. */
const absent = ['pg-native', 'cloudflare:sockets']

/** Writes the folder anew; throws when a module cannot be resolved. `root` is the repository's. */
export async function buildAgent(root: string, outDir: string = join(root, 'dist/agent')): Promise<void> {
  await rm(outDir, { recursive: true, force: true })
  await mkdir(outDir, { recursive: true })
  const file = join(outDir, 'keytrail-agent.mjs')
  const bundle = await rolldown({
    cwd: root,
    input: join(root, 'agent/start.ts'),
    platform: 'node',
    external: absent,
    onLog(level, log, pass) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message)
      pass(level, log)
    },
  })
  try {
    const { output } = await bundle.write({
      file,
      format: 'esm',
      codeSplitting: false,
      banner: '#!/usr/bin/env node',
      comments: { legal: true, annotation: false, jsdoc: false },
    })
    await writeFile(
      join(outDir, 'THIRD-PARTY-LICENSES.txt'),
      await licencesOf(output[0].moduleIds, root, 'keytrail-agent.mjs'),
    )
  } finally {
    await bundle.close()
  }
  await chmod(file, 0o755)
  await Promise.all(shipped.map((name) => copyFile(join(root, 'agent', name), join(outDir, name))))
  await writeFile(join(outDir, 'package.json'), await manifestOf(root))
}

const Manifest = v.object({ version: v.string(), license: v.string() })

/** A package that npx runs, and that installs nothing. */
async function manifestOf(root: string): Promise<string> {
  const { version, license } = v.parse(Manifest, JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  const bin = { 'keytrail-agent': 'keytrail-agent.mjs' }
  const manifest = {
    name: 'keytrail-agent',
    version,
    license,
    type: 'module',
    bin,
    engines: { node: `>=${nodeNeeded}` },
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}
