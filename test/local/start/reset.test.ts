// A start with --reset, and the start after it.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readSeedState } from '../../../local/demo/seed/state.ts'
import { copySeededData, countEvents, expectNothingLeft, lastLine, seededEvents } from './demo-data.ts'
import { endAll, type Ports, startFolder, startProcess } from './started.ts'

/** Fewer than a month has, and enough to be interrupted. */
const days = 12
const env = { KEYTRAIL_DEMO_DAYS: `${days}` }

let ports: Ports
let folder: string
let dataDir: string

beforeAll(async () => {
  ;({ ports, folder, dataDir } = await startFolder())
  await copySeededData(dataDir)
})

afterEach(endAll)
afterAll(async () => {
  await rm(folder, { recursive: true })
})

test('begins anew, which takes no file of anybody else', async () => {
  await writeFile(join(dataDir, 'mine.txt'), 'mine')
  const interrupted = startProcess(ports, dataDir, ['--reset'], env)
  await interrupted.says('demo data: sending')
  expect(await interrupted.end('SIGINT')).toBe(0)
  const begun = await readSeedState(join(dataDir, 'demo.json'))
  expect(begun?.seeded).toBe(false)

  const started = startProcess(ports, dataDir, [], env)
  await started.says(lastLine)

  expect(await countEvents(started, ports)).toBe(await seededEvents(dataDir, days))
  expect((await readSeedState(join(dataDir, 'demo.json')))?.base).toBe(begun?.base)
  expect(await readFile(join(dataDir, 'mine.txt'), 'utf8')).toBe('mine')
  expect(await started.end('SIGINT')).toBe(0)
  await expectNothingLeft(ports)
})
