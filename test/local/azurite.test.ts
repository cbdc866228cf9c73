// Azurite as a child: responds when started, names the port in use, keeps its data in a folder, and leaves no orphan.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QueueServiceClient } from '@azure/storage-queue'
import { expect, test, vi } from 'vitest'
import { startAzurite } from '../../local/azurite.ts'
import { hangMsMax } from '../support/waiting.ts'

/** One try, so that an emulator that is gone shows at once. */
const service = (connectionString: string) =>
  QueueServiceClient.fromConnectionString(connectionString, { retryOptions: { maxTries: 1 } })

test('responds as soon as it is started, and not after it is stopped', async () => {
  const azurite = await startAzurite()
  const queue = service(azurite.connectionString).getQueueClient('first')
  await queue.create()

  await azurite.stop()
  await azurite.stop()

  await expect(queue.getProperties()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await expect(azurite.ended).resolves.toMatch(/^the storage emulator has ended with (code|signal) /)
})

test('names the port that is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0

  await expect(startAzurite({ port })).rejects.toThrow(`port ${port} is already in use`)

  other.close()
})

test('keeps its data in the folder it is given', async () => {
  const location = await mkdtemp(join(tmpdir(), 'azurite-'))
  const first = await startAzurite({ location })
  await service(first.connectionString).getQueueClient('kept').create()
  await first.stop()

  const second = await startAzurite({ location })
  expect(await service(second.connectionString).getQueueClient('kept').exists()).toBe(true)

  await second.stop()
  await rm(location, { recursive: true })
})

test('stops when the process that started it is killed', async () => {
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { startAzurite } from ${JSON.stringify(import.meta.resolve('../../local/azurite.ts'))}
      console.log((await startAzurite()).connectionString)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = await once(parent.stdout.setEncoding('utf8'), 'data')
  const queue = service(String(line).trim()).getQueueClient('orphan')
  await queue.create()

  parent.kill('SIGKILL')

  await vi.waitFor(() => expect(queue.getProperties()).rejects.toMatchObject({ code: 'ECONNREFUSED' }), hangMsMax)
})
