// A start with --reset, and the start after it.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readSeedState } from '../../../local/demo/state.ts'
import { build, root } from '../../../scripts/build.ts'
import { copySeededData, countEvents, expectNothingLeft, lastLine, seededEvents } from './demo-data.ts'
import { endAll, freePorts, type Ports, startProcess } from './started.ts'

let ports: Ports
let folder: string
let dataDir: string

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/main.cjs'))) await build()
  ports = await freePorts()
  folder = await mkdtemp(join(tmpdir(), 'keytrail-start-'))
  dataDir = join(folder, 'data')
  await copySeededData(dataDir)
})

afterEach(endAll)
afterAll(async () => {
  await rm(folder, { recursive: true })
})

test('begins anew, which takes no file of anybody else', async () => {
  await writeFile(join(dataDir, 'mine.txt'), 'mine')
  const interrupted = startProcess(ports, dataDir, ['--reset'])
  await interrupted.says('demo data: sending')
  expect(await interrupted.end('SIGINT')).toBe(0)
  const begun = await readSeedState(join(dataDir, 'demo.json'))
  expect(begun?.seeded).toBe(false)

  const started = startProcess(ports, dataDir)
  await started.says(lastLine)

  expect(await countEvents(started, ports)).toBe(await seededEvents(dataDir))
  expect((await readSeedState(join(dataDir, 'demo.json')))?.base).toBe(begun?.base)
  expect(await readFile(join(dataDir, 'mine.txt'), 'utf8')).toBe('mine')
  expect(await started.end('SIGINT')).toBe(0)
  await expectNothingLeft(ports)
})
