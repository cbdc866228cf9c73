import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimForm, dataForm, dataPaths, removeData } from '../../../local/start/data.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'keytrail-data-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test('a new folder is marked, and found again', async () => {
  await claimForm(dataDir)
  await mkdir(dataPaths(dataDir).storage)
  await claimForm(dataDir)
  expect(await readFile(dataPaths(dataDir).form, 'utf8')).toBe(`${dataForm}\n`)
})

test.each(['', '1\n', '2\n'])(
  'data of an earlier form (%j) is refused with what to do, until it is removed',
  async (form) => {
    await mkdir(dataPaths(dataDir).storage)
    if (form !== '') await writeFile(dataPaths(dataDir).form, form)
    await expect(claimForm(dataDir)).rejects.toThrow('begin anew with npm start -- --reset')
    await removeData(dataDir)
    await claimForm(dataDir)
  },
)
