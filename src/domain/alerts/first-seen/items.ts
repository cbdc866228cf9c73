// Which items a user has touched, to recognize those of the first time. Bounded, and safe to repeat. Pure but for the maps handed in.
import type { StoredEvent } from '../../events/event.ts'
import type { Guid } from '../../guid.ts'
import { dayOf, isKnownSince, isRetained, retainedDays } from './values.ts'

const hourMs = 3_600_000

/** How long an item stays new for a user after the hour of the first event: the copy that follows a look counts as well. */
export const newItemHours = 12
/** Most items stored of a user; those touched longest ago are dropped first, and are new when they are touched again. */
export const itemsMax = 2_000
/** Longest text of `writeItems`, in UTF-16 units. */
export const itemsCharsMax = 30_000

/** When an item was touched first (hours since 1970), and last (days since 1970). */
type Touched = { readonly firstHour: number; readonly lastDay: number }

/**
 * The items that a user touched, by the first eight digits of their ids as a number: a vault of 2,000 items has two that
 * share them once in 2,000 vaults. `since` is the date of the first learnt event or of an earlier one of the history (Unix
 * ms), `lastDay` the day of the last (since 1970).
 */
export type TouchedItems = { since: number; lastDay: number; readonly items: Map<number, Touched> }

/** The user whose items an event is about; undefined if it is about no item. */
export const userOfItem = ({ actingUserId, cipherId }: StoredEvent): Guid | undefined =>
  cipherId === undefined ? undefined : actingUserId

/**
 * Whether an item is new for a user at a date (Unix ms): not touched over `newItemHours` before, nor in `retainedDays`. Null
 * until the user is known for `learningDays`. The same before and after the event of that date was learnt.
 */
export function isNewItem(known: TouchedItems | undefined, itemId: Guid, at: number): boolean | null {
  if (!known || !isKnownSince(known, at)) return null
  const item = known.items.get(keyOf(itemId))
  return !isRetained(item, at) || hourOf(at) < item.firstHour + newItemHours
}

/** Adds an item touched at a date (Unix ms) to those of its user. True if that changed anything. */
export function learnItem(all: Map<Guid, TouchedItems>, userId: Guid, itemId: Guid, at: number, isPast: boolean) {
  const day = dayOf(at)
  const before = all.get(userId)
  if (before && day + retainedDays <= before.lastDay) return false
  const known = isRetained(before, at) ? before : { since: at, lastDay: day, items: new Map() }
  if (known !== before) all.set(userId, known)

  const isEarlier = isPast && at < known.since
  if (isEarlier) known.since = at
  known.lastDay = Math.max(known.lastDay, day)
  return touch(known.items, keyOf(itemId), at) || isEarlier
}

function touch(items: Map<number, Touched>, key: number, at: number): boolean {
  const item = items.get(key)
  const [hour, day] = [hourOf(at), dayOf(at)]
  if (!isRetained(item, at)) items.set(key, { firstHour: hour, lastDay: day })
  else if (hour < item.firstHour || item.lastDay < day)
    items.set(key, { firstHour: Math.min(item.firstHour, hour), lastDay: Math.max(item.lastDay, day) })
  else return false
  return true
}

const hourOf = (at: number): number => Math.floor(at / hourMs)
const keyOf = (itemId: Guid): number => Number.parseInt(itemId.slice(0, 8), 16)

// An item in bytes: its key, its first hour, its last day.
const itemBytes = 9
const version = 1

/** The items of a user as text of at most `itemsCharsMax`: the newest `itemsMax`. */
export function writeItems(userId: Guid, { since, items }: TouchedItems): string {
  const newest = [...items].sort(byLastDay).slice(0, itemsMax)
  const bytes = Buffer.alloc(newest.length * itemBytes)
  newest.forEach(([key, { firstHour, lastDay }], index) => {
    const at = index * itemBytes
    bytes.writeUInt32LE(key, at)
    bytes.writeUIntLE(firstHour, at + 4, 3)
    bytes.writeUInt16LE(lastDay, at + 7)
  })
  return [version, userId, since, bytes.toString('base64')].join(' ')
}

/** By the last day, newest first; of one day, by key. */
const byLastDay = ([oneKey, one]: readonly [number, Touched], [otherKey, other]: readonly [number, Touched]) =>
  other.lastDay - one.lastDay || oneKey - otherKey

/** Reads what `writeItems` wrote of this user; undefined for any other text: the user is then unknown. */
export function readItems(userId: Guid, text: string): TouchedItems | undefined {
  const [written, user, sinceText = '', encoded = ''] = text.split(' ')
  const since = Number(sinceText)
  const bytes = Buffer.from(encoded, 'base64')
  const isRead = written === String(version) && user === userId && Number.isSafeInteger(since)
  if (!isRead || bytes.length === 0 || bytes.length % itemBytes !== 0) return undefined
  const items = new Map<number, Touched>()
  for (let at = 0; at < bytes.length; at += itemBytes) {
    items.set(bytes.readUInt32LE(at), { firstHour: bytes.readUIntLE(at + 4, 3), lastDay: bytes.readUInt16LE(at + 7) })
  }
  const lastDay = Math.max(...[...items.values()].map((item) => item.lastDay))
  return { since, lastDay, items }
}
