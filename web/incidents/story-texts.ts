// Words of an incident's story: places, ways of taking, and what was taken in numbers. Pure.
import type { Translate } from '../locale/i18n.ts'
import type { Place, Taken, TakenItem } from './story.ts'

const ways = ['viewed', 'revealed', 'copied', 'autofilled'] as const

/** What is known of where an address is: its country, its network, and whether that is one of servers. */
export const placeText = (place: Place | null, t: Translate): string =>
  place === null
    ? ''
    : [place.country, place.networkName, place.isHosting ? t('incidents.one.hosting') : null]
        .flatMap((word) => word || [])
        .join(', ')

/** How an item was taken: `copied, viewed`. */
export const waysText = ({ how }: Pick<TakenItem, 'how'>, t: Translate): string =>
  ways
    .filter((way) => how.includes(way))
    .map((way) => t(`incidents.how.${way}`))
    .join(', ')

/** What was taken in numbers; nothing of what there is none. */
export function takenText(taken: Taken, t: Translate): string {
  const { itemCount, criticalCount, secretCount, exports } = taken
  const parts = [
    itemCount > 0 && t('incidents.taken.items', { count: itemCount }),
    criticalCount > 0 && t('incidents.taken.critical', { count: criticalCount }),
    secretCount > 0 && t('incidents.taken.secrets', { count: secretCount }),
    exports.length > 0 && t('incidents.taken.exports', { count: exports.length }),
  ]
  return parts.filter((part) => part !== false).join(', ') || t('incidents.taken.none')
}

/** How many of the items that are listed were changed since they were taken; empty without items. */
export function changedText({ items }: Pick<Taken, 'items'>, t: Translate): string {
  if (items.length === 0) return ''
  const count = items.filter(({ changedAt }) => changedAt !== null).length
  if (count === 0) return t('incidents.taken.noneChanged')
  return count === items.length ? t('incidents.taken.allChanged') : t('incidents.taken.changed', { count })
}
