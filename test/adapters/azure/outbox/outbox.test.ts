// The outbox on Table storage: the suite of every outbox, calls cut short at each request, and what others do meanwhile.
import { describe, expect, test } from 'vitest'
import { tableOutbox } from '../../../../src/adapters/azure/outbox/outbox.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import { untried } from '../../../../src/domain/notifications/health.ts'
import { EntryTooLarge, Unavailable } from '../../../../src/ports/errors.ts'
import type { Outbox } from '../../../../src/ports/outbox.ts'
import { accountAt } from '../../../support/storage/account.ts'
import { faultyStorage, newFaults } from '../../../support/storage/faults.ts'
import { interposedStorage } from '../../../support/storage/interposed-storage.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { storageAccount } from '../../../support/storage.ts'
import { outboxConformance } from '../../conformance/outbox.ts'
import {
  attempt,
  contentOf,
  delivery,
  failed,
  failing,
  leased,
  never,
  newOrganization,
  notification,
  numbers,
  saying,
  slack,
  start,
  waiting,
} from '../../conformance/outbox-samples.ts'

const emulated = tableOutbox(accountAt(storageAccount())())
outboxConformance('table', () => emulated)

const account = memoryAccount()
const faults = newFaults()
const outbox = tableOutbox(account())
/** A fresh process, whose requests may fail. */
const faulty = () => tableOutbox(faultyStorage(account(), faults))
/** An outbox in which something else happens before its `at`-th transaction. */
function overtaken(at: number, meanwhile: () => Promise<unknown>): Outbox {
  let transactions = 0
  return tableOutbox(
    interposedStorage(account(), (request) => {
      if (request !== 'POST /$batch') return undefined
      transactions += 1
      return transactions === at ? meanwhile() : undefined
    }),
  )
}

const notifications = (count: number, from = 0) => numbers(count, from).map((number) => notification(number))
const small = delivery(9, { arrived: notifications(2), waiting: [waiting(2, { failures: 1 })], failed: [failed(3)] })
/** More than two transactions hold. */
const large = delivery(9, {
  arrived: notifications(120),
  waiting: numbers(50, 120).map((number) => waiting(number, { failures: 1, dueAt: never })),
  failed: numbers(60, 170).map((number) => failed(number)),
})

/** Adds 250, and takes the lease. */
async function world() {
  const id = newOrganization()
  await outbox.add(id, notifications(250))
  return { id, lease: await leased(outbox, id) }
}

/** The numbers of what waits or failed, each as often as it does. */
async function numbersIn(id: Guid): Promise<number[]> {
  const content = await contentOf(outbox, id)
  const all = [...content.waiting, ...content.failed].map((each) => each.notification.id)
  return all.map((each) => Number.parseInt(each.slice(-12), 16)).sort((a, b) => a - b)
}

type Call = {
  readonly name: string
  /** What is there before, and the call made on it, as often as one likes. */
  readonly prepare: () => Promise<{ readonly id: Guid; readonly call: (through: Outbox) => Promise<unknown> }>
  /** The numbers that are there once each, in any case. */
  readonly staying: readonly number[]
  /** How many requests it is, so that each of them is cut short. */
  readonly requests: number
}

const recordingAttempt = (made: typeof small): Call['prepare'] => {
  return async () => {
    const { id, lease } = await world()
    return { id, call: (through) => through.recordAttempt(lease, made) }
  }
}
const calls: readonly Call[] = [
  {
    name: 'adding',
    prepare: async () => {
      const id = newOrganization()
      await outbox.add(id, notifications(50))
      return { id, call: (through) => through.add(id, notifications(230, 20)) }
    },
    staying: numbers(50),
    requests: 6,
  },
  { name: 'recording an attempt', prepare: recordingAttempt(small), staying: numbers(248, 2), requests: 3 },
  { name: 'recording a large batch', prepare: recordingAttempt(large), staying: numbers(130, 120), requests: 5 },
  {
    name: 'replaying',
    prepare: async () => {
      const { id, lease } = await world()
      await outbox.recordAttempt(lease, large)
      return { id, call: (through) => through.replay(id, slack, 'all', start) }
    },
    staying: numbers(130, 120),
    requests: 6,
  },
  {
    name: 'forgetting',
    prepare: async () => {
      const { id, lease } = await world()
      await outbox.recordAttempt(lease, small)
      return { id, call: (through) => through.forget(id, slack) }
    },
    staying: [],
    requests: 15,
  },
  {
    name: 'recording that others were notified',
    prepare: async () => {
      const { id, lease } = await world()
      await outbox.recordAttempt(lease, small)
      return { id, call: (through) => through.recordNotified(id, slack) }
    },
    staying: numbers(248, 2),
    requests: 3,
  },
]

describe.each(calls)('table: $name', ({ prepare, staying, requests }) => {
  test.each(['failed', 'lost'] as const)(
    'that ends when a request is %s loses nothing, doubles nothing, and can be done again',
    async (kind) => {
      const undisturbed = await prepare()
      await undisturbed.call(outbox)
      const expected = await contentOf(outbox, undisturbed.id)

      for (let at = 1; ; at += 1) {
        const { id, call } = await prepare()
        faults.arm(at, kind, true)
        const outcome: unknown = await call(faulty()).catch((error: unknown) => error)
        const fired = faults.fired()
        faults.heal()
        if (fired) expect(outcome).toBeInstanceOf(Unavailable)
        const left = await numbersIn(id)
        expect(new Set(left).size).toBe(left.length)
        expect(staying.filter((number) => !left.includes(number))).toEqual([])

        await call(tableOutbox(account()))
        expect(await contentOf(outbox, id)).toEqual(expected)
        if (!fired) {
          expect(at).toBe(requests + 1)
          return
        }
      }
    },
  )
})

describe('table: a large batch', () => {
  test.each([1, 2, 3])(
    'whose lease is lost before transaction %d loses nothing, and the next deliverer goes on',
    async (at) => {
      const { id, lease } = await world()
      let other: typeof lease | undefined
      const slow = overtaken(at, async () => {
        other = await outbox.acquireLease(id, slack, start + 60_000, never)
      })
      expect(await slow.recordAttempt(lease, large)).toBeUndefined()
      const left = await numbersIn(id)
      if (at === 1) expect(left).toEqual(numbers(250))
      expect(new Set(left).size).toBe(left.length)
      expect(left).toEqual(expect.arrayContaining(numbers(130, 120)))
      expect(await outbox.attemptsOf(id, slack)).toEqual([])

      expect(other && (await outbox.recordAttempt(other, large))).toBeDefined()
      expect(await numbersIn(id)).toEqual(numbers(130, 120))
    },
  )

  test.each([1, 2, 3])('whose integration is forgotten before transaction %d leaves nothing', async (at) => {
    const { id, lease } = await world()
    const slow = overtaken(at, () => outbox.forget(id, slack))
    expect(await slow.recordAttempt(lease, large)).toBeUndefined()
    expect(await contentOf(outbox, id)).toEqual({ waiting: [], failed: [], attempts: [], health: untried })
  })

  test('of whose failures others are notified meanwhile is stored', async () => {
    const { id, lease } = await world()
    await outbox.recordAttempt(lease, small)
    const slow = overtaken(2, () => outbox.recordNotified(id, slack))
    expect(await slow.recordAttempt(lease, large)).toBeDefined()
    expect(await numbersIn(id)).toEqual([3, ...numbers(130, 120)])
  })
})

describe('table: while another instance writes', () => {
  test('what it adds first is left as it is', async () => {
    const id = newOrganization()
    const content = saying('first')
    const slow = overtaken(2, () => outbox.add(id, [notification(1, { content }), notification(150, { content })]))
    await slow.add(id, notifications(200))
    const found = (await contentOf(outbox, id)).waiting
    expect(found).toHaveLength(200)
    expect(found[1]).toEqual(waiting(1))
    expect(found[150]?.notification.content).toEqual(content)
  })

  test('a health that it stores is the one that others were notified of', async () => {
    const { id, lease } = await world()
    await outbox.recordAttempt(lease, delivery(1))
    const later = { ...failing, reason: 'timed out' }
    const slow = tableOutbox(
      interposedStorage(account(), (_, number) =>
        // The table, the row of the integration, its health.
        number === 3 ? outbox.recordAttempt(lease, delivery(2, { health: later })) : undefined,
      ),
    )
    await slow.recordNotified(id, slack)
    expect(await outbox.healthOf(id, slack)).toEqual({ ...later, notified: true })
  })

  test('a lease that it takes first is its own, and is not given back by another', async () => {
    const id = newOrganization()
    const slow = tableOutbox(
      interposedStorage(account(), (_, number) => (number === 3 ? leased(outbox, id) : undefined)),
    )
    expect(await slow.acquireLease(id, slack, start, never)).toBeUndefined()

    const { id: other, lease } = await world()
    const slower = tableOutbox(
      interposedStorage(account(), (_, number) =>
        number === 3 ? outbox.acquireLease(other, slack, start + 60_000, never) : undefined,
      ),
    )
    await slower.releaseLease(lease)
    expect(await outbox.acquireLease(other, slack, start + 60_000, never)).toBeUndefined()
  })
})

describe('table: requests', () => {
  test('a lease whose response is lost is over at its time', async () => {
    const [id, through] = [newOrganization(), faulty()]
    faults.arm(3, 'lost', true)
    await expect(through.acquireLease(id, slack, start, start + 60_000)).rejects.toThrow(Unavailable)
    faults.heal()
    expect(await through.acquireLease(id, slack, start, never)).toBeUndefined()
    expect(await through.acquireLease(id, slack, start + 60_000, never)).toBeDefined()
  })

  test('what is due is one query, and what came of it is one transaction', async () => {
    const { id, lease } = await world()
    const through = faulty()
    await through.check()
    faults.arm(0, 'failed', false)
    await through.due(id, slack, start, 100)
    await through.nextDue(id, slack)
    await through.recordAttempt(lease, delivery(1, { arrived: notifications(98) }))
    expect(faults.requests).toEqual([
      'GET /notification()?$top=100',
      'GET /notification()?$top=1000',
      // Whether the one that is due first can be read.
      expect.stringMatching(/^GET \/notification\(PartitionKey=/),
      'GET /notification()?$top=105',
      'POST /$batch',
    ])
    faults.arm(0, 'failed', false)
    await through.recordAttempt(lease, delivery(2, { arrived: notifications(99, 98) }))
    // The lease is not the latest: the first transaction is made again.
    expect(faults.requests.filter((request) => request === 'POST /$batch')).toHaveLength(3)
  })

  test('old attempts go, a few at a time', async () => {
    const id = newOrganization()
    let lease = await leased(outbox, id)
    for (const number of numbers(102)) lease = (await outbox.recordAttempt(lease, delivery(number))) ?? lease
    const rows: string[] = []
    const table = account().table('notification')
    const filter = `PartitionKey eq 'Organization=${id}' and RowKey ge 'Attempt=' and RowKey lt 'Attempt>'`
    for await (const { rowKey = '' } of table.listEntities({ queryOptions: { filter } })) rows.push(rowKey)
    expect(rows).toHaveLength(100)
    expect((await outbox.attemptsOf(id, slack))[0]).toEqual(attempt(101))
  })

  test('nothing is added with a notification that no row holds', async () => {
    const id = newOrganization()
    const added = outbox.add(id, [...notifications(200), notification(300, { content: saying('x'.repeat(500_000)) })])
    await expect(added).rejects.toThrow(EntryTooLarge)
    expect(await outbox.nextDue(id, slack)).toBeUndefined()
  })
})
