// Names of items, from the output of `bw list items`: of each item its id, name and collections are taken, and nothing else leaves this machine. Pure.
import * as v from 'valibot'
import { Guid } from '../../src/domain/guid.ts'
import type { NamedItem } from '../keytrail/sink.ts'
import { Trouble } from '../trouble.ts'

/** Other properties, passwords among them, do not pass this schema. */
const Item = v.object({
  id: Guid,
  organizationId: v.optional(v.nullable(Guid), null),
  name: v.string(),
  collectionIds: v.optional(v.nullable(v.array(Guid)), []),
})
const Listed = v.pipe(v.string(), v.parseJson(), v.array(Item))

/** The items of each organization; a person's own items are skipped. Throws `Trouble` for anything but such a list, without repeating any of it. */
export function itemNames(text: string, organizationId?: string): ReadonlyMap<string, readonly NamedItem[]> {
  const read = v.safeParse(Listed, text.replace(/^\ufeff/, ''))
  if (!read.success) {
    throw new Trouble(
      'settings',
      'The file is not what `bw list items --organizationid <guid>` writes: a JSON array of items with id and name.',
    )
  }
  const found = new Map<string, NamedItem[]>()
  for (const { id, organizationId: owner, name, collectionIds } of read.output) {
    if (owner === null || (organizationId !== undefined && owner !== organizationId)) continue
    found.set(owner, [...(found.get(owner) ?? []), { id, name, collections: collectionIds ?? [] }])
  }
  return found
}
