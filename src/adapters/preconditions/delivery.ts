// What every outbox refuses of the result of a delivery.
import type { Delivery, Lease } from '../../ports/outbox.ts'

/** Throws a TypeError unless everything in a delivery is of the lease's integration and comes once. */
export function checkDelivery({ integrationId }: Lease, { arrived, waiting, failed }: Delivery): void {
  const all = [...arrived, ...[...waiting, ...failed].map(({ notification }) => notification)]
  if (all.some((each) => each.integrationId !== integrationId)) throw new TypeError('not of this integration')
  const ids = new Set(all.map(({ at, id }) => `${at} ${id}`))
  if (ids.size < all.length) throw new TypeError('a notification comes twice in a delivery')
}
