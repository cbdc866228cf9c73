// The events of a simulated organization: each appears at its time and is listed by its own date, newest first, a page at a time.
import { type Instant, parseInstant } from '../../src/domain/instant.ts'

/** An event as `GET /public/events` shows it. It has no id; `date` is UTC, of at most seven fraction digits. */
export type PublicEvent = {
  readonly object: 'event'
  readonly type: number
  readonly itemId: string | null
  readonly collectionId: string | null
  readonly groupId: string | null
  readonly policyId: string | null
  readonly memberId: string | null
  readonly actingUserId: string | null
  readonly installationId: string | null
  readonly date: string
  readonly device: number | null
  readonly ipAddress: string | null
  readonly secretId: string | null
  readonly projectId: string | null
  readonly serviceAccountId: string | null
}

/** An event, and when it reaches the server (milliseconds since 1970): clients report late, and some clocks run ahead. */
export type Arrival = { readonly appearsAt: number; readonly event: PublicEvent }

/**
 * What a continuation token stands for. `position`: the last event itself, as in the cloud, whose tables order by whole
 * milliseconds. `date`: the last event's date as .NET's `DateTime.ToBinary` writes it, in UTC; the next page begins
 * before it, so that events of equal date are skipped at the end of a page (self-hosted, SQL). `plain-date`: the same without the mark of
 * UTC. `offset`: how many events came before, so that a late arrival shifts the next page.
 */
export type TokenKind = 'position' | 'date' | 'plain-date' | 'offset'

type Page = { readonly events: readonly PublicEvent[]; readonly token: string | null }

type PageRequest = {
  /** Inclusive. */
  readonly start: Instant
  /** Inclusive. */
  readonly end: Instant
  /** Of an earlier page; a text that is no token counts as none. */
  readonly token: string | null
}

type Entry = { readonly key: string; readonly date: Instant; readonly event: PublicEvent }

/** How many events a page has. */
export const eventsPerPage = 50

/** The events of one organization on a server of this kind. `random` gives from 0, inclusive, to 1, exclusive. */
export function eventLog(kind: TokenKind, random: () => number) {
  /** By key, lowest first. */
  const visible: Entry[] = []
  /** By the time of appearance, latest first. */
  let pending: Arrival[] = []
  let serial = 0

  const dateIn = (date: Instant) => (kind === 'position' ? date.slice(0, 23) : date)

  const take = ({ event }: Arrival) => {
    serial += 1
    const date = parseInstant(event.date)
    if (date === undefined) throw new Error(`${event.date} is no date`)
    // Equal dates have an order, though none that means anything.
    const id =
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0') + serial.toString(16).padStart(8, '0')
    const entry = { key: `${dateIn(date)}/${id}`, date, event }
    visible.splice(firstFrom(visible, entry.key), 0, entry)
  }

  const appear = (now: number) => {
    for (let next = pending.at(-1); next !== undefined && next.appearsAt <= now; next = pending.at(-1)) {
      pending.pop()
      take(next)
    }
  }

  return {
    /** Takes what is to appear, in any order. Throws for a date that is none. */
    append(arrivals: readonly Arrival[]): void {
      pending = [...pending, ...arrivals].sort((one, another) => another.appearsAt - one.appearsAt)
    },

    /** Every event that has appeared by `now`, oldest first. */
    all(now: number): readonly PublicEvent[] {
      appear(now)
      return visible.map(({ event }) => event)
    },

    /** A page of those that have appeared by `now` (milliseconds since 1970). A full page has a token, also when it is the last. */
    page({ start, end, token }: PageRequest, now: number): Page {
      appear(now)
      const first = firstFrom(visible, dateIn(start))
      const before = firstFrom(visible, `${dateIn(end)}/~`)
      const skipped = kind === 'offset' ? offsetOf(token) : 0
      const last = (kind === 'offset' ? before : Math.min(before, endOf(visible, kind, token))) - skipped
      const entries = visible.slice(Math.max(first, last - eventsPerPage), Math.max(first, last)).reverse()
      const lastEntry = entries.at(-1)
      const full = lastEntry !== undefined && entries.length === eventsPerPage
      return {
        events: entries.map(({ event }) => event),
        token: full ? tokenOf(kind, lastEntry, skipped + entries.length) : null,
      }
    },
  }
}

export type EventLog = ReturnType<typeof eventLog>

/** The index of the first entry with this key or a higher one. */
function firstFrom(entries: readonly Entry[], key: string): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.key ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The index of the first entry that is not on the page after this token. */
function endOf(entries: readonly Entry[], kind: TokenKind, token: string | null): number {
  if (token === null) return entries.length
  if (kind === 'position') return firstFrom(entries, Buffer.from(token, 'base64').toString())
  const date = /^\d{1,19}$/.test(token) ? dateOf(BigInt(token)) : undefined
  return date === undefined ? entries.length : firstFrom(entries, date)
}

const offsetOf = (token: string | null) => (/^\d{1,9}$/.test(token ?? '') ? Number(token) : 0)

function tokenOf(kind: TokenKind, { key, date }: Entry, offset: number): string {
  if (kind === 'offset') return `${offset}`
  if (kind === 'position') return Buffer.from(key).toString('base64')
  return `${ticksOf(date) + (kind === 'date' ? utcMark : 0n)}`
}

/** The bits that `DateTime.ToBinary` sets for a time of kind UTC (.NET, `DateTimeKind`). */
const utcMark = 2n ** 62n
/** 1970 in units of 100 nanoseconds since the year 1. */
const ticksOf1970 = 621_355_968_000_000_000n

const ticksOf = (date: Instant) =>
  ticksOf1970 + BigInt(Date.parse(`${date.slice(0, 23)}Z`)) * 10_000n + BigInt(date.slice(23, 27))

function dateOf(binary: bigint): string {
  const since1970 = (binary % utcMark) - ticksOf1970
  const tail = ((since1970 % 10_000n) + 10_000n) % 10_000n
  const ms = Number((since1970 - tail) / 10_000n)
  return `${new Date(ms).toISOString().slice(0, 23)}${`${tail}`.padStart(4, '0')}Z`
}
