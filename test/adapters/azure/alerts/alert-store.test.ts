// Alerts on Table storage: the suite of every store, and a step that is cut short at each of its requests.

import { odata } from '@azure/data-tables'
import { describe, expect, test } from 'vitest'
import { alertTableName, tableAlertStore } from '../../../../src/adapters/azure/alerts/alert-store.ts'
import type { TriagedIncident } from '../../../../src/domain/alerts/incidents/incident.ts'
import { actOn } from '../../../../src/domain/alerts/incidents/triage/actions.ts'
import type { Guid } from '../../../../src/domain/guid.ts'
import type { AlertStore } from '../../../../src/ports/alerts/alerts.ts'
import type { StateEntry } from '../../../../src/ports/alerts/evaluation-state.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import { guid, instant } from '../../../support/events.ts'
import { accountAt } from '../../../support/storage/account.ts'
import { faultyStorage, newFaults } from '../../../support/storage/faults.ts'
import { interposedStorage } from '../../../support/storage/interposed-storage.ts'
import { memoryAccount } from '../../../support/storage/memory-tables.ts'
import { storageAccount } from '../../../support/storage.ts'
import {
  alert,
  alertStoreConformance,
  committed,
  contentOf,
  incident,
  newEntry,
  newOrganization,
  step,
} from '../../conformance/alert-store.ts'

const emulated = tableAlertStore(accountAt(storageAccount())())
alertStoreConformance('table', () => emulated)

const account = memoryAccount()
const faults = newFaults()
const store = tableAlertStore(account())
const table = account().table(alertTableName)
/** A fresh process, whose requests may fail. */
const faulty = () => tableAlertStore(faultyStorage(account(), faults))

/** What a person does to an incident. */
const act = { by: guid(1, 'b'), at: instant('2026-11-20') }
const acknowledging = (found: TriagedIncident) => actOn(found, { kind: 'acknowledge' }, act)
const commenting = (found: TriagedIncident) => actOn(found, { kind: 'comment', text: 'Asked.' }, act)

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('a step in several transactions', () => {
  /** What is there before: texts that the step then moves, changes, forgets and leaves. */
  const before = step('before', {
    entries: numbers(45).map((index) => newEntry(`n${index}`, index)),
    alerts: [alert(0), alert(1)],
    incidents: [incident(0), incident(1)],
  })
  const alerts = numbers(60).map((ms) => alert(ms, { count: 99 }))
  /** The second was merged into the first. */
  const incidents = numbers(20).map((ms) =>
    incident(ms, {
      alertCount: 2,
      mergedInto: ms === 1 ? incident(0).id : null,
      mergedIds: ms === 0 ? [incident(1).id] : [],
    }),
  )
  const afterOf = (index: number) => {
    if (index % 3 === 0) return { text: 'moved', dueAt: 1_000 + index }
    return index % 3 === 1 ? { text: 'changed', dueAt: index } : undefined
  }
  const names = numbers(60).map((index) => `n${index}`)
  /** The step, given what the texts were before. */
  const made = (known: ReadonlyMap<string, StateEntry>) =>
    step('after', {
      alerts,
      incidents,
      entries: names.map((name, index) => ({ name, before: known.get(name), after: afterOf(index) })),
    })

  async function world() {
    const id = newOrganization()
    await committed(store, id, before)
    await store.acknowledge(id, alert(1).id, { by: guid(1, 'b'), at: instant('2026-11-20') })
    await store.changeTriage(id, incident(0).id, commenting)
    await store.changeTriage(id, incident(1).id, acknowledging)
    return { id, known: await store.entriesNamed(id, names) }
  }

  /** Reads and makes the step as an evaluation does. */
  async function evaluate(through: AlertStore, id: Guid) {
    const progress = await through.progressOf(id)
    return through.commit(id, progress, made(await through.entriesNamed(id, names)))
  }

  /** Each time in the index is that of a text, and the other way round. */
  async function expectSoundIndex(id: Guid) {
    const keys: string[] = []
    const times: string[] = []
    const filter = odata`PartitionKey eq ${`Organization=${id}`}`
    for await (const { rowKey = '', DueAt } of table.listEntities({ queryOptions: { filter } })) {
      if (rowKey.startsWith('Due=')) keys.push(rowKey)
      if (rowKey.startsWith('Entry='))
        times.push(`Due=${String(DueAt).padStart(15, '0')}__${rowKey.slice('Entry='.length)}`)
    }
    expect(keys.sort()).toEqual(times.sort())
  }

  const kinds = ['failed', 'lost'] as const
  const repeats = ['read anew', 'the very same'] as const
  test.each(kinds.flatMap((kind) => repeats.map((repeat) => ({ kind, repeat }))))(
    'that ends when a request is $kind can be made again, $repeat, with the same result',
    async ({ kind, repeat }) => {
      const undisturbed = await world()
      await evaluate(store, undisturbed.id)
      const expected = await contentOf(store, undisturbed.id)
      expect(expected).toMatchObject({
        checkpoint: 'after',
        names: { length: 40 },
        alerts: { length: 60 },
        incidents: { length: 19 },
      })

      for (let at = 1; ; at += 1) {
        const { id, known } = await world()
        // The table, the progress, then many reads of texts and of alerts: of either, one is as good as another.
        const others = (names.length - 1) * Number(at > 2) + (alerts.length - 1) * Number(at > 3)
        faults.arm(at + others, kind, true)
        const outcome: unknown = await evaluate(faulty(), id).catch((error: unknown) => error)
        const fired = faults.fired()
        faults.heal()
        if (fired) expect(outcome).toBeInstanceOf(Unavailable)
        await expectSoundIndex(id)
        const left = await contentOf(store, id)
        // The checkpoint is the new one only when all is there.
        if (left.checkpoint !== 'before') expect(left).toEqual(expected)

        const again = tableAlertStore(account())
        if (repeat === 'read anew') await evaluate(again, id)
        else await again.commit(id, await again.progressOf(id), made(known))
        expect(await contentOf(store, id)).toEqual(expected)
        expect((await store.find(id, alert(1).id))?.acknowledged?.by).toBe(guid(1, 'b'))
        expect(await store.findIncident(id, incident(1).id)).toEqual(incidents[1])
        const triage = { acknowledged: { by: guid(1, 'b') }, commentCount: 1 }
        expect(await store.findTriaged(id, incident(1).id)).toMatchObject({ record: incidents[0], triage })
        await expectSoundIndex(id)
        if (!fired) {
          // The table, the progress, the texts, the alerts, and three transactions at least.
          expect(at).toBeGreaterThan(7)
          return
        }
      }
    },
  )

  test.each([1, 2, 3])(
    'that is overtaken before its transaction %d leaves what the faster one makes',
    async (overtaken) => {
      const { id, known } = await world()
      let transactions = 0
      const slow = tableAlertStore(
        interposedStorage(account(), (request) => {
          if (request === 'POST /$batch') transactions += 1
          return request === 'POST /$batch' && transactions === overtaken ? faster() : undefined
        }),
      )
      const last = { text: 'last', dueAt: 5_000 }
      const faster = async () => {
        const now = await store.entriesNamed(id, names)
        const changes = names.map((name) => ({ name, before: now.get(name), after: last }))
        await committed(store, id, step('faster', { entries: changes }))
      }
      expect(await slow.commit(id, await slow.progressOf(id), made(known))).toBeUndefined()
      expect(transactions).toBe(overtaken)
      const { checkpoint, due } = await contentOf(store, id)
      expect(checkpoint).toBe('faster')
      expect(due).toEqual([...names].sort().map((name) => ({ name, ...last })))
      await expectSoundIndex(id)
    },
  )
})

describe('table: while another instance writes', () => {
  test('a text that it moves is not due any more', async () => {
    const id = newOrganization()
    const before = { text: 'text of a', dueAt: 1 }
    await committed(store, id, step('1', { entries: [newEntry('a', 1), newEntry('b', 2)] }))
    const slow = tableAlertStore(
      interposedStorage(account(), (_, number) =>
        // The table, the index, the texts.
        number === 3
          ? committed(store, id, step('2', { entries: [{ name: 'a', before, after: { text: 'moved', dueAt: 9 } }] }))
          : undefined,
      ),
    )
    expect(await slow.dueEntries(id, 5, 10)).toEqual([{ name: 'b', text: 'text of b', dueAt: 2 }])
  })

  test('an alert that another person acknowledges first is theirs', async () => {
    const id = newOrganization()
    await committed(store, id, step('1', { alerts: [alert(1)] }))
    const by = (number: number) => ({ by: guid(number, 'b'), at: instant('2026-11-20') })
    const slow = tableAlertStore(
      interposedStorage(account(), (_, number) =>
        // The table, where the alert is, the alert, the acknowledgement.
        number === 4 ? store.acknowledge(id, alert(1).id, by(1)) : undefined,
      ),
    )
    expect((await slow.acknowledge(id, alert(1).id, by(2)))?.acknowledged).toEqual(by(1))
    expect((await store.find(id, alert(1).id))?.acknowledged).toEqual(by(1))
  })

  test('an alert that says more meanwhile is acknowledged as it is then', async () => {
    const id = newOrganization()
    await committed(store, id, step('1', { alerts: [alert(1)] }))
    const more = alert(1, { count: 99 })
    const by = { by: guid(1, 'b'), at: instant('2026-11-20') }
    const slow = tableAlertStore(
      interposedStorage(account(), (_, number) =>
        number === 4 ? committed(store, id, step('2', { alerts: [more] })) : undefined,
      ),
    )
    expect(await slow.acknowledge(id, alert(1).id, by)).toEqual({ record: more, acknowledged: by })
    expect(await store.find(id, alert(1).id)).toEqual({ record: more, acknowledged: by })
  })
})

describe('table: what people do to an incident', () => {
  const merge = step('2', {
    incidents: [incident(1, { mergedIds: [incident(2).id] }), incident(2, { mergedInto: incident(1).id })],
  })

  test.each([
    ['acknowledging', acknowledging, 4],
    ['commenting', commenting, 5],
  ])('lands on the incident that it was merged into between reading and writing: %s', async (_, change, writing) => {
    const id = newOrganization()
    await committed(store, id, step('1', { incidents: [incident(1), incident(2)] }))
    const slow = tableAlertStore(
      interposedStorage(account(), (_, number) =>
        // The table, where the incident is, the incident, whether the comment is there, the change.
        number === writing ? committed(store, id, merge) : undefined,
      ),
    )
    const done = await slow.changeTriage(id, incident(2).id, change)
    expect(done).toMatchObject({ kind: 'changed', incident: { record: { id: incident(1).id } } })
    expect(await store.findTriaged(id, incident(1).id)).toEqual(done?.incident)
    const comments = await store.commentsOf(id, incident(1))
    expect(comments).toHaveLength(change === commenting ? 1 : 0)
  })

  test.each(
    (['failed', 'lost'] as const).flatMap((kind) =>
      [acknowledging, commenting].map((change) => ({ kind, name: change.name, change })),
    ),
  )('is done once when any request is $kind and it is done again: $name', async ({ kind, change }) => {
    for (let at = 1; ; at += 1) {
      const id = newOrganization()
      await committed(store, id, step('1', { incidents: [incident(1)] }))
      faults.arm(at, kind, true)
      const outcome: unknown = await faulty()
        .changeTriage(id, incident(1).id, change)
        .catch((error: unknown) => error)
      const fired = faults.fired()
      faults.heal()
      if (fired) expect(outcome).toBeInstanceOf(Unavailable)
      await store.changeTriage(id, incident(1).id, change)
      const found = await store.findTriaged(id, incident(1).id)
      const comments = await store.commentsOf(id, incident(1))
      expect(comments).toHaveLength(change === commenting ? 1 : 0)
      expect(found?.triage.commentCount).toBe(comments.length)
      expect(found?.triage.acknowledged !== null).toBe(change === acknowledging)
      if (!fired) {
        expect(at).toBeGreaterThan(4)
        return
      }
    }
  })
})

describe('table: requests', () => {
  test.each([
    [16, 1],
    [17, 2],
  ])('a step of %d alerts and 22 texts is %d transactions', async (alerts, transactions) => {
    const [id, through] = [newOrganization(), faulty()]
    const progress = await through.progressOf(id)
    faults.arm(0, 'failed', false)
    const made = step('1', {
      alerts: numbers(alerts).map((ms) => alert(ms)),
      entries: numbers(22).map((index) => newEntry(`n${index}`, index)),
    })
    expect(await through.commit(id, progress, made)).toMatchObject({ checkpoint: '1' })
    const writes = faults.requests.filter((request) => !request.startsWith('GET /alert('))
    expect(writes).toEqual(numbers(transactions).map(() => 'POST /$batch'))
  })

  test('the first page of a list is one query for one alert more than the page', async () => {
    const [id, through] = [newOrganization(), faulty()]
    await committed(through, id, step('1', { alerts: numbers(20).map((ms) => alert(ms)) }))
    faults.arm(0, 'failed', false)
    const query = { from: instant('2026-11-01'), to: instant('2026-12-01') }
    expect((await through.list(id, query, instant('2026-11-20'), 10, null))?.alerts).toHaveLength(10)
    expect(faults.requests).toEqual(['GET /alert()?$top=11'])
  })

  test.each([
    [4, [[], [0], []]],
    [2, [[], [], [], [0], []]],
    [9, [[0]]],
  ])('a page of a list ends after %j alerts looked at, with nothing, and leads to what passes', async (most, pages) => {
    const [id, through] = [newOrganization(), tableAlertStore(account(), most)]
    const alerts = numbers(8).map((ms) => alert(ms, { level: ms === 0 ? 'critical' : 'low' }))
    await committed(through, id, step('1', { alerts }))
    const query = { from: instant('2026-11-01'), to: instant('2026-12-01'), levels: ['critical'] } as const
    const found: string[][] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<AlertStore['list']>> = await through.list(
        id,
        query,
        instant('2026-11-20'),
        10,
        after,
      )
      found.push((page?.alerts ?? []).map(({ record }) => record.id))
      after = page?.next ?? null
    } while (after !== null)
    expect(found).toEqual(pages.map((page) => page.map(() => alerts[0]?.id)))
  })

  test('an acknowledgement whose response is lost is there, and stays the first', async () => {
    const [id, through] = [newOrganization(), faulty()]
    await committed(through, id, step('1', { alerts: [alert(1)] }))
    const by = (number: number) => ({ by: guid(number, 'b'), at: instant('2026-11-20') })
    faults.arm(3, 'lost', true)
    await expect(through.acknowledge(id, alert(1).id, by(1))).rejects.toThrow(Unavailable)
    faults.heal()
    expect((await through.acknowledge(id, alert(1).id, by(2)))?.acknowledged).toEqual(by(1))
  })
})
