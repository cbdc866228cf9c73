// The directory's cache: what it caches and for how long, what it never caches, and how often it reads.
import { beforeEach, describe, expect, test } from 'vitest'
import { cachedDirectory, cacheMs, unknownCacheMs } from '../../../src/adapters/in-process/cached-directory.ts'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import type { Directory, DirectoryReader } from '../../../src/ports/directory.ts'
import { Damaged, Unavailable } from '../../../src/ports/errors.ts'
import { item, member, organization, provider, providerUser } from '../../support/directory.ts'
import { acme, alice, globex, guid } from '../../support/events.ts'
import { directoryConformance } from '../conformance/directory.ts'

const shared = cachedDirectory(memoryDirectory(), () => Date.parse('2026-11-22T06:28:00Z'))
directoryConformance('cached', () => shared)

const agency = guid(1, '9')
const [first, second, third] = [guid(1, 'd'), guid(2, 'd'), guid(3, 'd')]

let clock: number
/** What is behind the cache; written to directly, it is another process' doing. */
let behind: Directory
let cached: Directory
/** What was asked of it. */
let asked: string[]

beforeEach(async () => {
  clock = Date.parse('2026-11-22T06:28:00Z')
  asked = []
  behind = memoryDirectory()
  await behind.putOrganization(acme, organization(acme, { members: [member(alice)] }), [item(first), item(second)])
  await behind.putProvider(agency, provider(agency, { users: [providerUser(alice)] }))
  cached = cachedDirectory(counted(behind), () => clock)
})

/** A directory each of whose reads goes through this. */
function through(directory: Directory, around: <R>(what: string, read: () => Promise<R>) => Promise<R>): Directory {
  return {
    ...directory,
    organization: (id) => around(`organization ${id}`, () => directory.organization(id)),
    provider: (id) => around(`provider ${id}`, () => directory.provider(id)),
    memberships: (id) => around(`memberships ${id}`, () => directory.memberships(id)),
    listedByEmail: (email) => around(`e-mail ${email}`, () => directory.listedByEmail(email)),
    managedBy: (id) => around(`managed by ${id}`, () => directory.managedBy(id)),
    items: (ids) => around(`items ${ids}`, () => directory.items(ids)),
    namedItems: (id) => around(`named items ${id}`, () => directory.namedItems(id)),
  }
}

const counted = (directory: Directory) =>
  through(directory, (what, read) => {
    asked.push(what)
    return read()
  })

/** Each way to ask, of something that is known. */
const questions: readonly (readonly [
  string,
  (directory: DirectoryReader, notOlderThan?: number) => Promise<unknown>,
])[] = [
  ['an organization', ({ organization }, notOlderThan) => organization(acme, notOlderThan)],
  ['a provider', ({ provider }, notOlderThan) => provider(agency, notOlderThan)],
  ['memberships', ({ memberships }, notOlderThan) => memberships(alice, notOlderThan)],
  ['managed organizations', ({ managedBy }, notOlderThan) => managedBy(agency, notOlderThan)],
  ['items', ({ items }, notOlderThan) => items([first, second], notOlderThan)],
  ['named items', ({ namedItems }, notOlderThan) => namedItems(acme, notOlderThan)],
]

describe.each(questions)('%s', (_, ask) => {
  test('is asked for once in 30 seconds', async () => {
    const result = await ask(cached)
    expect(result).toEqual(await ask(behind))
    clock += cacheMs
    expect(await ask(cached)).toEqual(result)
    expect(asked).toHaveLength(1)
    clock += 1
    expect(await ask(cached)).toEqual(result)
    expect(asked).toHaveLength(2)
  })

  test('is read anew for a caller that must not have an older result, and that result is cached', async () => {
    await ask(cached)
    clock += 10
    await ask(cached, clock - 10)
    expect(asked).toHaveLength(1)
    await ask(cached, clock - 9)
    expect(asked).toHaveLength(2)
    await ask(cached, clock)
    await ask(cached)
    expect(asked).toHaveLength(2)
  })

  test('is read again after a failure, which is not cached', async () => {
    let up = false
    const unreliable = cachedDirectory(
      through(behind, (_, read) => (up ? read() : Promise.reject(new Unavailable('directory', undefined)))),
      () => clock,
    )
    await expect(ask(unreliable)).rejects.toBeInstanceOf(Unavailable)
    up = true
    expect(await ask(unreliable)).toEqual(await ask(behind))
  })

  test('is as old as the beginning of its read, not its end', async () => {
    const delay = 5_000
    const slow = cachedDirectory(
      through(counted(behind), (_, read) => {
        clock += delay
        return read()
      }),
      () => clock,
    )
    await ask(slow)
    clock += cacheMs - delay
    await ask(slow)
    expect(asked).toHaveLength(1)
    clock += 1
    await ask(slow)
    expect(asked).toHaveLength(2)
  })
})

describe('what is unknown', () => {
  /** Asks for an organization, a provider and an item that do not exist. */
  const askAll = async (notOlderThan?: number) => [
    await cached.organization(globex, notOlderThan),
    await cached.provider(globex, notOlderThan),
    await cached.items([third], notOlderThan),
  ]

  test('is asked for once in 5 seconds: it may just have come', async () => {
    for (const ms of [0, unknownCacheMs]) {
      clock += ms
      expect(await askAll()).toEqual([undefined, undefined, []])
    }
    expect(asked).toHaveLength(3)
    await behind.putOrganization(globex, organization(globex))
    await behind.putProvider(globex, provider(globex))
    await behind.putItems(globex, [item(third)])
    clock += 1
    expect(await askAll()).toMatchObject([{ id: globex }, { id: globex }, [{ id: third }]])
  })

  test('is read anew for a caller that must not have an older result, and once for one that has read since', async () => {
    await askAll()
    clock += 10
    await askAll(clock - 10)
    expect(asked).toHaveLength(3)
    const since = clock
    await askAll(since)
    clock += unknownCacheMs + 1
    await askAll(since)
    expect(asked).toHaveLength(6)
  })

  test('is known at once when it comes through the cache', async () => {
    await askAll()
    await cached.putOrganization(globex, organization(globex))
    await cached.putProvider(globex, provider(globex))
    await cached.putItems(globex, [item(third)])
    expect(await askAll()).toMatchObject([{ id: globex }, { id: globex }, [{ id: third }]])
  })

  test('is asked for anew after an organization came with its items', async () => {
    await askAll()
    await cached.putOrganization(globex, organization(globex), [item(third)])
    expect(await cached.items([third])).toMatchObject([{ organizationId: globex }])
  })

  test('pushes out nothing that is known, however much of it is asked for', async () => {
    await cached.items([first])
    await cached.items(Array.from({ length: 20_001 }, (_, index) => guid(index, 'e')))
    asked.length = 0
    await cached.items([first])
    expect(asked).toEqual([])
  })

  test('alone is asked for among items that are known', async () => {
    await cached.items([first])
    expect((await cached.items([third, first, second])).map(({ id }) => id).toSorted()).toEqual([first, second])
    expect(asked).toEqual([`items ${first}`, `items ${third},${second}`])
  })

  test('is not asked for when nothing is wanted', async () => {
    expect(await cached.items([])).toEqual([])
    expect(asked).toEqual([])
  })
})

describe('a write', () => {
  const renamed = { name: 'New name' }
  const nameOf = async (read: Promise<{ name?: string } | undefined>) => (await read)?.name
  const itemIn = async (id: Guid) => (await cached.items([id])).at(0)
  /** Reads everything once, so that all of it is cached. */
  const warm = () => Promise.all(questions.map(([, ask]) => ask(cached)))

  test('through the cache is seen at once', async () => {
    await warm()
    await cached.putOrganization(acme, organization(acme, renamed))
    expect(await nameOf(cached.organization(acme))).toBe('New name')
    expect((await cached.memberships(alice)).organizations).toEqual([])

    await cached.putProvider(agency, provider(agency, renamed))
    expect(await nameOf(cached.provider(agency))).toBe('New name')
    expect((await cached.memberships(alice)).providers).toEqual([])

    await cached.putItems(acme, [item(first, { name: 'New name' })])
    expect(await itemIn(first)).toMatchObject({ name: 'New name', deleted: false })
    expect(await cached.namedItems(acme)).toMatchObject([{ name: 'New name', deleted: false }])
    await cached.deleteItem(acme, first)
    expect(await itemIn(first)).toMatchObject({ deleted: true })
    expect(await cached.namedItems(acme)).toMatchObject([{ name: 'New name', deleted: true }])
    await cached.putOrganization(acme, organization(acme), [])
    expect(await itemIn(second)).toMatchObject({ deleted: true })
  })

  test('through the cache drops no result that it does not touch', async () => {
    await warm()
    asked.length = 0
    await cached.putItems(acme, [item(third)])
    await cached.deleteItem(acme, third)
    await warm()
    // The list of an organization's items has each of them.
    expect(asked).toEqual([`named items ${acme}`])
  })

  test('by another process is seen after 30 seconds, or by a caller that asks for no older result', async () => {
    await warm()
    await behind.putOrganization(acme, organization(acme, renamed))
    await behind.putItems(acme, [item(first, { name: 'New name' })])
    clock += cacheMs
    expect(await nameOf(cached.organization(acme))).toBe('Acme')
    expect(await itemIn(first)).not.toHaveProperty('name')
    expect(await nameOf(cached.organization(acme, clock))).toBe('New name')
    clock += 1
    expect(await itemIn(first)).toMatchObject({ name: 'New name' })
  })

  test('that overtakes a read is seen at once: what was read before it is not cached', async () => {
    const result = Promise.withResolvers<void>()
    cached = cachedDirectory(
      through(behind, async (_, read) => {
        const old = await read()
        await result.promise
        return old
      }),
      () => clock,
    )
    const reading = warm()
    await new Promise(setImmediate)
    await cached.putOrganization(acme, organization(acme, renamed))
    await cached.putProvider(agency, provider(agency, renamed))
    await cached.deleteItem(acme, first)
    result.resolve()
    await reading
    expect(await nameOf(cached.organization(acme))).toBe('New name')
    expect(await nameOf(cached.provider(agency))).toBe('New name')
    expect(await cached.memberships(alice)).toEqual({ organizations: [], providers: [] })
    expect(await itemIn(first)).toMatchObject({ deleted: true })
  })

  test('that failed, done or not, is seen after 30 seconds at the latest', async () => {
    const persisting = {
      ...behind,
      putOrganization: async (...write: Parameters<Directory['putOrganization']>) => {
        await behind.putOrganization(...write)
        throw new Unavailable('directory', undefined)
      },
    }
    cached = cachedDirectory(persisting, () => clock)
    await cached.organization(acme)
    await expect(cached.putOrganization(acme, organization(acme, renamed))).rejects.toBeInstanceOf(Unavailable)
    clock += cacheMs + 1
    expect(await nameOf(cached.organization(acme))).toBe('New name')
  })
})

test('caches what a look-up has read before it failed: the next one reads the rest alone', async () => {
  const failing: Directory = {
    ...counted(behind),
    items: async (ids, notOlderThan, each) => {
      each?.(first, (await behind.items([first], notOlderThan))[0])
      each?.(third, undefined)
      throw new Unavailable('directory', ids)
    },
  }
  let outage = true
  cached = cachedDirectory(
    { ...behind, items: (...look) => (outage ? failing : counted(behind)).items(...look) },
    () => clock,
  )
  await expect(cached.items([first, second, third])).rejects.toBeInstanceOf(Unavailable)
  outage = false
  const found = await cached.items([first, second, third])
  expect(found.map(({ id }) => id)).toEqual([first, second])
  expect(asked).toEqual([`items ${second}`])
})

test('caches 20,000 items and no more: the one cached longest goes first', async () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => guid(index, 'e'))
  const [oldest = first] = ids
  await behind.putItems(
    acme,
    ids.map((id) => ({ id, collections: [] })),
  )
  await cached.items(ids)
  asked.length = 0
  await cached.items(ids)
  expect(asked).toEqual([])
  await cached.items([first])
  await cached.items(ids.slice(1))
  expect(asked).toEqual([`items ${first}`])
  await cached.items([oldest])
  expect(asked).toEqual([`items ${first}`, `items ${oldest}`])
})

test('says whether what is behind it can work', async () => {
  const failing = cachedDirectory(
    { ...behind, check: () => Promise.reject(new Unavailable('directory', undefined)) },
    () => clock,
  )
  await expect(failing.check()).rejects.toBeInstanceOf(Unavailable)
})

test.each(questions.slice(0, 2))(
  'that %s is damaged is asked for once in 5 seconds, anew where it must be, and not after it was put',
  async (_, ask) => {
    let isDamaged = true
    const damaged = through(counted(behind), async (_, read) => {
      const entry = await read()
      if (isDamaged) throw new Damaged('directory', new Error('x'))
      return entry
    })
    const cached = cachedDirectory(damaged, () => clock)
    for (const ms of [0, unknownCacheMs]) {
      await expect(ask(cached)).rejects.toBeInstanceOf(Damaged)
      clock += ms
    }
    await expect(ask(cached)).rejects.toBeInstanceOf(Damaged)
    expect(asked).toHaveLength(1)
    await expect(ask(cached, clock)).rejects.toBeInstanceOf(Damaged)
    expect(asked).toHaveLength(2)
    isDamaged = false
    clock += unknownCacheMs + 1
    expect(await ask(cached)).toEqual(await ask(behind))

    isDamaged = true
    clock += cacheMs + 1
    await expect(ask(cached)).rejects.toBeInstanceOf(Damaged)
    isDamaged = false
    await cached.putOrganization(acme, organization(acme, { name: 'Mended' }))
    await cached.putProvider(agency, provider(agency, { name: 'Mended' }))
    expect(await ask(cached)).toMatchObject({ name: 'Mended' })
  },
)
