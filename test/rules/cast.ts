// Who and what the cases of the built-in rules are about: names in the cases, ids in the events, a directory with roles.
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
