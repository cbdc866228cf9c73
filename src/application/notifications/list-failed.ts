// Lists what failed for good, in pages: each continuation token belongs to one integration.
import { readChecksummed, writeChecksummed } from '../../domain/checksummed-token.ts'
import type { Guid } from '../../domain/guid.ts'
import { type PageRefusal, tokenUnusable } from '../../domain/log/page-start.ts'
import type { Failed, Outbox } from '../../ports/outbox.ts'

type FailedPage = { readonly kind: 'page'; readonly failed: readonly Failed[]; readonly token: string | null }

/** Up to `limit` failed notifications, the last to fail first, from where `continuationToken` says; `token` leads to the next page. */
export async function listFailedOf(
  outbox: Pick<Outbox, 'failedOf'>,
  organizationId: Guid,
  integrationId: Guid,
  { limit, continuationToken }: { readonly limit: number; readonly continuationToken?: string | undefined },
): Promise<FailedPage | PageRefusal> {
  const context = JSON.stringify(['failed', organizationId, integrationId])
  const [cursor] = (continuationToken !== undefined && readChecksummed(continuationToken, context)) || []
  if (continuationToken !== undefined && cursor === undefined) return tokenUnusable

  const page = await outbox.failedOf(organizationId, integrationId, limit, cursor ?? null)
  if (!page) return tokenUnusable
  const token = page.next === null ? null : writeChecksummed([page.next], context)
  return { kind: 'page', failed: page.failed, token }
}
