// Mends rows of the event table: a list row and the feed row hold the same event, so either is made again from the other.
import * as v from 'valibot'
import { boundedMap } from '../../../domain/bounded-map.ts'
import type { StoredEvent } from '../../../domain/events/event.ts'
import type { StoredRow } from '../rows.ts'
import type { Table } from '../table.ts'
import {
  damageIn,
  type FeedRow,
  feedColumnsOf,
  feedRowOf,
  feedRowsFrom,
  feedTimeFrom,
  readableEvents,
  rowEventsMax,
} from './feed-rows.ts'
import { readHead, restore } from './head.ts'
import { eventsNumbered, numberIn, searchMsMax, WholeNumber, wholeNumber } from './numbers.ts'
import { feedKey, listKeyParts } from './row-keys.ts'
import { columnsOf } from './rows.ts'
import { numberBefore } from './times.ts'

/** Most events that are made into one feed row where rows are gone: they fit, however long they are. */
const goneEventsMax = 30
/** How long before an event's date the search in the feed begins, in milliseconds: clocks differ. */
const clocksDifferMs = 10 * 60_000
/** Feed rows of one read in a search by id. */
const searchedRows = 60
/** Most rows whose mending is cached, so that a process searches once for what is lost. */
const cachedMax = 1_000

/** Mends damaged rows as they are met. What cannot be mended is noted, and left as it is. */
export type EventMender = {
  /** The feed row that begins with this number; `raw` is what is there of it. Events that are not found are null in it. */
  readonly feedRow: (table: Table, partitionKey: string, first: number, raw?: StoredRow) => Promise<FeedRow>
  /** The event of a row of a list or index, as it is sent when types are not converted; undefined when it is not found. */
  readonly listRow: (table: Table, partitionKey: string, raw: StoredRow) => Promise<StoredEvent | undefined>
}

/** How long a search may take, in milliseconds, and how many reads of the feed. */
type MendOptions = { readonly msMax: number; readonly readingsMax: number }

const duringRequest: MendOptions = { msMax: searchMsMax, readingsMax: 5 }

export function eventMender({ msMax, readingsMax }: MendOptions = duringRequest): EventMender {
  const [feedRows, listRows] = [onceFor<FeedRow>(), onceFor<StoredEvent | undefined>()]
  return {
    feedRow: (table, partitionKey, first, raw) =>
      feedRows(`${partitionKey} ${first} ${raw?.etag}`, () => mendFeedRow(table, partitionKey, first, raw, msMax)),
    listRow: (table, partitionKey, raw) =>
      listRows(`${partitionKey} ${raw.rowKey} ${raw.etag}`, async () => {
        const found = await eventOfRow(table, partitionKey, raw, { msMax, readingsMax })
        const keys = { partitionKey, rowKey: raw.rowKey }
        if (!found) await table.noteDamage(keys, 'it holds no event, and the feed does not have it')
        else await restore(table, { ...keys, ...columnsOf(found.event), Number: wholeNumber(found.number) }, raw)
        return found?.event
      }),
  }
}

/** Does work once for each key that is cached; a failure is not. */
function onceFor<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const made = boundedMap<string, Promise<T>>({ entriesMax: cachedMax })
  return (key, work) => {
    const known = made.get(key)
    if (known) return known
    const making = work().catch((error: unknown) => {
      made.delete(key)
      throw error
    })
    made.set(key, making)
    return making
  }
}

async function mendFeedRow(
  table: Table,
  partitionKey: string,
  first: number,
  raw: StoredRow | undefined,
  msMax: number,
): Promise<FeedRow> {
  const next = await feedTimeFrom(table, partitionKey, first + 1)
  const head = await readHead(table, partitionKey)
  const eventsMax = raw ? rowEventsMax : goneEventsMax
  const before = Math.min(next?.first ?? head.count + 1, first + eventsMax)
  const said = v.safeParse(WholeNumber, raw?.StoredAt)
  const storedAt = said.success ? said.output : (next?.storedAt ?? head.storedAt)

  const own = readableEvents(raw, before - first)
  const isWhole = own.length > 0 && !own.includes(null)
  const numbers = { first, before, storedAt }
  const found = isWhole ? new Map<number, StoredEvent>() : await eventsNumbered(table, partitionKey, numbers, msMax)
  const all = Array.from({ length: before - first }, (_, index) => first + index)
  const events = all.map((number) => own[number - first] ?? found.get(number) ?? null)
  const keys = { partitionKey, rowKey: feedKey(first) }
  const lost = all.filter((number) => events[number - first] === null)
  if (lost.length === 0) await restore(table, { ...keys, ...feedColumnsOf(events, storedAt) }, raw)
  else await table.noteDamage(keys, `${raw ? damageIn(raw) : 'it is gone'}; not found: events ${lost.join(', ')}`)
  return { first, storedAt, events }
}

type Numbered = { readonly event: StoredEvent; readonly number: number }

/** The event of a row, found by its number, or by its id among the events that were stored after its date. */
async function eventOfRow(
  table: Table,
  partitionKey: string,
  raw: StoredRow,
  { msMax, readingsMax }: MendOptions,
): Promise<Numbered | undefined> {
  const parts = listKeyParts(raw.rowKey)
  if (!parts) return undefined
  const { id, ms } = parts
  const number = numberIn(raw)
  if (number !== undefined) {
    const row = (await feedRowOf(table, partitionKey, number))?.row
    const numbers = { first: number, before: number + 1, storedAt: ms }
    const event =
      row?.events[number - row.first] ?? (await eventsNumbered(table, partitionKey, numbers, msMax)).get(number)
    return event?.id === id ? { event, number } : undefined
  }

  let searchedTo = await numberBefore(table, partitionKey, ms - clocksDifferMs)
  for (let readings = 0; readings < readingsMax; readings += 1) {
    const rows = await feedRowsFrom(table, partitionKey, searchedTo + 1, searchedRows)
    for (const { first, row } of rows) {
      const index = row?.events.findIndex((event) => event?.id === id) ?? -1
      const event = row?.events[index]
      if (event) return { event, number: first + index }
    }
    const last = rows.at(-1)
    if (!last || rows.length < searchedRows) return undefined
    searchedTo = last.first
  }
  return undefined
}
