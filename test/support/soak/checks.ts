// What must be so after a soak: each event once in list and feed, numbers without gaps, followers complete, alerts and daily sums equal to a recount.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { eventTableName, tableEventStore } from '../../../src/adapters/azure/events/event-store.ts'
import { firstNumberOf, headKey, partitionKeyOf } from '../../../src/adapters/azure/events/row-keys.ts'
import { poisonQueueName } from '../../../src/adapters/azure/queues/storage-queue.ts'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import type { StoredEvent } from '../../../src/domain/events/event.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { feedStart } from '../../../src/ports/events.ts'
import type { Ask } from './ask.ts'
import type { Followed } from './drain.ts'
import { listOf } from './list.ts'
import { differentAlerts, differentSums } from './recount.ts'
import type { Organization } from './world.ts'

/** `wrong` of `of`: 0 when all is well. */
export type Check = { readonly what: string; readonly of: number; readonly wrong: number }

type Soaked = {
  readonly direct: Storage
  readonly organizations: readonly Organization[]
  readonly followed: readonly Followed[]
  readonly ask: Ask
}

/** Checks everything; each check over all organizations together. */
export async function checkSoak(soaked: Soaked): Promise<Check[]> {
  const found = await Promise.all(soaked.organizations.map((organization) => checkOrganization(organization, soaked)))
  const poison = soaked.direct.queue(poisonQueueName)
  const letters = (await poison.exists()) ? (await poison.getProperties()).approximateMessagesCount : 0
  const sums = Map.groupBy(found.flat(), ({ what }) => what)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return [
    ...[...sums].map(([what, checks]) => ({
      what,
      of: sum(checks.map((check) => check.of)),
      wrong: sum(checks.map((check) => check.wrong)),
    })),
    { what: 'dead letters', of: 0, wrong: letters ?? 0 },
  ]
}

async function checkOrganization(organization: Organization, { direct, followed, ask }: Soaked): Promise<Check[]> {
  const { id, people } = organization
  const fed = await feedOf(direct, id)
  const listed = await listOf(organization, ask)
  const reported = people.flatMap(({ userId, batches }) => batches.flat().map(({ date }) => keyOf(userId, date)))
  const [inFeed, inList] = [fed.map(reportedAs), listed.map(reportedAs)]
  const mine = followed.filter(({ organizationId }) => organizationId === id)
  const ids = fed.map((event) => event.id)
  const alerts = await differentAlerts(direct, id, fed)
  const sums = await differentSums(organization, listed, ask)
  return [
    { what: 'lost', of: reported.length, wrong: missing(reported, inFeed) + missing(reported, inList) },
    {
      what: 'twice',
      of: reported.length,
      wrong: twice(inFeed) + twice(inList) + twice(ids) + twice(listed.map((event) => event.id)),
    },
    { what: 'never reported', of: fed.length, wrong: missing(inFeed, reported) + missing(inList, reported) },
    { what: 'wrong numbers', of: fed.length, wrong: await wrongNumbers(direct, id, ids) },
    {
      what: 'passed over by followers',
      of: ids.length * mine.length,
      wrong: sumOf(mine, ({ received }) => missing(ids, received)),
    },
    {
      what: 'out of order or twice for followers',
      of: ids.length * mine.length,
      wrong: sumOf(mine, ({ received }) => differences(ids, received)),
    },
    { what: 'alerts other than recounted', ...alerts },
    { what: 'daily sums other than recounted', ...sums },
  ]
}

const sumOf = <T>(all: readonly T[], numberOf: (one: T) => number) => all.reduce((sum, one) => sum + numberOf(one), 0)

/** What identifies an event of a soak: who reported it, and which date they gave it. */
const keyOf = (userId: string | null | undefined, date: string) => `${userId} ${Date.parse(date)}`
type Dated = {
  readonly actingUserId?: string | null | undefined
  readonly date: string
  readonly clientDate?: string | null | undefined
}
const reportedAs = ({ actingUserId, date, clientDate }: Dated) => keyOf(actingUserId, clientDate ?? date)

/** How many of these are not among those. */
function missing(these: readonly string[], those: readonly string[]): number {
  const among = new Set(those)
  return these.filter((one) => !among.has(one)).length
}

const twice = (all: readonly string[]) => all.length - new Set(all).size
const differences = (one: readonly string[], other: readonly string[]) =>
  Math.abs(one.length - other.length) + one.filter((id, index) => other.length > index && other[index] !== id).length

async function feedOf(storage: Storage, id: Guid): Promise<StoredEvent[]> {
  const store = tableEventStore(storage, { now: Date.now })
  const events: StoredEvent[] = []
  for (let after = feedStart; ; ) {
    const page = await store.feed({ kind: 'organization', id }, 1_000, after)
    events.push(...(page?.events ?? []))
    if (!page?.more) return events
    after = page.next
  }
}

const Row = v.object({
  rowKey: v.string(),
  Number: v.optional(v.bigint()),
  Count: v.optional(v.bigint()),
  Events: v.optional(v.pipe(v.string(), v.parseJson(), v.array(v.object({ id: v.string() })))),
})

/** Reads the rows themselves: how many numbers are missing, double, or not the same in list, feed and head. */
async function wrongNumbers(storage: Storage, id: Guid, ids: readonly string[]): Promise<number> {
  const listed = new Map<string, number>()
  const carried = new Map<number, string>()
  let [count, double] = [0, 0]
  const filter = odata`PartitionKey eq ${partitionKeyOf({ kind: 'organization', id })}`
  for await (const entity of storage.table(eventTableName).listEntities({ queryOptions: { filter } })) {
    const { rowKey, Number: number, Count, Events } = v.parse(Row, entity)
    if (rowKey === headKey) count = Number(Count)
    for (const [index, event] of (Events ?? []).entries()) {
      const place = firstNumberOf(rowKey) + index
      if (carried.has(place)) double += 1
      carried.set(place, event.id)
    }
    if (rowKey.startsWith('Date=') && number !== undefined)
      listed.set(rowKey.split('__Uniquifier=')[1] ?? '', Number(number))
  }
  const wrong = ids.filter((each, index) => carried.get(index + 1) !== each || listed.get(each) !== index + 1).length
  return (
    wrong +
    double +
    Math.abs(carried.size - ids.length) +
    Math.abs(listed.size - ids.length) +
    Math.abs(count - ids.length)
  )
}
