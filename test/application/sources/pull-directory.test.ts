// The directory that a source fills: names of people who left stay, a list that is no list changes nothing, an unchanged one writes nothing.
import { describe, expect, test } from 'vitest'
import { namesFrom } from '../../../src/domain/directory/names.ts'
import { sourceView } from '../../../src/domain/sources/view.ts'
import { acme, guid } from '../../support/events.ts'
import { viewedAt } from '../../support/sources/arrivals.ts'
import { type PulledWorld, pulledWorld } from '../../support/sources/pulls.ts'
import { sourceOf } from '../../support/sources/sources.ts'
import { publicMember } from '../../support/sources/vault.ts'

const startMs = Date.UTC(2026, 10, 20, 12)
const quarterMs = 15 * 60_000
const newWorld = () => pulledWorld({ kind: 'position', startMs, arrivals: [] })
const organizationOf = async ({ directory }: PulledWorld) => {
  const organization = await directory.organization(acme)
  if (!organization) throw new Error('Acme is not in the directory')
  return organization
}

async function pullLater(world: PulledWorld, ms = quarterMs): Promise<void> {
  world.clock.now += ms
  await world.pull()
}

describe('a pull of the directory', () => {
  test('brings members with their groups, groups, collections and policies', async () => {
    const world = await newWorld()
    await world.pull()
    const { members, groups, collections, policies } = await organizationOf(world)
    expect(members.map(({ name, groups: of }) => [name, of])).toEqual([
      ['Member 1', [guid(1, 'e')]],
      ['Member 2', []],
    ])
    expect([groups.length, collections.length, policies.length]).toEqual([1, 1, 1])
    const view = sourceView(
      sourceOf(),
      (await world.sources.progressOf({ organizationId: acme, sourceId: guid(1, '5') })).progress,
      startMs,
    )
    expect(view.directory).toMatchObject({ members: 2, groups: 1, collections: 1, policies: 1 })
  })

  test('keeps the organization’s name and the names that the API does not have', async () => {
    const world = await newWorld()
    const collections = [{ id: guid(1, 'f'), name: 'Payroll', externalId: null, groups: [] }]
    const entry = { name: 'Acme Corp', enabled: true, useEvents: true, usePhishingBlocker: true, providerId: null }
    await world.directory.putOrganization(acme, { ...entry, members: [], groups: [], collections, policies: [] })
    await world.pull()
    expect(await organizationOf(world)).toMatchObject({ name: 'Acme Corp', usePhishingBlocker: true })
    expect((await organizationOf(world)).collections[0]?.name).toBe('Payroll')
  })

  test('keeps the names of people who left', async () => {
    const world = await newWorld()
    await world.pull()
    world.organization.members = [publicMember(1)]
    await pullLater(world)
    const organization = await organizationOf(world)
    expect(organization.members).toHaveLength(1)
    const names = namesFrom({ organizations: new Map([[acme, organization]]), providers: new Map() })
    expect(names.person(guid(2, 'b')).name).toBe('Member 2')
  })

  test.each<[string, (text: string) => string]>([
    ['is empty', () => '{"object":"list","data":[]}'],
    ['is none', () => '{"object":"error"}'],
    ['has an entry without an id', () => '{"data":[{"email":"x@acme.test"}]}'],
  ])('whose list of members %s changes nothing, and says so', async (_, body) => {
    const world = await newWorld()
    await world.pull()
    const before = await organizationOf(world)
    world.conditions.faultOf = ({ path }) => (path.endsWith('/members') ? { kind: 'rewrite', body } : undefined)
    await pullLater(world)
    expect(await organizationOf(world)).toEqual(before)
    expect((await world.progress())?.lastError?.reason).toBe('members-missing')
    expect((await world.progress())?.failing).toBeNull()
  })

  test('with a member that cannot be read keeps that member as it was', async () => {
    const world = await newWorld()
    await world.pull()
    const before = await organizationOf(world)
    world.organization.members = [publicMember(1, { type: 77 }), publicMember(2, { name: 'Zoe' })]
    await pullLater(world)
    const { members } = await organizationOf(world)
    expect(members[0]).toEqual(before.members[0])
    expect(members[1]?.name).toBe('Zoe')
  })

  test('writes nothing while nothing changes, in any order of the lists', async () => {
    const world = await newWorld()
    await world.pull()
    const puts: unknown[] = []
    const directory = { ...world.directory, putOrganization: async (id: unknown) => void puts.push(id) }
    world.organization.members = world.organization.members.toReversed()
    for (let quarter = 0; quarter < 8; quarter += 1) {
      world.clock.now += quarterMs
      await world.pull({ directory })
    }
    expect(puts).toEqual([])
  })

  test('asks for members every 15 minutes, and for the rest every hour, or when an event was about it', async () => {
    const world = await newWorld()
    const asked: string[] = []
    world.conditions.faultOf = ({ path }) => {
      asked.push(path)
      return undefined
    }
    await world.pull()
    asked.length = 0
    const listsOf = () => asked.splice(0).flatMap((path) => /\/public\/((?!events).+)$/.exec(path)?.[1] ?? [])
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute += 1) await pullLater(world, 60_000)
    }
    await minutes(59)
    expect(listsOf()).toEqual(['members', 'members', 'members'])
    await minutes(1)
    expect(listsOf()).toEqual(['members', 'groups', 'collections', 'policies'])
    const memberIds = `groups/${guid(1, 'e')}/member-ids`
    for (const [type, lists] of [
      [1301, ['collections']],
      [1700, ['policies']],
      [1401, ['groups', memberIds]],
    ] as const) {
      world.organization.events.append([viewedAt(world.clock.now, 0, { type })])
      await minutes(15)
      expect(listsOf()).toEqual(['members', ...lists])
    }
  })

  test('asks for the members of many groups over several runs, and for each once', async () => {
    const world = await newWorld()
    const groupIds = Array.from({ length: 120 }, (_, index) => guid(index + 1, 'e'))
    world.organization.groups = groupIds.map((id) => ({ id, name: id, externalId: null, collections: [] }))
    world.organization.members = [publicMember(1, { groups: groupIds })]
    const asked: string[] = []
    world.conditions.faultOf = ({ path }) => {
      if (path.endsWith('/member-ids')) asked.push(path)
      return undefined
    }
    await world.pull()
    expect(asked).toHaveLength(50)
    for (let quarter = 0; quarter < 4; quarter += 1) await pullLater(world)
    expect(new Set(asked).size).toBe(120)
    expect(asked).toHaveLength(120)
    expect((await organizationOf(world)).members[0]?.groups).toEqual(groupIds)
  })

  test('of a plan without groups goes on without them', async () => {
    const world = await newWorld()
    world.conditions.faultOf = ({ path }) => (path.endsWith('/groups') ? { kind: 'status', status: 404 } : undefined)
    await world.pull()
    expect((await organizationOf(world)).members).toHaveLength(2)
    expect((await world.progress())?.failing).toBeNull()
  })
})
