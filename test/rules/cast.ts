// Who and what the cases of the built-in rules are about: names in the cases, ids in the events, a directory with roles.
import type { Place } from '../../src/domain/alerts/observed/place.ts'
import { directoryContext } from '../../src/domain/alerts/sigma/fields.ts'
import { memberType } from '../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../src/domain/guid.ts'
import { facts, item, member, organization } from '../support/directory.ts'
import { acme } from '../support/events.ts'

/** The kinds of names in a case; each name stands for one id. */
export type NameKind =
  | 'user'
  | 'member'
  | 'item'
  | 'policy'
  | 'object'
  | 'collection'
  | 'group'
  | 'send'
  | 'secret'
  | 'machine'

/** The id that a name stands for. */
export const idOf = (kind: NameKind, name: string): Guid => guidOfContent('case', kind, name)

const members = {
  olga: memberType.owner,
  adam: memberType.admin,
  carl: memberType.custom,
  nina: memberType.user,
  omar: memberType.user,
  ...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`user-${index + 1}`, memberType.user])),
}
const criticalItems = ['root-key', 'bank', 'card', 'domain-registrar', 'signing-key']

/**
 * What the directory says: olga is owner, adam admin, carl has a custom role; nina, omar and user-1 to user-30 are users;
 * all others, such as pat of the provider, do not belong to the organization.
 */
export const context = directoryContext(
  facts({
    organizations: [
      organization(acme, {
        members: Object.entries(members).map(([name, type]) =>
          member(idOf('user', name), { id: idOf('member', name), name, type }),
        ),
      }),
    ],
    items: criticalItems.map((name) => item(idOf('item', name), { critical: true })),
  }),
)

const places: readonly (readonly [prefix: string, place: Pick<Place, 'country' | 'latitude' | 'longitude'>])[] = [
  ['198.51.100.', { country: 'DE', latitude: 52.5, longitude: 13.4 }],
  ['203.0.113.', { country: 'US', latitude: 40.7, longitude: -74 }],
]

/** Where addresses are: those of 198.51.100.0/24 in Berlin, those of 203.0.113.0/24 in New York; of others nothing is known. */
export function placeOf(ipAddress: string): Place | undefined {
  const place = places.find(([prefix]) => ipAddress.startsWith(prefix))?.[1]
  return place && { ...place, networkNumber: null, networkName: null, isHosting: null }
}
