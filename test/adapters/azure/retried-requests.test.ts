// Every storage request of every store fails once, in every way: the call succeeds nevertheless, with the same result.
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { tableAlertStore } from '../../../src/adapters/azure/alerts/alert-store.ts'
import { tableRuleConfigurations } from '../../../src/adapters/azure/alerts/rule-configurations.ts'
import { tableSchedule } from '../../../src/adapters/azure/alerts/schedule.ts'
import { tableEventStore } from '../../../src/adapters/azure/events/event-store.ts'
import { tableIntegrations } from '../../../src/adapters/azure/integrations/integrations.ts'
import { tableApiKeys } from '../../../src/adapters/azure/keys/api-keys.ts'
import { tableOutbox } from '../../../src/adapters/azure/outbox/outbox.ts'
import { pauseMs, requestTriesMax } from '../../../src/adapters/azure/retried-requests.ts'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import { tableSummaries } from '../../../src/adapters/azure/summary/summaries.ts'
import type { Guid } from '../../../src/domain/guid.ts'
import { addKey, SecretHash } from '../../../src/domain/keys/api-keys.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { event, guid, instant } from '../../support/events.ts'
import { type Failure, failingStorage } from '../../support/storage/failing-storage.ts'
import { memoryAccount } from '../../support/storage/memory-tables.ts'
import { alert, contentOf, newEntry, step } from '../conformance/alert-store.ts'
import { feedAll } from '../conformance/event-store.ts'
import { adding } from '../conformance/integrations.ts'
import {
  delivery,
  failed,
  leased,
  newOrganization,
  notification,
  numbers,
  slack,
  start,
} from '../conformance/outbox-samples.ts'
import { putting } from '../conformance/rule-configurations.ts'
import { dayNumber, dayWith } from '../conformance/summaries.ts'

const account = memoryAccount()

/** A call: what is there before, what it does, and its result, in words that are the same for every organization. */
type Call = {
  readonly name: string
  readonly prepare?: (storage: Storage, id: Guid) => Promise<unknown>
  readonly make: (storage: Storage, id: Guid) => Promise<unknown>
  readonly end: (storage: Storage, id: Guid) => Promise<unknown>
}

const hash = v.parse(SecretHash, 'a'.repeat(64))
const at = instant('2026-11-20')
const log = (id: Guid) => ({ kind: 'organization', id }) as const
const eventsOf = (id: Guid, numbers: readonly number[]) =>
  numbers.map((number) => event({ id: guid(number, '3'), organizationId: id, cipherId: guid(number, 'd') }))
/** Asked once for each state of what is changed, however often requests are made. */
function asked<State, Change>(change: (state: State) => Change) {
  const states: State[] = []
  const noting = (state: State): Change => {
    states.push(state)
    return change(state)
  }
  return { states, change: noting }
}

const calls: readonly Call[] = [
  {
    name: 'a change of API keys',
    make: async (storage, id) => {
      const { states, change } = asked((known: Parameters<typeof addKey>[0]) =>
        addKey(known, { id: guid(1), name: 'x', hash }, at),
      )
      await tableApiKeys(storage).change(id, change)
      await tableApiKeys(storage).change(id, (known) => addKey(known, { id: guid(2), name: 'y', hash }, at))
      return states.length
    },
    end: async (storage, id) => (await tableApiKeys(storage).keysOf(id)).map((key) => key.id),
  },
  {
    name: 'a change of a rule configuration',
    prepare: (storage, id) => tableRuleConfigurations(storage).change(id, putting(1, 'rule 1')),
    make: async (storage, id) => {
      const { states, change } = asked(putting(2, 'rule 2'))
      await tableRuleConfigurations(storage).change(id, change)
      return states.length
    },
    end: async (storage, id) => (await tableRuleConfigurations(storage).configurationOf(id)).rules,
  },
  {
    name: 'a change of integrations',
    make: async (storage, id) => {
      const { states, change } = asked(adding(1))
      await tableIntegrations(storage).change(id, change)
      await tableIntegrations(storage).change(id, adding(2))
      return states.length
    },
    end: async (storage, id) => tableIntegrations(storage).integrationsOf(id),
  },
  {
    name: 'a step of evaluation in several transactions',
    make: async (storage, id) => {
      const store = tableAlertStore(storage)
      const first = await store.commit(id, await store.progressOf(id), step('1', { entries: [newEntry('a', 1)] }))
      // More rows than one transaction takes.
      const entries = numbers(60).map((number) => newEntry(`b${number}`, number))
      const after = first && (await store.commit(id, first, step('2', { alerts: [alert(1)], entries })))
      const last = after && (await store.commit(id, after, step('3')))
      await store.acknowledge(id, alert(1).id, { by: guid(1, 'b'), at })
      return last?.checkpoint
    },
    end: (storage, id) => contentOf(tableAlertStore(storage), id),
  },
  {
    name: 'a step of counting',
    make: async (storage, id) => {
      const summaries = tableSummaries(storage)
      const made = { checkpoint: '1', countedTo: 1, days: new Map([[dayNumber(1), dayWith(3)]]) }
      const first = await summaries.commit(id, await summaries.progressOf(id), made)
      const last = first && (await summaries.commit(id, first, { ...made, checkpoint: '2' }))
      return last?.checkpoint
    },
    end: async (storage, id) => [...(await tableSummaries(storage).daysBetween(id, dayNumber(0), dayNumber(9)))],
  },
  {
    name: 'a schedule entry that is added and canceled',
    make: async (storage, organizationId) => {
      const schedule = tableSchedule(storage)
      await schedule.cancel([await schedule.add({ organizationId, at: 1 })])
      return (await schedule.add({ organizationId, at: 2 })).at
    },
    end: async (storage, id) =>
      (await tableSchedule(storage).due(5, 10_000)).flatMap((entry) => (entry.organizationId === id ? [entry.at] : [])),
  },
  {
    name: 'a delivery',
    make: async (storage, id) => {
      const outbox = tableOutbox(storage)
      await outbox.add(
        id,
        numbers(10).map((number) => notification(number)),
      )
      const lease = await leased(outbox, id)
      const made = delivery(9, { arrived: numbers(5).map((number) => notification(number)), failed: [failed(6)] })
      const reached = await outbox.recordAttempt(lease, made)
      await outbox.recordNotified(id, slack)
      if (reached) await outbox.releaseLease(reached)
      const replayed = await outbox.replay(id, slack, 'all', start)
      return [reached !== undefined, replayed, (await leased(outbox, id)).integrationId]
    },
    end: async (storage, id) => {
      const outbox = tableOutbox(storage)
      return [await outbox.due(id, slack, start + 100, 100), await outbox.healthOf(id, slack)]
    },
  },
  {
    name: 'events that are appended',
    prepare: (storage, id) => tableEventStore(storage, { now: () => start }).append(eventsOf(id, [1, 2])),
    make: async (storage, id) => {
      const store = tableEventStore(storage, { now: () => start, sleep: async () => {} })
      await store.append(eventsOf(id, [2, 3]))
      await store.append(eventsOf(id, [4]))
      return store.end(log(id))
    },
    end: async (storage, id) => {
      const events = await feedAll(tableEventStore(storage, { now: () => start }), log(id))
      return events.map((each) => each.id)
    },
  },
]

const direct = account()

async function outcomeOf(call: Call, storage: Storage, arm: () => void): Promise<unknown> {
  const id = newOrganization()
  await call.prepare?.(direct, id)
  arm()
  const made = await call.make(storage, id)
  // The id is in some rows.
  return JSON.parse(JSON.stringify([made, await call.end(direct, id)]).replaceAll(id, 'id'))
}

describe.each(calls)('$name', (call) => {
  test.each<Failure>(['failed', 'lost', 'busy', 'busy-but-done', 'slow'])(
    'has the same result when any request is %s',
    async (failure) => {
      const failing = failingStorage(account)
      const expected = await outcomeOf(call, failing.storage, () => failing.arm(0, failure))
      const requests = failing.begun.length
      expect(requests).toBeGreaterThanOrEqual(2)
      for (let request = 1; request <= requests; request += 1) {
        const outcome = await outcomeOf(call, failing.storage, () => failing.arm(request, failure))
        expect(outcome, `request ${request}, ${failing.begun[request - 1]}`).toEqual(expected)
      }
    },
  )
})

describe('a request', () => {
  const configurationOf = async (storage: Storage) =>
    (await tableRuleConfigurations(storage).configurationOf(newOrganization())).rules

  test('is made so many times, after growing pauses, and no more', async () => {
    const waits: number[] = []
    const failing = failingStorage(account, { wait: async (ms) => waits.push(ms), random: () => 0.5 })
    failing.arm(2, 'busy', requestTriesMax - 1)
    expect(await configurationOf(failing.storage)).toEqual([])
    expect(waits).toEqual([150, 300, 600, 1_200])
    failing.arm(2, 'busy', requestTriesMax)
    await expect(configurationOf(failing.storage)).rejects.toBeInstanceOf(Unavailable)
    expect(failing.begun).toHaveLength(1 + requestTriesMax)
  })

  test('pauses from half of the longest to the longest', () => {
    expect([1, 4].map((tries) => [pauseMs(tries, 0), pauseMs(tries, 1)])).toEqual([
      [100, 200],
      [800, 1_600],
    ])
  })

  test('that is refused is made once', async () => {
    const failing = failingStorage(account)
    failing.arm(0, 'failed')
    await configurationOf(failing.storage)
    // The table, and the row that is not there.
    expect(failing.begun).toHaveLength(2)
  })
})

test('a change whose response was lost, and after which another was made, is an outage and is not made twice', async () => {
  const id = newOrganization()
  const add = (storage: Storage, number: number) =>
    tableApiKeys(storage).change(id, (known) => addKey(known, { id: guid(number), name: 'x', hash }, at))
  const failing = failingStorage(account, { wait: () => add(direct, 2), random: () => 0.5 })
  await add(direct, 1)
  failing.arm(3, 'lost')
  await expect(add(failing.storage, 3)).rejects.toBeInstanceOf(Unavailable)
  expect((await tableApiKeys(direct).keysOf(id)).map((key) => key.id)).toEqual([guid(1), guid(3), guid(2)])
})
