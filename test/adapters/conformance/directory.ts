// What every directory must do, in any storage. Each adapter's test runs this suite.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { memberStatus, OrganizationEntry, ProviderEntry } from '../../../src/domain/directory/directory.ts'
import { organizationAt, type Place, placeOf } from '../../../src/domain/directory/places.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { type Directory, itemsPerLookUpMax } from '../../../src/ports/directory.ts'
import { member, providerUser } from '../../support/directory.ts'
import { guid } from '../../support/events.ts'

let ids = 0x1000
/** An id that no other test uses; a later one sorts after it. */
const newId = (): Guid => guid(++ids, 'c')
const newItem = () => ({ id: newId(), collections: [] })

const organizationEntry = (entry: Partial<v.InferInput<typeof OrganizationEntry>> = {}) =>
  v.parse(OrganizationEntry, { name: 'Acme', ...entry })
const providerEntry = (entry: Partial<v.InferInput<typeof ProviderEntry>> = {}) =>
  v.parse(ProviderEntry, { name: 'Agency', ...entry })

/** The promises of the port `Directory`. */
export function directoryConformance(name: string, directory: () => Directory): void {
  const itemsOf = async (...wanted: Guid[]) =>
    (await directory().items(wanted)).toSorted((a, b) => (a.id < b.id ? -1 : 1))

  describe(`${name}: organizations and providers`, () => {
    test('are unknown until they are reported', async () => {
      expect(await directory().organization(newId())).toBeUndefined()
      expect(await directory().provider(newId())).toBeUndefined()
    })

    test('come back whole', async () => {
      const [organizationId, providerId, userId, collection, team] = [newId(), newId(), newId(), newId(), newId()]
      const entry = organizationEntry({
        name: 'Übung & “Söhne” 😀',
        enabled: false,
        useEvents: false,
        usePhishingBlocker: true,
        providerId,
        members: [
          member(userId, {
            name: "O'Hara",
            email: null,
            permissions: { accessEventLogs: true, deep: { list: [1, null, 'x'] } },
            collections: [{ id: collection, manage: true }],
            groups: [team],
          }),
          { id: newId(), status: memberStatus.invited, type: 2, email: 'new@acme.example' },
        ],
        groups: [{ id: team, name: 'Team', collections: null }],
        collections: [{ id: collection, externalId: 'x' }],
        policies: [{ id: newId(), type: 3, enabled: true, data: { minutes: 5 } }],
      })
      await directory().putOrganization(organizationId, entry)
      expect(await directory().organization(organizationId)).toMatchObject({ id: organizationId, ...entry })

      const agency = providerEntry({ users: [providerUser(userId, { name: 'Pat' })] })
      await directory().putProvider(providerId, agency)
      expect(await directory().provider(providerId)).toMatchObject({ id: providerId, ...agency })
    })

    test('are replaced, not added to', async () => {
      const [organizationId, providerId] = [newId(), newId()]
      const [plain, disabled] = [organizationEntry(), providerEntry({ enabled: false })]
      await directory().putOrganization(organizationId, organizationEntry({ members: [member(newId())], providerId }))
      await directory().putOrganization(organizationId, plain)
      expect(await directory().organization(organizationId)).toMatchObject({ id: organizationId, ...plain })

      await directory().putProvider(providerId, providerEntry({ users: [providerUser(newId())] }))
      await directory().putProvider(providerId, disabled)
      expect(await directory().provider(providerId)).toMatchObject({ id: providerId, ...disabled })
    })

    test('are distinct even with the same id', async () => {
      const id = newId()
      await directory().putProvider(id, providerEntry())
      expect(await directory().organization(id)).toBeUndefined()
    })
  })

  describe(`${name}: the list of organizations`, () => {
    /** Every place, read in pages of two. */
    const placesNow = async () => {
      const found: Place[] = []
      for (;;) {
        const page = await directory().placesOfOrganizations(found.at(-1) ?? null, 2)
        found.push(...page)
        if (page.length < 2) return found
      }
    }

    test('has each by name, ignoring case, then by id, a page at a time and each once', async () => {
      const named = ['Äcme', 'acme b', 'ACME A', 'acme', 'acme', 'zoo'].map((each) => ({ id: newId(), name: each }))
      for (const { id, name: own } of named) await directory().putOrganization(id, organizationEntry({ name: own }))
      const wanted = named.map(placeOf)
      const [umlaut, b, a, first, second, zoo] = wanted
      const found = (await placesNow()).filter((place) => wanted.includes(place))
      expect(found).toEqual([first, second, a, b, zoo, umlaut])
    })

    test('has one under its new name after a change', async () => {
      const id = newId()
      await directory().putOrganization(id, organizationEntry({ name: 'Before' }))
      await directory().putOrganization(id, organizationEntry({ name: 'After' }))
      expect(await placesNow()).toContain(placeOf({ id, name: 'After' }))
    })

    test('orders names of any length', async () => {
      const [long, longer] = [newId(), newId()]
      await directory().putOrganization(longer, organizationEntry({ name: `${'x'.repeat(1_000)}` }))
      await directory().putOrganization(long, organizationEntry({ name: 'x'.repeat(99) }))
      const found = (await placesNow()).map(organizationAt)
      expect(found.indexOf(long)).toBeGreaterThanOrEqual(0)
      expect(found.indexOf(longer)).toBeGreaterThan(found.indexOf(long))
    })
  })

  describe(`${name}: an organization that is added`, () => {
    test('has its name and nobody in it, is enabled and has an event log', async () => {
      const id = newId()
      expect(await directory().addOrganization(id, 'New')).toBe(true)
      expect(await directory().organization(id)).toMatchObject({ id, ...organizationEntry({ name: 'New' }) })
    })

    test('replaces none, also when several are added at once', async () => {
      const [known, id] = [newId(), newId()]
      const entry = organizationEntry({ name: 'Known', members: [member(newId())] })
      await directory().putOrganization(known, entry)
      expect(await directory().addOrganization(known, 'Other')).toBe(false)
      expect(await directory().organization(known)).toMatchObject(entry)

      const added = await Promise.all(['one', 'two', 'three'].map((each) => directory().addOrganization(id, each)))
      expect(added.filter(Boolean)).toHaveLength(1)
      const [winner] = ['one', 'two', 'three'].filter((_, index) => added[index])
      expect((await directory().organization(id))?.name).toBe(winner)
    })
  })

  describe(`${name}: members in parts`, () => {
    const names = async (id: Guid) => (await directory().organization(id))?.members.map((each) => each.name)
    const people = (...named: (readonly [Guid, string | null])[]) =>
      organizationEntry({ members: named.map(([id, name]) => member(newId(), { id, name })) }).members

    test('are added, or replaced where they stand, the last word counting; the rest stays', async () => {
      const [organizationId, ann, ben, cay] = [newId(), newId(), newId(), newId()]
      const groups = [{ id: newId(), name: 'Team' }]
      await directory().putOrganization(organizationId, organizationEntry({ members: people([ann, 'Ann']), groups }))
      expect(await directory().putMembers(organizationId, people([ben, 'Ben'], [cay, 'Cay'], [ben, 'Benedict']))).toBe(
        true,
      )
      expect(await names(organizationId)).toEqual(['Ann', 'Benedict', 'Cay'])
      await directory().putMembers(organizationId, people([ann, 'Anna']))
      expect(await names(organizationId)).toEqual(['Anna', 'Benedict', 'Cay'])
      expect((await directory().organization(organizationId))?.groups).toMatchObject(groups)
    })

    test('are listed where they are', async () => {
      const [organizationId, userId] = [newId(), newId()]
      await directory().putOrganization(organizationId, organizationEntry())
      await directory().putMembers(organizationId, organizationEntry({ members: [member(userId)] }).members)
      expect((await directory().memberships(userId)).organizations).toEqual([organizationId])
    })

    test('go one by one, and their names stay known', async () => {
      const [organizationId, ann, ben] = [newId(), newId(), newId()]
      await directory().putOrganization(
        organizationId,
        organizationEntry({ members: people([ann, 'Ann'], [ben, 'Ben']) }),
      )
      for (const gone of [ann, ann, newId()]) await directory().deleteMember(organizationId, gone)
      expect(await names(organizationId)).toEqual(['Ben'])
      expect((await directory().organization(organizationId))?.former.members).toMatchObject([{ id: ann, name: 'Ann' }])
      await directory().putMembers(organizationId, people([ann, null]))
      expect(await names(organizationId)).toEqual(['Ben', null])
      expect((await directory().organization(organizationId))?.former.members).toMatchObject([{ id: ann, name: 'Ann' }])
    })

    test('of an organization that is unknown are refused, and leave it unknown', async () => {
      const unknown = newId()
      expect(await directory().putMembers(unknown, people([newId(), 'Ann']))).toBe(false)
      await directory().deleteMember(unknown, newId())
      expect(await directory().organization(unknown)).toBeUndefined()
    })

    test('stay when the organization is replaced with null for them, and go when it is replaced with none', async () => {
      const organizationId = newId()
      await directory().putOrganization(organizationId, organizationEntry({ members: people([newId(), 'Ann']) }))
      await directory().putOrganization(organizationId, { ...organizationEntry({ name: 'Acme Ltd' }), members: null })
      expect(await names(organizationId)).toEqual(['Ann'])
      expect((await directory().organization(organizationId))?.name).toBe('Acme Ltd')
      await directory().putOrganization(organizationId, organizationEntry())
      expect(await names(organizationId)).toEqual([])
    })
  })

  describe(`${name}: items`, () => {
    test('come back whole, and only those that are known', async () => {
      const organizationId = newId()
      const plain = newItem()
      const full = { id: newId(), collections: [newId(), newId()], name: 'Root key 😀', critical: true }
      await directory().putItems(organizationId, [plain, full])
      expect(await itemsOf(full.id, newId(), plain.id)).toEqual([
        { ...plain, organizationId, deleted: false },
        { ...full, organizationId, deleted: false },
      ])
      expect(await itemsOf()).toEqual([])
    })

    test('are found as many as one look-up may ask for', async () => {
      const wanted = Array.from({ length: itemsPerLookUpMax }, newItem).map(({ id }) => id)
      await directory().putItems(
        newId(),
        wanted.map((id) => ({ id, collections: [] })),
      )
      expect((await itemsOf(...wanted)).map(({ id }) => id)).toEqual(wanted)
    })

    test('are added and replaced one by one, the last word counting', async () => {
      const organizationId = newId()
      const [first, second] = [newId(), newId()]
      await directory().putItems(organizationId, [{ id: first, collections: [newId()], name: 'First', critical: true }])
      await directory().putItems(organizationId, [
        { id: second, collections: [], name: 'Second' },
        { id: first, collections: [], name: 'First again', critical: false },
        { id: second, collections: [], name: 'Second again' },
      ])
      expect(await itemsOf(first, second)).toEqual([
        { id: first, organizationId, collections: [], name: 'First again', critical: false, deleted: false },
        { id: second, organizationId, collections: [], name: 'Second again', deleted: false },
      ])
    })

    test('keep the name and the mark that their organization gave them when it sends them without, but no other organization’s', async () => {
      const [organizationId, other, entry] = [newId(), newId(), { id: newId(), collections: [newId()] }]
      await directory().putItems(organizationId, [{ id: entry.id, collections: [], name: 'Payroll', critical: true }])
      await directory().putItems(organizationId, [entry])
      const kept = { ...entry, name: 'Payroll', critical: true, deleted: false }
      expect(await itemsOf(entry.id)).toEqual([{ ...kept, organizationId }])
      await directory().putOrganization(organizationId, organizationEntry(), [entry])
      expect(await itemsOf(entry.id)).toEqual([{ ...kept, organizationId }])
      await directory().putItems(other, [entry])
      expect(await itemsOf(entry.id)).toEqual([{ ...entry, organizationId: other, deleted: false }])
    })

    test('are listed with their names, those without and those of others not, deleted ones as such', async () => {
      const [organizationId, other] = [newId(), newId()]
      const [root, gone, taken, nameless] = [newId(), newId(), newId(), newId()]
      const named = (id: Guid, itemName?: string) => ({ id, collections: [], ...(itemName && { name: itemName }) })
      await directory().putItems(organizationId, [named(root, 'Root'), named(gone, 'Gone'), named(taken, 'Taken')])
      await directory().putItems(organizationId, [named(nameless)])
      await directory().putItems(other, [named(taken, 'Taken')])
      await directory().deleteItem(organizationId, gone)
      const listed = async (id: Guid) =>
        (await directory().namedItems(id)).toSorted((a, b) => a.name.localeCompare(b.name))
      expect(await listed(organizationId)).toEqual([
        { id: gone, name: 'Gone', deleted: true },
        { id: root, name: 'Root', deleted: false },
      ])
      expect(await listed(other)).toEqual([{ id: taken, name: 'Taken', deleted: false }])
      expect(await listed(newId())).toEqual([])
      await directory().putItems(organizationId, [named(root, 'Cloud root')])
      expect((await listed(organizationId)).map(({ name: itemName }) => itemName)).toEqual(['Cloud root', 'Gone'])
    })

    test('stay known when they are deleted, until they are reported again', async () => {
      const organizationId = newId()
      const entry = { ...newItem(), name: 'Root key' }
      await directory().putItems(organizationId, [entry])
      await directory().deleteItem(organizationId, entry.id)
      await directory().deleteItem(organizationId, entry.id)
      expect(await itemsOf(entry.id)).toEqual([{ ...entry, organizationId, deleted: true }])
      await directory().putItems(organizationId, [entry])
      expect(await itemsOf(entry.id)).toEqual([{ ...entry, organizationId, deleted: false }])
    })

    test('are deleted by their own organization alone, and an unknown one by none', async () => {
      const [organizationId, unknown] = [newId(), newId()]
      const entry = newItem()
      await directory().putItems(organizationId, [entry])
      await directory().deleteItem(newId(), entry.id)
      await directory().deleteItem(organizationId, unknown)
      expect(await itemsOf(entry.id, unknown)).toEqual([{ ...entry, organizationId, deleted: false }])
    })

    test('stay as they are when an organization is replaced without them', async () => {
      const organizationId = newId()
      const entry = newItem()
      await directory().putOrganization(organizationId, organizationEntry(), [entry])
      await directory().putOrganization(organizationId, organizationEntry())
      expect(await itemsOf(entry.id)).toEqual([{ ...entry, organizationId, deleted: false }])
    })

    test('are deleted when an organization is replaced with others, and with none', async () => {
      const [organizationId, other] = [newId(), newId()]
      const [gone, staying, added, others] = [newItem(), newItem(), newItem(), newItem()]
      const deleted = async () => (await itemsOf(gone.id, staying.id, added.id, others.id)).map((item) => item.deleted)
      await directory().putOrganization(other, organizationEntry(), [others])
      await directory().putOrganization(organizationId, organizationEntry(), [gone, staying])
      await directory().putOrganization(organizationId, organizationEntry(), [{ ...staying, name: 'Stays' }, added])
      expect(await deleted()).toEqual([true, false, false, false])
      expect(await itemsOf(staying.id)).toMatchObject([{ name: 'Stays' }])
      await directory().putOrganization(organizationId, organizationEntry(), [])
      expect(await deleted()).toEqual([true, true, true, false])
    })

    test('belong to the last organization that reports them', async () => {
      const [before, after] = [newId(), newId()]
      const entry = newItem()
      await directory().putOrganization(before, organizationEntry(), [entry])
      await directory().putItems(after, [entry])
      await directory().putOrganization(before, organizationEntry(), [])
      expect(await itemsOf(entry.id)).toEqual([{ ...entry, organizationId: after, deleted: false }])
    })

    test('may be many', async () => {
      const organizationId = newId()
      const entries = Array.from({ length: 250 }, newItem)
      await directory().putOrganization(organizationId, organizationEntry(), entries)
      await directory().putOrganization(organizationId, organizationEntry(), entries.slice(200))
      const deleted = (await itemsOf(...entries.map(({ id }) => id))).filter((item) => item.deleted)
      expect(deleted.map(({ id }) => id)).toEqual(entries.slice(0, 200).map(({ id }) => id))
    })
  })

  describe(`${name}: organizations of a provider`, () => {
    test('are none for an unknown one', async () => {
      expect(await directory().managedBy(newId())).toEqual([])
    })

    test('are those that name it, and perhaps some that did', async () => {
      const [first, second, other, providerId] = [newId(), newId(), newId(), newId()]
      await directory().putProvider(providerId, providerEntry())
      for (const id of [first, second]) await directory().putOrganization(id, organizationEntry({ providerId }))
      await directory().putOrganization(other, organizationEntry({ providerId: newId() }))
      expect((await directory().managedBy(providerId)).toSorted()).toEqual([first, second])

      await directory().putOrganization(first, organizationEntry())
      expect(await directory().managedBy(providerId)).toContain(second)
    })
  })

  describe(`${name}: memberships`, () => {
    test('are none for a person whom no entry lists', async () => {
      expect(await directory().memberships(newId())).toEqual({ organizations: [], providers: [] })
    })

    test('name every organization and provider of a person, in any status', async () => {
      const [userId, other] = [newId(), newId()]
      const [confirmed, revoked, others, agency] = [newId(), newId(), newId(), newId()]
      const members = [member(other), member(userId)]
      const former = [member(userId, { status: memberStatus.revoked })]
      await directory().putOrganization(confirmed, organizationEntry({ members }))
      await directory().putOrganization(revoked, organizationEntry({ members: former }))
      await directory().putOrganization(others, organizationEntry({ members: [member(other)] }))
      await directory().putProvider(agency, providerEntry({ users: [providerUser(userId)] }))
      const { organizations, providers } = await directory().memberships(userId)
      expect(organizations.toSorted()).toEqual([confirmed, revoked])
      expect(providers).toEqual([agency])
    })

    test('name an organization or provider as soon as it lists the person, and as long as it does', async () => {
      const [userId, organizationId, providerId] = [newId(), newId(), newId()]
      await directory().putOrganization(organizationId, organizationEntry())
      await directory().putProvider(providerId, providerEntry())
      expect(await directory().memberships(userId)).toEqual({ organizations: [], providers: [] })
      for (const name of ['Acme', 'Acme again']) {
        const members = [{ id: newId(), status: memberStatus.invited, type: 2 } as const, member(userId)]
        await directory().putOrganization(organizationId, organizationEntry({ name, members }))
        await directory().putProvider(providerId, providerEntry({ name, users: [providerUser(userId)] }))
        const both = { organizations: [organizationId], providers: [providerId] }
        expect(await directory().memberships(userId)).toEqual(both)
      }
    })
  })

  describe(`${name}: people by e-mail`, () => {
    const address = () => `${newId()}@Acme.Test`
    const listed = async (email: string) => (await directory().listedByEmail(email)).organizations

    test('are none for an e-mail that no entry has', async () => {
      expect(await directory().listedByEmail(address())).toEqual({ organizations: [], providers: [] })
    })

    test('are found in every organization and provider that has the e-mail, in any letter case of A to Z', async () => {
      const [email, organizationId, other, providerId] = [address(), newId(), newId(), newId()]
      const members = [member(newId(), { email: email.toLowerCase() })]
      await directory().putOrganization(organizationId, organizationEntry({ members }))
      await directory().putOrganization(other, organizationEntry({ members: [member(newId(), { email: address() })] }))
      await directory().putProvider(providerId, providerEntry({ users: [providerUser(newId(), { email })] }))
      for (const each of [email, email.toUpperCase(), email.toLowerCase()]) {
        expect(await directory().listedByEmail(each)).toEqual({
          organizations: [organizationId],
          providers: [providerId],
        })
      }
    })

    test('are not found by a look-alike', async () => {
      const [id, organizationId] = [newId(), newId()]
      const members = [member(newId(), { email: `k${id}@acme.test` })]
      await directory().putOrganization(organizationId, organizationEntry({ members }))
      for (const alike of ['\u212a', '\u043a', 'k\u0301', '\uff4b'])
        expect(await listed(`${alike}${id}@acme.test`)).toEqual([])
    })

    test('are found by an e-mail as soon as it is theirs, added, changed or by another request', async () => {
      const [organizationId, userId, email, changed, added] = [newId(), newId(), address(), address(), address()]
      const withEmail = (text: string) => organizationEntry({ members: [member(userId, { email: text })] })
      await directory().putOrganization(organizationId, withEmail(email))
      await directory().putOrganization(organizationId, withEmail(changed))
      expect(await listed(changed)).toEqual([organizationId])
      const more = organizationEntry({ members: [member(newId(), { id: newId(), email: added })] }).members
      await directory().putMembers(organizationId, more)
      expect(await listed(added)).toEqual([organizationId])
      await directory().putOrganization(organizationId, withEmail(email))
      expect(await listed(email)).toEqual([organizationId])
    })
  })

  test(`${name}: check resolves`, async () => {
    await expect(directory().check()).resolves.toBeUndefined()
  })
}
