// A start whose storage emulator was killed before it kept the demo data.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { demoDaysMin } from '../../../local/demo/month/month.ts'
import { readSeedState } from '../../../local/demo/seed/state.ts'
import { copySeededData, countEvents, expectNothingLeft, lastLine, seededEvents } from './demo-data.ts'
import { endAll, type Ports, startFolder, startProcess } from './started.ts'

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

test('puts the same days in again when the storage emulator was killed before it kept it', async () => {
  await rm(join(dataDir, 'azurite'), { recursive: true })
  const before = await readSeedState(join(dataDir, 'demo.json'))
  const started = startProcess(ports, dataDir, [], { KEYTRAIL_DEMO_DAYS: `${demoDaysMin}` })
  await started.says(lastLine)

  expect(started.stdout()).toMatch(/demo data: [\d,]+ events are missing/)
  expect(await readSeedState(join(dataDir, 'demo.json'))).toEqual(before)
  expect(await countEvents(started, ports)).toBe(await seededEvents(dataDir, demoDaysMin))
  expect(await started.end('SIGINT')).toBe(0)
  await expectNothingLeft(ports)
})
