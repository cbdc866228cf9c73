// Directory in memory: for tests and for trying things out.
import { type Item, type Organization, type Provider, withKept } from '../../domain/directory/directory.ts'
import { comparableEmail } from '../../domain/directory/emails.ts'
import {
  newOrganization,
  replaceOrganization,
  replaceProvider,
  withMembers,
  withoutMember,
} from '../../domain/directory/names.ts'
import { placeOf } from '../../domain/directory/places.ts'
import type { Guid } from '../../domain/guid.ts'
import type { Directory } from '../../ports/directory.ts'

/** An empty directory. */
export function memoryDirectory(): Directory {
  const organizations = new Map<Guid, Organization>()
  const providers = new Map<Guid, Provider>()
  const items = new Map<Guid, Item>()
  const putItems: Directory['putItems'] = async (organizationId, entries) => {
    for (const entry of entries) {
      const before = items.get(entry.id)
      const kept = before?.organizationId === organizationId ? withKept(entry, before) : entry
      items.set(entry.id, { ...kept, organizationId, deleted: false })
    }
  }
  const deleteItem: Directory['deleteItem'] = async (organizationId, itemId) => {
    const item = items.get(itemId)
    if (item?.organizationId === organizationId) items.set(itemId, { ...item, deleted: true })
  }

  const listing = (lists: (person: { readonly userId: Guid | null; readonly email: string | null }) => boolean) => ({
    organizations: [...organizations.values()].filter(({ members }) => members.some(lists)).map(({ id }) => id),
    providers: [...providers.values()].filter(({ users }) => users.some(lists)).map(({ id }) => id),
  })

  return {
    organization: async (id) => organizations.get(id),
    provider: async (id) => providers.get(id),
    items: async (ids) => ids.flatMap((id) => items.get(id) ?? []),
    namedItems: async (organizationId) =>
      [...items.values()].flatMap(({ id, organizationId: owner, name, deleted }) =>
        owner === organizationId && name !== undefined ? [{ id, name, deleted }] : [],
      ),
    memberships: async (userId) => listing((person) => person.userId === userId),
    listedByEmail: async (email) =>
      listing((person) => person.email !== null && comparableEmail(person.email) === comparableEmail(email)),
    managedBy: async (providerId) =>
      [...organizations.values()].filter((each) => each.providerId === providerId).map(({ id }) => id),
    placesOfOrganizations: async (after, limit) =>
      [...organizations.values()]
        .map(placeOf)
        .sort()
        .filter((place) => after === null || place > after)
        .slice(0, limit),
    addOrganization: async (id, name) => {
      if (organizations.has(id)) return false
      organizations.set(id, newOrganization(id, name))
      return true
    },
    putOrganization: async (id, entry, entries) => {
      organizations.set(id, replaceOrganization(organizations.get(id), id, entry))
      if (!entries) return
      const wanted = new Set(entries.map((item) => item.id))
      for (const item of items.values()) if (!wanted.has(item.id)) await deleteItem(id, item.id)
      await putItems(id, entries)
    },
    putMembers: async (id, members) => {
      const known = organizations.get(id)
      if (known) organizations.set(id, withMembers(known, members))
      return known !== undefined
    },
    deleteMember: async (id, memberId) => {
      const known = organizations.get(id)
      if (known) organizations.set(id, withoutMember(known, memberId))
    },
    putItems,
    deleteItem,
    putProvider: async (id, entry) => {
      providers.set(id, replaceProvider(providers.get(id), id, entry))
    },
    check: async () => {},
  }
}
