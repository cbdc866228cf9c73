// A port that is taken: the system's error reaches the caller with its code.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { startFixture } from '../fixture.ts'

test('rejects with EADDRINUSE', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0

  await expect(startFixture({}, port)).rejects.toMatchObject({ code: 'EADDRINUSE', port })

  other.close()
})
