// What an upload costs whose items are all unknown, against one whose items are all known: on a table that looks rows up by key, with nothing cached.

import { tableDirectory } from '../../src/adapters/azure/directory/directory.ts'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import { cachedDirectory } from '../../src/adapters/in-process/cached-directory.ts'
import { memoryDirectory } from '../../src/adapters/memory/directory.ts'
import { memoryQueue } from '../../src/adapters/memory/event-queue.ts'
import { memberType } from '../../src/domain/directory/directory.ts'
import { guidOfContent } from '../../src/domain/guid.ts'
import { authenticateWith } from '../../src/functions/http/authenticate.ts'
import { collect } from '../../src/functions/ingest/collect.ts'
import type { Directory } from '../../src/ports/directory.ts'
import { call, tokensOf, userClaims } from '../../test/support/calls.ts'
import { member, organization } from '../../test/support/directory.ts'
import { acme, alice } from '../../test/support/events.ts'
import { type Ratio, ratioOf } from '../measure.ts'
import { serveOrderedTable } from '../ordered-table.ts'

const [itemsCount, rounds] = [2_000, 9]
const idOf = (kind: string) => (_: unknown, index: number) => guidOfContent(kind, index)
const batchOf = (kind: string) =>
  Array.from({ length: itemsCount }, idOf(kind)).map((cipherId) => ({ type: 1107, cipherId }))
const [known, unknown] = [batchOf('known'), batchOf('unknown')]

/** An upload of 2,000 events of items that the directory does not know; at most twice that of 2,000 known ones. */
export async function benchCollect(): Promise<Ratio[]> {
  const table = await serveOrderedTable(
    new Map(
      known.map(({ cipherId: id }) => {
        const Data = JSON.stringify({ id, collections: [], organizationId: acme, deleted: false })
        return [`Item=${id}`, [{ PartitionKey: `Item=${id}`, RowKey: 'Entry', Data }]]
      }),
    ),
  )
  const people = memoryDirectory()
  await people.putOrganization(acme, organization(acme, { members: [member(alice, { type: memberType.owner })] }))
  const { items } = tableDirectory(openStorage({ kind: 'connection-string', connectionString: table.connectionString }))
  let lookUps = 0
  const directory = {
    ...people,
    items: (ids: Parameters<typeof items>[0]) => {
      lookUps += ids.length
      return items(ids)
    },
  }
  const { ratio, firstMs } = await ratioOf(
    rounds,
    () => upload(directory, unknown, 0),
    () => upload(directory, known, itemsCount),
  )
  await table.stop()
  const looked = Math.round(lookUps / (rounds + 1)) - itemsCount
  const note = `at most 2; ${looked.toLocaleString('en')} of them looked up, ${firstMs.toFixed(0)} ms`
  return [{ what: 'POST /collect of 2,000 unknown items', against: 'that of 2,000 known ones', ratio, note }]
}

async function upload(directory: Directory, body: unknown, accepted: number): Promise<void> {
  const handler = collect({
    directory: cachedDirectory(directory, Date.now),
    queue: memoryQueue(),
    now: Date.now,
    authenticate: authenticateWith(tokensOf({ alice: userClaims(alice) })),
    address: { trustedProxies: 0 },
  })
  const { json } = await call(handler, { method: 'POST', token: 'alice', body })
  if (Object(json).accepted !== accepted)
    throw new Error(`not what was expected: ${JSON.stringify(json).slice(0, 200)}`)
}
