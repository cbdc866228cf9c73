// The order of organizations in a list: by name, ignoring case, then by id. Pure.
import * as v from 'valibot'
import { Guid } from '../guid.ts'

/** UTF-16 units of a name that the order looks at; four digits each, a place then fits into a key of a table. */
const orderedUnits = 100

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const form = new RegExp(`^(?:[0-9a-f]{4}){0,${orderedUnits}}-(${guid})$`)

/** Where an organization stands in the order of all: a text that sorts by its characters' codes, and ends with the id. */
export const Place = v.pipe(v.string(), v.regex(form), v.brand('Place'))
export type Place = v.InferOutput<typeof Place>

/** The place of an organization of this name. */
export function placeOf({ id, name }: { readonly id: Guid; readonly name: string }): Place {
  const units = Array.from({ length: Math.min(name.length, orderedUnits) }, (_, index) => unitAt(name, index))
  return v.parse(Place, `${units.join('')}-${id}`)
}

const unitAt = (name: string, index: number) => name.toLowerCase().charCodeAt(index).toString(16).padStart(4, '0')

/** The organization that a place is of. */
export const organizationAt = (place: Place): Guid => v.parse(Guid, place.slice(-36))
