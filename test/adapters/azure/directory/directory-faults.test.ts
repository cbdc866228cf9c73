// The directory on Table storage when requests fail, others write at the same time, and earlier versions wrote before.
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { odata } from '@azure/data-tables'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { directoryTableName, tableDirectory } from '../../../../src/adapters/azure/directory/directory.ts'
import { partsMax } from '../../../../src/adapters/azure/directory/entries.ts'
import { requestTriesMax } from '../../../../src/adapters/azure/retried-requests.ts'
import type { Organization } from '../../../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../../../src/domain/guid.ts'
import type { Directory } from '../../../../src/ports/directory.ts'
import { EntryTooLarge, Unavailable } from '../../../../src/ports/errors.ts'
import { member, organization, provider } from '../../../support/directory.ts'
import { guid } from '../../../support/events.ts'
import { type Failure, failingStorage } from '../../../support/storage/failing-storage.ts'
import { interposedStorage } from '../../../support/storage/interposed-storage.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'

const account = memoryAccount()
const table = account().table(directoryTableName)
/** The directory as another process sees it. */
const others = tableDirectory(account())
let id: Guid
let ids = 0
const waits: number[] = []
/** Rows so small that small entries have parts. */
const small = { rowBytes: 8 * 1_024 }
const pauses = { wait: async (ms: number) => waits.push(ms), random: () => 0.5 }

beforeAll(async () => {
  await others.organization(guid(0, 'a'))
})
beforeEach(() => {
  id = guidOfContent('organization', ++ids)
  waits.length = 0
})

/** A text that packing cannot make shorter, by a name. */
const noise = (name: string, kibibytes: number) =>
  Array.from({ length: (kibibytes * 1_024) / 32 }, (_, index) =>
    createHash('sha256').update(`${name} ${index}`).digest('base64'),
  )
const person = (name: string, more: object = {}) =>
  member(guidOfContent('user', name), { id: guidOfContent('member', name), name, ...more })
/** An organization of one member, which compresses to about this many KiB. */
const sized = (name: string, kibibytes: number) =>
  organization(id, { name, members: [person(name, { permissions: { blocks: noise(name, kibibytes) } })] })

async function keysOf(partitionKey: string, prefix = ''): Promise<string[]> {
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${prefix} and RowKey lt ${`${prefix}~`}`
  const keys: string[] = []
  for await (const row of table.listEntities({ queryOptions: { filter } })) keys.push(String(row.rowKey))
  return keys
}
const partKeys = () => keysOf(`Organization=${id}`, 'Part=')

describe('a large entry', () => {
  test('is read whole, and leaves nothing behind when a small one or another large one replaces it', async () => {
    for (const [name, kibibytes, parts] of [
      ['Large', 700, 2],
      ['Larger', 1_400, 3],
      ['Small', 10, 0],
    ] as const) {
      await others.putOrganization(id, sized(name, kibibytes))
      expect((await others.organization(id))?.members).toEqual(sized(name, kibibytes).members)
      expect(await partKeys()).toHaveLength(parts)
    }
  })

  test('is stored up to the last part, and refused beyond it, leaving what was there', async () => {
    const storage = account()
    const writer = tableDirectory(storage, small)
    const kibibytes = (partsMax * small.rowBytes) / 1_024
    await writer.putOrganization(id, sized('Full', kibibytes - 12))
    expect(await partKeys()).toHaveLength(partsMax)
    await expect(writer.putOrganization(id, sized('Too large', kibibytes + 2))).rejects.toBeInstanceOf(EntryTooLarge)
    expect((await others.organization(id))?.name).toBe('Full')
    expect(await partKeys()).toHaveLength(partsMax)
  })

  test('is one request for who has read it, and two otherwise; a small one is one', async () => {
    const counted = failingStorage(account, pauses)
    const directory = tableDirectory(counted.storage)
    await directory.putOrganization(id, sized('Large', 700))
    const requests = async () => {
      counted.arm(0, 'failed')
      await directory.organization(id)
      return counted.begun.length
    }
    expect(await requests()).toBe(2)
    expect(await requests()).toBe(1)
    await others.putOrganization(id, sized('Large again', 700))
    expect((await directory.organization(id))?.name).toBe('Large again')
    await others.putOrganization(id, sized('Small', 10))
    expect(await requests()).toBe(1)
  })

  test('is read whole while another replaces it between the first row and its parts', async () => {
    await others.putOrganization(id, sized('Before', 700))
    let interrupted = false
    const storage = interposedStorage(account(), (request) => {
      if (interrupted || request !== `GET /${directoryTableName}()`) return undefined
      interrupted = true
      return others.putOrganization(id, sized('After', 700))
    })
    expect(await tableDirectory(storage).organization(id)).toMatchObject({
      name: 'After',
      members: sized('After', 700).members,
    })
  })
})

describe('a replacement that fails at any step', () => {
  const colleagues = (name: string) => [1, 2].map((number) => person(`${name} ${number}`))
  const large = (name: string) => sized(name, 10)
  const reported = (name: string, ...numbers: number[]) =>
    numbers.map((number) => ({ id: guidOfContent(id, 'item', number), collections: [], name: `${name} ${number}` }))
  const next = () =>
    organization(id, { ...large('After'), members: [...large('After').members, ...colleagues('After')] })

  async function begin(): Promise<Organization> {
    const storage = account()
    await tableDirectory(storage, small).putOrganization(id, large('Before'), reported('Before', 1, 2))
    return organization(id, large('Before'))
  }

  /** What must hold of the finished replacement. */
  async function expectDone() {
    expect(await others.organization(id)).toMatchObject({ name: 'After', members: next().members })
    const items = await others.items(reported('', 1, 2, 3).map((item) => item.id))
    expect(items.map(({ name, deleted }) => [name, deleted])).toEqual([
      ['Before 1', true],
      ['After 2', false],
      ['After 3', false],
    ])
    for (const { userId } of next().members) {
      expect(userId && (await others.memberships(userId)).organizations).toContain(id)
    }
    expect(await partKeys()).toHaveLength(2)
  }

  const steps = async () => {
    const counted = failingStorage(account, pauses)
    await begin()
    const directory = tableDirectory(counted.storage, small)
    await directory.check()
    counted.arm(0, 'failed')
    await directory.putOrganization(id, next(), reported('After', 2, 3))
    await expectDone()
    return counted.begun.length
  }

  test.each<Failure>(['failed', 'lost'])(
    '(%s) shows the old entry or the new one, begins nothing more, and is made whole by its repeat',
    async (failure) => {
      const last = await steps()
      expect(last).toBeGreaterThan(10)
      for (let at = 1; at <= last; at += 1) {
        id = guidOfContent('walked', failure, at)
        const before = await begin()
        const failing = failingStorage(account, pauses)
        const directory = tableDirectory(failing.storage, { pauses, ...small })
        await directory.check()
        failing.arm(at, failure, Number.POSITIVE_INFINITY)
        await directory.putOrganization(id, next(), reported('After', 2, 3)).then(
          () => expect.unreachable(`step ${at} did not fail`),
          (error) => expect(error).toBeInstanceOf(Unavailable),
        )
        expect(failing.begun.length).toBeLessThanOrEqual(at + partsMax * requestTriesMax)
        const seen = await others.organization(id)
        expect([before.name, 'After']).toContain(seen?.name)
        expect(seen?.members).toEqual(seen?.name === 'After' ? next().members : before.members)
        failing.arm(0, failure)
        await directory.putOrganization(id, next(), reported('After', 2, 3))
        await directory.putOrganization(id, { ...next(), enabled: false })
        await expectDone()
      }
    },
  )

  test.each<Failure>(['failed', 'lost', 'busy', 'busy-but-done', 'slow'])(
    '(%s) goes on when the service has time again',
    async (failure) => {
      const last = await steps()
      for (let at = 1; at <= last; at += 1) {
        id = guidOfContent('waited', failure, at)
        await begin()
        const failing = failingStorage(account, pauses)
        const directory = tableDirectory(failing.storage, { pauses, ...small })
        await directory.check()
        failing.arm(at, failure)
        await directory.putOrganization(id, next(), reported('After', 2, 3))
        await expectDone()
      }
      expect(waits.length).toBeGreaterThan(failure === 'slow' ? 5 : 10)
    },
  )

  test('is tried so many times while the service is busy, after growing pauses, and no more', async () => {
    await begin()
    const failing = failingStorage(account, pauses)
    const directory = tableDirectory(failing.storage, { pauses, ...small })
    await directory.check()
    failing.arm(1, 'busy', requestTriesMax - 1)
    expect((await directory.organization(id))?.name).toBe('Before')
    expect(waits).toEqual([150, 300, 600, 1_200])
    failing.arm(1, 'busy', requestTriesMax)
    await expect(directory.organization(id)).rejects.toBeInstanceOf(Unavailable)
  })
})

describe('many people and items', () => {
  const people = (count: number) => Array.from({ length: count }, (_, index) => person(`Person ${index}`))
  const things = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: guidOfContent('thing', index), collections: [] }))
  const crowd = (count: number) => organization(id, { members: people(count) })

  test('are written in few requests, of which none is begun after a failure; a repeat does what is missing', async () => {
    const failing = failingStorage(account, pauses)
    const directory = tableDirectory(failing.storage, { pauses, ...small })
    const put = () => directory.putOrganization(id, crowd(2_000), things(2_000))
    await directory.check()

    failing.arm(300, 'failed', Number.POSITIVE_INFINITY)
    await expect(put()).rejects.toBeInstanceOf(Unavailable)
    failing.arm(0, 'failed')
    for (let checks = 0; checks < 10; checks += 1) await directory.check()
    // Transactions that were on their way may be tried once more.
    expect(failing.begun.length).toBeLessThanOrEqual(10 + 8)
    expect(await others.organization(id)).toBeUndefined()

    failing.arm(0, 'failed')
    await put()
    expect(await others.organization(id)).toMatchObject({ members: crowd(2_000).members })

    failing.arm(0, 'failed')
    await put()
    expect(failing.begun.filter((request) => !request.startsWith('GET'))).toEqual([])
    expect(failing.begun.length).toBeLessThan(10)
  })

  test('come and go one by one among many', async () => {
    await others.putOrganization(id, crowd(300), things(300))
    const failing = failingStorage(account, pauses)
    const directory = tableDirectory(failing.storage, { pauses, ...small })
    await directory.check()
    failing.arm(0, 'failed')
    await directory.putOrganization(id, organization(id, { members: [...people(299), person('New')] }), [
      ...things(299),
      { id: guid(1, 'f'), collections: [guid(2, 'f')] },
    ])
    expect(failing.begun.length).toBeLessThan(12)
    expect((await others.organization(id))?.former.members.map(({ name }) => name)).toEqual(['Person 299'])
    const items = await others.items([guid(1, 'f'), ...things(300).map((item) => item.id)])
    expect(items.filter(({ deleted }) => deleted).map((item) => item.id)).toEqual([things(300)[299]?.id])
  })
})

test('a look-up of items that fails hands over what it has read', async () => {
  const items = Array.from({ length: 40 }, (_, index) => ({ id: guidOfContent(id, 'item', index), collections: [] }))
  await others.putItems(id, items)
  const failing = failingStorage(account, pauses)
  const directory = tableDirectory(failing.storage)
  await directory.check()
  failing.arm(60, 'failed', Number.POSITIVE_INFINITY)
  const read: Guid[] = []
  const look = directory.items(
    items.map((item) => item.id),
    undefined,
    (itemId) => read.push(itemId),
  )
  await expect(look).rejects.toBeInstanceOf(Unavailable)
  // Each takes two requests, and twenty are looked up at once: of the 59 requests before, up to 39 are of some that were not read yet.
  expect(read.length).toBeGreaterThanOrEqual(10)
  expect(read.length).toBeLessThan(30)
})

describe('two writers at the same time', () => {
  /** A directory for whose first replacement another writer is a moment faster. */
  function overtakenBy(write: () => Promise<unknown>): Directory {
    let overtaken = false
    let reads = 0
    const storage = interposedStorage(account(), (request) => {
      if (request.startsWith('GET') && request.includes('PartitionKey=')) reads += 1
      if (overtaken || reads === 0 || !request.startsWith('POST /$batch')) return undefined
      overtaken = true
      return write()
    })
    return tableDirectory(storage, { pauses })
  }
  const named = (...names: string[]) => organization(id, { members: names.map((name) => person(name)) })
  const formerNames = async () => (await others.organization(id))?.former.members.map(({ name }) => name).toSorted()

  test.each([
    ['an entry that was there', true],
    ['an entry that is new', false],
  ])('both replace %s, and no name is lost', async (_, known) => {
    if (known) await others.putOrganization(id, named('Ann'))
    await overtakenBy(() => others.putOrganization(id, named('Ben'))).putOrganization(id, named('Cay'))
    expect((await others.organization(id))?.members.map(({ name }) => name)).toEqual(['Cay'])
    expect(await formerNames()).toEqual(known ? ['Ann', 'Ben'] : ['Ben'])
  })

  test('both add members, and both are there', async () => {
    await others.putOrganization(id, named('Ann'))
    const write = () => others.putMembers(id, named('Ben').members)
    expect(await overtakenBy(write).putMembers(id, named('Cay').members)).toBe(true)
    expect((await others.organization(id))?.members.map(({ name }) => name)).toEqual(['Ann', 'Ben', 'Cay'])
  })

  test('one puts large parts that the other must not take for leftovers', async () => {
    await others.putOrganization(id, sized('Before', 700))
    await overtakenBy(() => others.putOrganization(id, sized('Faster', 700))).putOrganization(id, sized('Slower', 700))
    expect((await others.organization(id))?.members).toEqual(sized('Slower', 700).members)
    expect(await partKeys()).toHaveLength(2)
  })

  test('many add members together', async () => {
    await others.putOrganization(id, named())
    const names = Array.from({ length: 6 }, (_, index) => `Person ${index}`)
    await Promise.all(names.map((name) => others.putMembers(id, named(name).members)))
    expect((await others.organization(id))?.members.map(({ name }) => name).toSorted()).toEqual(names)
  })
})

describe('what earlier versions wrote', () => {
  const [old, agency] = [guid(1, 'b'), guid(2, 'b')]
  let [first, second] = [guid(3, 'd'), guid(4, 'd')]

  async function writeAsBefore() {
    first = guidOfContent(id, 'first')
    second = guidOfContent(id, 'second')
    const compress = promisify(gzip)
    const packed = async (entry: unknown) => ({ Data0: new Uint8Array(await compress(JSON.stringify(entry))) })
    const entry = organization(id, { members: [member(old, { name: 'Old' })], providerId: agency })
    const item = (itemId: Guid) => ({
      id: itemId,
      collections: [],
      name: 'Stays',
      organizationId: id,
      deleted: false,
    })
    const rows = [
      { partitionKey: `Organization=${id}`, rowKey: 'Entry', ...(await packed(entry)) },
      { partitionKey: `Provider=${agency}`, rowKey: 'Entry', ...(await packed(provider(agency))) },
      { partitionKey: `User=${old}`, rowKey: `Organization=${id}` },
      { partitionKey: `User=${old}`, rowKey: `Provider=${agency}` },
      { partitionKey: `Provider=${agency}`, rowKey: `Organization=${id}` },
      ...[first, second].flatMap((itemId) => [
        { partitionKey: `Organization=${id}`, rowKey: `Item=${itemId}` },
        { partitionKey: `Item=${itemId}`, rowKey: 'Entry', Data: JSON.stringify(item(itemId)) },
      ]),
    ]
    for (const row of rows) await table.upsertEntity(row, 'Replace')
  }
  const items = async () =>
    (await others.items([first, second])).map(({ name, deleted, organizationId }) => [
      name,
      deleted,
      organizationId === id,
    ])

  beforeEach(writeAsBefore)

  test('has no rows of e-mails, and gets them with its next PUT, even of the same content', async () => {
    const email = `${id}@acme.test`
    const known = organization(id, { members: [member(old, { email })] })
    const { members } = organization(id, { members: [member(old, { email })] })
    await others.putOrganization(id, { ...known, members })
    const row = await table.getEntity(`Organization=${id}`, 'Entry')
    const { Version, Digest, Parts, Data0 } = row
    await table.updateEntity(
      { Version, Digest, Parts, Data0, partitionKey: `Organization=${id}`, rowKey: 'Entry' },
      'Replace',
    )
    for await (const each of table.listEntities({
      queryOptions: { filter: "PartitionKey ge 'Emails=' and PartitionKey lt 'Emails>'" },
    })) {
      if (each.rowKey?.endsWith(id)) await table.deleteEntity(each.partitionKey ?? '', each.rowKey)
    }
    expect((await others.listedByEmail(email)).organizations).toEqual([])
    await others.putOrganization(id, { ...known, members })
    expect((await others.listedByEmail(email)).organizations).toEqual([id])
  })

  test('is read as it was', async () => {
    expect((await others.organization(id))?.members.map(({ name }) => name)).toEqual(['Old'])
    expect((await others.provider(agency))?.name).toBe('Provider')
    expect((await others.memberships(old)).organizations).toContain(id)
    expect((await others.memberships(old)).providers).toEqual([agency])
    expect(await others.managedBy(agency)).toContain(id)
    expect(await items()).toEqual([
      ['Stays', false, true],
      ['Stays', false, true],
    ])
  })

  test('is replaced, with its names and pointers', async () => {
    await others.putOrganization(id, organization(id), [{ id: second, collections: [], name: 'Renamed' }])
    expect((await others.organization(id))?.former.members.map(({ name }) => name)).toEqual(['Old'])
    expect(await items()).toEqual([
      ['Stays', true, true],
      ['Renamed', false, true],
    ])
    await others.deleteItem(id, second)
    expect(await items()).toEqual([
      ['Stays', true, true],
      ['Renamed', true, true],
    ])
  })

  test('is deleted item by item, and moves to others', async () => {
    await others.deleteItem(id, first)
    await others.putItems(guid(9, 'a'), [{ id: second, collections: [], name: 'Moved' }])
    expect(await items()).toEqual([
      ['Stays', true, true],
      ['Moved', false, false],
    ])
    await others.deleteItem(id, second)
    await others.putItems(id, [{ id: second, collections: [], name: 'Back' }])
    expect(await items()).toEqual([
      ['Stays', true, true],
      ['Back', false, true],
    ])
  })
})

test('an item that two organizations report in turn is the last one’s, also when nothing else changed', async () => {
  const [one, other] = [id, guidOfContent('organization', ++ids)]
  const entry = { id: guidOfContent('contested', ids), collections: [] }
  const ownerNow = async () => (await others.items([entry.id])).map(({ organizationId }) => organizationId)
  for (const owner of [one, other, one, other, one]) {
    await others.putOrganization(owner, organization(owner), [entry])
    expect(await ownerNow()).toEqual([owner])
  }
  await others.putItems(other, [entry])
  expect(await ownerNow()).toEqual([other])
})
