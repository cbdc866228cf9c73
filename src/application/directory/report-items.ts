// Whether a server may report items: those of other organizations are not its to take.
import { mayReportFor } from '../../domain/directory/authorize.ts'
import type { ItemEntry } from '../../domain/directory/directory.ts'
import type { ServerPrincipal } from '../../domain/directory/principal.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { itemsOf } from './facts.ts'

/**
 * Whether the server may report for the organization of each item that the directory knows: to report an item makes it the
 * organization's own. Looks up nothing for a server that may report for all.
 */
export async function mayReportItems(
  server: ServerPrincipal,
  items: readonly ItemEntry[],
  directory: DirectoryReader,
): Promise<boolean> {
  if (server.organizations === 'all') return true
  const known = await itemsOf(
    directory,
    items.map(({ id }) => id),
  )
  return [...known.values()].every(({ organizationId }) => mayReportFor(server, organizationId))
}
