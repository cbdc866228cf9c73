// The directory on Table storage: the suite of every directory, entries of any size, and outages.
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { tableDirectory } from '../../../../src/adapters/azure/directory/directory.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import type { Directory } from '../../../../src/ports/directory.ts'
import { EntryTooLarge, Unavailable } from '../../../../src/ports/errors.ts'
import { member, organization } from '../../../support/directory.ts'
import { alice, guid } from '../../../support/events.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { directoryConformance } from '../../conformance/directory.ts'

const account = storageAccount()
let directory: Directory

const open = (connectionString: string) =>
  tableDirectory(openStorage({ kind: 'connection-string', connectionString }, noPauses))

beforeAll(async () => {
  directory = open(account)
})

directoryConformance('table', () => directory)

describe('an entry', () => {
  const id = guid(1, 'a')
  /** An organization that compresses to about this many KiB: its text has no pattern. */
  const sized = (kibibytes: number) => {
    const blocks = Array.from({ length: (kibibytes * 1_024) / 32 }, (_, index) =>
      createHash('sha256').update(String(index)).digest('base64'),
    )
    return organization(id, { members: [member(alice, { permissions: { blocks } })] })
  }
  const membersNow = async () => (await directory.organization(id))?.members

  test('that fills many properties comes back whole', async () => {
    await directory.putOrganization(id, sized(500))
    expect(await membersNow()).toEqual(sized(500).members)
  })

  test('that is smaller than before leaves nothing of the larger one', async () => {
    await directory.putOrganization(id, sized(200))
    await directory.putOrganization(id, sized(10))
    expect(await membersNow()).toEqual(sized(10).members)
  })

  test.each([630, 650, 880, 1_000])(
    'of %i KiB comes back whole, whether one row holds it or not',
    async (kibibytes) => {
      await directory.putOrganization(id, sized(10))
      await directory.putOrganization(id, sized(kibibytes))
      expect(await membersNow()).toEqual(sized(kibibytes).members)
    },
  )

  test('of an item in more collections than a property can hold is refused', async () => {
    const collections = Array.from({ length: 1_000 }, (_, index) => guid(index, '5'))
    const items = [{ id: guid(1, 'd'), collections }]
    await expect(directory.putItems(id, items)).rejects.toBeInstanceOf(EntryTooLarge)
  })
})

test('a directory that another process writes to is read as it is now', async () => {
  const id = guid(2, 'a')
  expect(await directory.organization(id)).toBeUndefined()
  await open(account).putOrganization(id, organization(id))
  expect(await directory.organization(id)).toEqual(organization(id))
})

test('a storage that does not respond is an outage for every call', async () => {
  const gone = open(account.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1'))
  const id = guid(3, 'a')
  const calls = [
    () => gone.organization(id),
    () => gone.provider(id),
    () => gone.items([id]),
    () => gone.memberships(id),
    () => gone.putOrganization(id, organization(id)),
    () => gone.putMembers(id, []),
    () => gone.deleteMember(id, id),
    () => gone.putItems(id, [{ id, collections: [] }]),
    () => gone.deleteItem(id, id),
    () => gone.putProvider(id, { name: 'Agency', enabled: true, useEvents: true, users: [] }),
    () => gone.check(),
  ]
  for (const call of calls) await expect(call()).rejects.toBeInstanceOf(Unavailable)
})
