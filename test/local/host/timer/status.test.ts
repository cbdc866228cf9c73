// The files that keep when timers ran.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileTimerStatus, never } from '../../../../local/host/timer/status.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'timer-status-'))
})
afterEach(() => rm(dir, { recursive: true }))

test('reads what it wrote, in a folder it creates, in the form the host has', async () => {
  const store = fileTimerStatus(join(dir, 'a', 'b'))
  const status = { last: never, next: Date.UTC(2026, 1, 1), lastUpdated: Date.UTC(2026, 0, 31, 8, 0, 0, 5) }

  await store.write('tick', status)

  expect(await store.read('tick')).toEqual(status)
  expect(JSON.parse(await readFile(join(dir, 'a', 'b', 'tick.json'), 'utf8'))).toEqual({
    Last: '0001-01-01T00:00:00+00:00',
    Next: '2026-02-01T00:00:00+00:00',
    LastUpdated: '2026-01-31T08:00:00.005+00:00',
  })
})

test.each(['', 'no json', '{}', '{"Last":"x","Next":"y","LastUpdated":"z"}'])(
  'takes a file of %j for none',
  async (text) => {
    await writeFile(join(dir, 'tick.json'), text)
    expect(await fileTimerStatus(dir).read('tick')).toBeUndefined()
  },
)

test('takes a missing file for none', async () => {
  expect(await fileTimerStatus(dir).read('tick')).toBeUndefined()
})
