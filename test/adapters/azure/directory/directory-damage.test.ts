// Damaged rows of the directory: each costs what it holds, is noted by its keys, and never looks like "nothing there".
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Beginning } from '../../../../src/adapters/azure/damaged-rows.ts'
import { directoryTableName, tableDirectory } from '../../../../src/adapters/azure/directory/directory.ts'
import { rowBytesMax } from '../../../../src/adapters/azure/directory/entries.ts'
import { existingTable } from '../../../../src/adapters/azure/table.ts'
import { Damaged } from '../../../../src/ports/errors.ts'
import { item, member, organization, provider, providerUser } from '../../../support/directory.ts'
import { acme, alice, bob, globex, guid } from '../../../support/events.ts'
import { columnWays, damageable, rowAt } from '../../../support/storage/damaged-rows.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { repairCommandOn } from '../damage/repair-command.ts'

const account = memoryAccount()
const repair = repairCommandOn(directoryTableName)
const agency = guid(1, '9')
const collection = guid(1, '5')
const [first, second] = [guid(0x11, 'd'), guid(0x22, 'd')]
const reported = (id: typeof first) => ({ id, collections: [collection], name: 'secret' })
const entry = organization(acme, { name: 'secret', providerId: agency, members: [member(alice)] })
const other = organization(globex, { members: [member(alice)] })

let world: ReturnType<typeof damageable>
const opened = (rowBytes = rowBytesMax) => tableDirectory(world.storage, { rowBytes })
const damage = (partitionKey: string, rowKey: string, change: Parameters<typeof world.damage>[3]) =>
  world.damage(directoryTableName, partitionKey, rowKey, change)
const noted = (partitionKey: string, rowKey: string) => [[directoryTableName, partitionKey, rowKey]]

const beginning: Beginning = (partitionKey, prefix) =>
  existingTable(world.storage, directoryTableName, 'directory').rows({
    partitionKey,
    from: prefix,
    before: `${prefix}~`,
  })

/** Whether the repair command finds a row damaged. */
const isFound = async (partitionKey: string, rowKey: string) =>
  repair.finds(await rowAt(world.table(directoryTableName), partitionKey, rowKey), beginning)

beforeEach(async () => {
  world = damageable(account)
  const table = world.table(directoryTableName)
  await table.createTable()
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities()) {
    await table.deleteEntity(partitionKey, rowKey)
  }
  const directory = opened()
  await directory.putOrganization(acme, entry, [reported(first), reported(second)])
  await directory.putOrganization(globex, other)
  await directory.putProvider(agency, provider(agency, { users: [providerUser(bob)] }))
})

const packed = (value: unknown) => gzipSync(JSON.stringify(value))
type Way = readonly [name: string, change: Parameters<typeof damage>[2]]
const entryWays: readonly Way[] = [
  ...columnWays('Data0', new Uint8Array([1, 2, 3])),
  ['Data0 is text', (row) => ({ ...row, Data0: 'secret' })],
  ['Data0 is cut short', (row) => ({ ...row, Data0: packed({ name: 'secret' }).subarray(0, 20) })],
  ['Data0 is no JSON', (row) => ({ ...row, Data0: gzipSync('{"secret') })],
  ['Data0 has another shape', (row) => ({ ...row, Data0: packed({ name: 7 }) })],
  ...columnWays('Parts', -1).slice(1),
  ['Parts names parts that are not there', (row) => ({ ...row, Parts: 2 })],
  ['Version is a number', (row) => ({ ...row, Version: 7 })],
  ['Digest is a number', (row) => ({ ...row, Digest: 7 })],
]

describe.each(entryWays)('an entry of which %s', (_, change) => {
  const key = [`Organization=${acme}`, 'Entry'] as const

  test('is no unknown organization, is changed by no part of it, and costs no other', async () => {
    await damage(...key, change)
    const directory = opened()
    await expect(directory.organization(acme)).rejects.toBeInstanceOf(Damaged)
    await expect(directory.putMembers(acme, entry.members)).rejects.toBeInstanceOf(Damaged)
    await expect(directory.deleteMember(acme, guid(1, '7'))).rejects.toBeInstanceOf(Damaged)
    await expect(directory.putOrganization(acme, { ...entry, members: null })).rejects.toBeInstanceOf(Damaged)
    expect(world.notedKeys()).toEqual(noted(...key))
    expect(await isFound(...key)).toBe(true)

    expect(await directory.organization(globex)).toEqual(other)
    expect((await directory.memberships(alice)).organizations.toSorted()).toEqual([acme, globex])
    expect(await directory.managedBy(agency)).toEqual([acme])
    expect(await directory.items([first])).toMatchObject([{ id: first, organizationId: acme }])
  })

  test('is replaced as a whole, also by what it was before', async () => {
    await damage(...key, change)
    await opened().putOrganization(acme, entry)
    expect(await opened().organization(acme)).toEqual(entry)
    expect(await isFound(...key)).toBe(false)
  })

  test('of a provider is the same', async () => {
    await damage(`Provider=${agency}`, 'Entry', change)
    await expect(opened().provider(agency)).rejects.toBeInstanceOf(Damaged)
    expect(world.notedKeys()).toEqual(noted(`Provider=${agency}`, 'Entry'))
    await opened().putProvider(agency, provider(agency))
    expect(await opened().provider(agency)).toEqual(provider(agency))
  })
})

describe('an entry in parts', () => {
  const key = [`Organization=${acme}`, 'Entry'] as const
  const large = organization(acme, {
    members: Array.from({ length: 20 }, (_, n) => member(guid(n, 'b'), { id: guid(n, '7') })),
  })
  const parts = async () => {
    const found: string[] = []
    for await (const { partitionKey, rowKey = '' } of world.table(directoryTableName).listEntities()) {
      if (partitionKey === key[0] && rowKey.startsWith('Part=')) found.push(rowKey)
    }
    return found
  }

  test.each<Way>([...columnWays('Data0', new Uint8Array([1, 2, 3])), ['the row is gone', () => ({})]])(
    'of which a part is damaged (%s) is replaced as a whole',
    async (name, change) => {
      await opened(100).putOrganization(acme, large)
      expect(await opened().organization(acme)).toEqual(large)
      const [part = ''] = await parts()
      if (name === 'the row is gone') await world.table(directoryTableName).deleteEntity(key[0], part)
      else await damage(key[0], part, change)

      await expect(opened().organization(acme)).rejects.toBeInstanceOf(Damaged)
      expect(world.notedKeys()).toEqual(noted(...key))
      expect(await isFound(...key)).toBe(true)
      await opened().putOrganization(acme, entry)
      expect(await opened().organization(acme)).toEqual(entry)
      expect(await parts()).toEqual([])
    },
  )

  test('is found by the repair command by a part that has no bytes', async () => {
    await opened(100).putOrganization(acme, large)
    const [part = ''] = await parts()
    expect(await isFound(key[0], part)).toBe(false)
    await damage(key[0], part, (row) => ({ ...row, Data0: 'secret' }))
    expect(await isFound(key[0], part)).toBe(true)
    expect(repair.repairOf(part)).toMatchObject({
      kind: 'leave',
      advice: expect.stringContaining('PUT'),
    })
  })
})

const textWays: readonly Way[] = [
  ...columnWays('Data', '{"secret'),
  ['Data has another shape', (row) => ({ ...row, Data: '{"secret":1}' })],
]

describe('an item', () => {
  const key = [`Organization=${acme}`, `Item=${first}`] as const
  const ownerKey = [`Items=${first.slice(-2)}`, `Item=${first}`] as const

  test.each(textWays)('of which %s is known to be its organization’s, and costs no other', async (name, change) => {
    await damage(...key, change)
    expect(await opened().items([first, second])).toEqual([
      item(first, { damaged: true }),
      item(second, reported(second)),
    ])
    expect(world.notedKeys()).toEqual(noted(...key))
    // One without any data may be of an earlier version.
    expect(await isFound(...key)).toBe(name !== 'Data is gone')
  })

  test.each(columnWays('OrganizationId', 'secret'))(
    'whose owner cannot be read (%s) is unknown, and costs no other',
    async (_, change) => {
      await damage(...ownerKey, change)
      expect(await opened().items([first, second])).toEqual([item(second, reported(second))])
      expect(world.notedKeys()).toEqual(noted(...ownerKey))
      expect(await isFound(...ownerKey)).toBe(true)
    },
  )

  test.each([...textWays, ...columnWays('Owned', 'yes')])(
    'of which %s is whole when it is put again, either way',
    async (_, change) => {
      for (const put of [
        () => opened().putItems(acme, [reported(first)]),
        () => opened().putOrganization(acme, entry, [reported(first), reported(second)]),
      ]) {
        await damage(...key, change)
        await put()
        expect(await opened().items([first])).toEqual([item(first, reported(first))])
        expect(await isFound(...key)).toBe(false)
      }
    },
  )

  test.each(columnWays('OrganizationId', 'secret'))(
    'whose owner cannot be read (%s) is whole when it is put again',
    async (_, change) => {
      await damage(...ownerKey, change)
      await opened().putItems(acme, [reported(first)])
      expect(await opened().items([first])).toEqual([item(first, reported(first))])
      expect(await isFound(...ownerKey)).toBe(false)
    },
  )

  test.each(columnWays('OrganizationId', 'secret'))(
    'whose owner cannot be read (%s) is taken by another organization',
    async (_, change) => {
      await damage(...ownerKey, change)
      await opened().putItems(globex, [reported(first)])
      expect(await opened().items([first])).toEqual([item(first, { ...reported(first), organizationId: globex })])
      await opened().putItems(acme, [reported(first)])
      expect(await opened().items([first])).toEqual([item(first, reported(first))])
    },
  )

  test.each(textWays)('of which %s is deleted all the same', async (_, change) => {
    const deleted = item(first, { deleted: true })
    await damage(...key, change)
    await opened().deleteItem(acme, first)
    expect(await opened().items([first])).toEqual([deleted])
    await opened().putItems(acme, [reported(first)])
    await damage(...key, change)
    await opened().putOrganization(acme, entry, [reported(second)])
    expect(await opened().items([first, second])).toEqual([deleted, item(second, reported(second))])
  })

  test.each(textWays)(
    'as an earlier version wrote it, of which %s, is unknown, and costs no other',
    async (_, change) => {
      const old = guid(0x33, 'd')
      const table = world.table(directoryTableName)
      await table.createEntity({ partitionKey: `Organization=${acme}`, rowKey: `Item=${old}` })
      await table.createEntity({ partitionKey: `Item=${old}`, rowKey: 'Entry', Data: JSON.stringify(item(old)) })
      expect(await opened().items([old])).toEqual([item(old)])
      await damage(`Item=${old}`, 'Entry', change)
      expect(await opened().items([old, second])).toEqual([item(second, reported(second))])
      expect(world.notedKeys()).toEqual(noted(`Item=${old}`, 'Entry'))
      expect(await isFound(`Item=${old}`, 'Entry')).toBe(true)

      await opened().putOrganization(acme, entry, [reported(first), reported(second)])
      await opened().putItems(acme, [reported(old)])
      expect(await opened().items([old])).toEqual([item(old, reported(old))])
    },
  )

  test('under a key that is none is passed over', async () => {
    const bad = [`Organization=${acme}`, 'Item=not-a-guid'] as const
    await world.table(directoryTableName).createEntity({ partitionKey: bad[0], rowKey: bad[1], Data: '{}' })
    await opened().putOrganization(acme, entry, [reported(first)])
    expect(await opened().items([first])).toEqual([item(first, reported(first))])
    expect(world.notedKeys()).toEqual(noted(...bad))
    expect(await isFound(...bad)).toBe(true)
  })
})

test.each([
  [`Users=${alice.slice(-2)}`, `User=${alice}__Organization=x`],
  [`Users=${alice.slice(-2)}`, `User=${alice}__Provider=`],
  [`User=${alice}`, 'Organization=not-a-guid'],
  [`User=${alice}`, `Provider=${agency}x`],
  [`Provider=${agency}`, 'Organization=x'],
])('a row %s %s that leads nowhere is passed over, and may be deleted', async (partitionKey, rowKey) => {
  await world.table(directoryTableName).createEntity({ partitionKey, rowKey })
  expect((await opened().memberships(alice)).organizations.toSorted()).toEqual([acme, globex])
  expect(await opened().managedBy(agency)).toEqual([acme])
  expect(world.notedKeys()).toEqual(noted(partitionKey, rowKey))
  expect(await isFound(partitionKey, rowKey)).toBe(true)
  expect(repair.kindOfRepair(rowKey)).toBe('delete')
})

test('no row that the directory writes is found damaged', async () => {
  await opened(100).putOrganization(guid(3, 'a'), organization(guid(3, 'a'), { members: [member(alice), member(bob)] }))
  for await (const row of world.table(directoryTableName).listEntities<Record<string, unknown>>()) {
    await repair.check(row, beginning)
  }
})
