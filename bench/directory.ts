// What a large organization costs the directory, against a small one: written for the first time, written again, and read.
import { startAzurite } from '../local/azurite.ts'
import { tableDirectory } from '../src/adapters/azure/directory/directory.ts'
import { openStorage } from '../src/adapters/azure/storage.ts'
import type { ItemEntry, OrganizationUpdate } from '../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../src/domain/guid.ts'
import type { Directory } from '../src/ports/directory.ts'
import { type Ratio, ratioOf } from './measure.ts'

const [largeMembers, largeItems] = [20_000, 100_000]
/** The small organization is a tenth in members and in items. */
const share = 10
/** A tenth in size may cost as little as a twelfth: what a request costs does not shrink with it. */
const perRowRatioMax = 2 * share

/** Times of a large organization, as multiples of those of a small one. */
export async function benchDirectory(): Promise<Ratio[]> {
  const azurite = await startAzurite()
  try {
    const storage = openStorage({ kind: 'connection-string', connectionString: azurite.connectionString })
    const directory = tableDirectory(storage)
    await directory.check()
    const small = organizationOf('small', largeMembers / share, largeItems / share)
    const large = organizationOf('large', largeMembers, largeItems)
    const against = `${(largeMembers / share).toLocaleString('en')} and ${(largeItems / share).toLocaleString('en')}`
    const what = `${largeMembers.toLocaleString('en')} members and ${largeItems.toLocaleString('en')} items`

    const smallMs = await timeOf(() => put(directory, small))
    const largeMs = await timeOf(() => put(directory, large))
    const first = largeMs / smallMs
    if (first > perRowRatioMax) throw new Error(`a row of the large organization costs ${first / share} times as much`)
    const again = (await timeOf(() => put(directory, large))) / largeMs
    const reading = await ratioOf(
      5,
      () => tableDirectory(storage).organization(large.id),
      () => tableDirectory(storage).organization(small.id),
    )
    const note = `bound ${perRowRatioMax}; ${(largeMs / 1_000).toFixed(0)} s on the emulator`
    return [
      { what: `writing ${what}`, against: `writing ${against}`, ratio: first, note },
      { what: `writing them again, unchanged`, against: 'the first time', ratio: again },
      {
        what: `reading ${largeMembers.toLocaleString('en')} members for the first time`,
        against: `reading ${(largeMembers / share).toLocaleString('en')}`,
        ratio: reading.ratio,
        note: `${reading.firstMs.toFixed(0)} ms`,
      },
    ]
  } finally {
    await azurite.stop()
  }
}

type Update = { readonly id: Guid; readonly entry: OrganizationUpdate; readonly items: readonly ItemEntry[] }

const put = (directory: Directory, { id, entry, items }: Update) => directory.putOrganization(id, entry, items)

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** An organization each of whose members is in two collections. */
function organizationOf(name: string, members: number, items: number): Update {
  const collection = (index: number) => guidOfContent(name, 'collection', index % 200)
  const access = (index: number) => ({ id: collection(index), readOnly: false, hidePasswords: false, manage: false })
  return {
    id: guidOfContent(name),
    entry: {
      name,
      enabled: true,
      useEvents: true,
      usePhishingBlocker: false,
      providerId: null,
      members: Array.from({ length: members }, (_, index) => ({
        id: guidOfContent(name, 'member', index),
        userId: guidOfContent(name, 'user', index),
        name: `Person ${index}`,
        email: `person.${index}@example.com`,
        twoFactorEnabled: true,
        status: 2,
        type: 2,
        externalId: null,
        permissions: null,
        accessAll: false,
        groups: [],
        collections: [access(index), access(index + 7)],
        resetPasswordEnrolled: false,
        ssoExternalId: null,
      })),
      groups: [],
      collections: [],
      policies: [],
    },
    items: Array.from({ length: items }, (_, index) => ({
      id: guidOfContent(name, 'item', index),
      collections: [collection(index)],
    })),
  }
}
