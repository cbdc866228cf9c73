// What a text that a person pastes names: an address, or the id of a person or a thing.
import { type Api, ApiProblem } from '../api/client.ts'
import type { Subject } from '../app/router.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const address = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]+(%.+)?)$/i

/** Where each kind of thing with an id is asked for, in the order of who has the better claim. */
const places = [
  ['person', 'people'],
  ['item', 'items'],
  ['secret', 'secrets'],
  ['machine', 'machine-accounts'],
] as const

/** Finds what an id or an address names; null for any other text, and for an id that nobody knows. Throws ApiProblem. */
export async function subjectNamed(api: Api, organizationId: string, text: string): Promise<Subject | null> {
  const wanted = text.trim().toLowerCase()
  if (address.test(wanted)) return { kind: 'address', id: wanted }
  if (!guid.test(wanted)) return null
  const known = await Promise.all(
    places.map(async ([kind, place]) => {
      const isThere = await exists(api, `/organizations/${organizationId}/${place}/${wanted}`)
      return isThere ? [{ kind, id: wanted }] : []
    }),
  )
  return known.flat()[0] ?? null
}

async function exists(api: Api, path: string): Promise<boolean> {
  try {
    return await api.get(path, () => true)
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return false
    throw error
  }
}
