// What every outbox must do: what waits, what came of it, and who may deliver. Each adapter's test runs this suite.
import { describe, expect, test } from 'vitest'
import { attemptsStoredMax } from '../../../src/domain/notifications/attempts.ts'
import { untried } from '../../../src/domain/notifications/health.ts'
import type { Outbox } from '../../../src/ports/outbox.ts'
import { guid, instant } from '../../support/events.ts'
import {
  allFailed,
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
  recorded,
  saying,
  slack,
  splunk,
  start,
  waiting,
} from './outbox-samples.ts'

const nothing = { waiting: [], failed: [], attempts: [], health: untried }
const contentCharsMax = 100 * 1024

/** Texts of 100 Ki characters that something on their way might not take as they are. */
const hostile: readonly (readonly [string, string])[] = [
  ['quotes', '"\\'.repeat(contentCharsMax / 2)],
  ['control characters', '\u0000\u0001'.repeat(contentCharsMax / 8)],
  ['characters of two halves', `x${'\ud83d\ude00'.repeat(contentCharsMax / 2 - 1)}`],
  ['half characters', '\ude00\ud83d'.repeat(contentCharsMax / 16)],
  ['line ends', '\u2028\u2029\r\n'.repeat(contentCharsMax / 16)],
  ['what looks like a protocol', '--changeset\r\nHTTP/1.1 404 Not Found\r\n\r\n{"odata.error":{}}\r\n'],
]

/** The promises of the port `Outbox`. */
export function outboxConformance(name: string, outbox: () => Outbox): void {
  whatWaits(name, outbox)
  leases(name, outbox)
  recording(name, outbox)
  whatFailed(name, outbox)

  describe(`${name}: organizations and integrations`, () => {
    test('of which nothing is known have nothing', async () => {
      const id = newOrganization()
      await outbox().check()
      expect(await contentOf(outbox(), id)).toEqual(nothing)
      expect(await outbox().nextDue(id, slack)).toBeUndefined()
      expect(await outbox().replay(id, slack, 'all', start)).toBe(0)
      await outbox().recordNotified(id, slack)
      await outbox().forget(id, slack)
      expect(await contentOf(outbox(), id)).toEqual(nothing)
    })

    test('are nothing to each other', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const forSplunk = (number: number) => notification(number, { integrationId: splunk })
      await outbox().add(one, [notification(1), notification(2), forSplunk(1), forSplunk(2)])
      await outbox().add(other, [notification(1), notification(2)])
      await recorded(outbox(), one, delivery(1, { arrived: [notification(1)], failed: [failed(2)] }))
      await outbox().recordNotified(one, slack)

      const untouched = { ...nothing, waiting: [waiting(1), waiting(2)] }
      const ofSplunk = [1, 2].map((number) => waiting(number, { notification: forSplunk(number) }))
      expect(await contentOf(outbox(), other)).toEqual(untouched)
      expect(await contentOf(outbox(), one, splunk)).toEqual({ ...nothing, waiting: ofSplunk })
      expect(await outbox().replay(other, slack, 'all', start)).toBe(0)
      expect(await outbox().replay(one, splunk, 'all', start)).toBe(0)
      expect((await contentOf(outbox(), one)).failed).toEqual([failed(2)])

      await outbox().forget(one, slack)
      expect(await contentOf(outbox(), one)).toEqual(nothing)
      expect(await contentOf(outbox(), other)).toEqual(untouched)
      expect(await contentOf(outbox(), one, splunk)).toEqual({ ...nothing, waiting: ofSplunk })
    })

    test('that are forgotten leave nothing, however much there was, and their lease is lost', async () => {
      const id = newOrganization()
      await outbox().add(
        id,
        numbers(250).map((number) => notification(number)),
      )
      await recorded(outbox(), id, delivery(1, { failed: numbers(60).map((number) => failed(number)) }))
      const lease = await leased(outbox(), id)
      await outbox().forget(id, slack)
      expect(await contentOf(outbox(), id)).toEqual(nothing)
      expect(await outbox().recordAttempt(lease, delivery(2, { waiting: [waiting(1)] }))).toBeUndefined()
      await outbox().releaseLease(lease)
      await outbox().recordNotified(id, slack)
      expect(await contentOf(outbox(), id)).toEqual(nothing)
      await leased(outbox(), id)
    })
  })
}

function whatWaits(name: string, outbox: () => Outbox): void {
  describe(`${name}: a notification that is added`, () => {
    test('waits, due at its own time', async () => {
      const id = newOrganization()
      await outbox().add(id, [notification(1), notification(2)])
      expect((await contentOf(outbox(), id)).waiting).toEqual([waiting(1), waiting(2)])
      expect(await outbox().nextDue(id, slack)).toBe(start + 1)
      await outbox().add(id, [])
    })

    test('again is left as it is, and others with it are added', async () => {
      const id = newOrganization()
      await outbox().add(id, [notification(1), notification(1)])
      const again = waiting(1, { failures: 2, dueAt: start + 99, lastError: 'the target answered 503' })
      await recorded(outbox(), id, delivery(1, { waiting: [again] }))
      await outbox().add(id, [notification(0), notification(1, { content: saying('else') }), notification(2)])
      expect((await contentOf(outbox(), id)).waiting).toEqual([waiting(0), again, waiting(2)])
    })

    test('by several at once waits once', async () => {
      const id = newOrganization()
      const adds = [0, 40, 80].map((from) => numbers(150, from).map((number) => notification(number)))
      await Promise.all(adds.map((each) => outbox().add(id, each)))
      expect((await contentOf(outbox(), id)).waiting).toEqual(numbers(230).map((number) => waiting(number)))
    })

    test.each(hostile)('comes back as it was: with %s', async (_, text) => {
      const id = newOrganization()
      const added = notification(1, { content: saying(text) })
      const again = waiting(1, { notification: added, failures: 1, lastError: text.slice(0, 4_096) })
      await outbox().add(id, [added])
      const [first] = await outbox().due(id, slack, never, 1)
      expect(JSON.stringify(first?.notification) === JSON.stringify(added)).toBe(true)
      await recorded(outbox(), id, delivery(1, { waiting: [again] }))
      const [second] = await outbox().due(id, slack, never, 1)
      expect(JSON.stringify(second?.notification) === JSON.stringify(added)).toBe(true)
      expect(second?.lastError === again.lastError).toBe(true)
    })

    test('with 1,000 others at once is there', async () => {
      const id = newOrganization()
      await outbox().add(
        id,
        numbers(1_001).map((number) => notification(number)),
      )
      expect((await contentOf(outbox(), id)).waiting).toEqual(numbers(1_001).map((number) => waiting(number)))
      expect(await outbox().due(id, slack, never, 1_000)).toHaveLength(1_000)
    })
  })

  describe(`${name}: what is due`, () => {
    test('is in order of time, then id, in any order of adding', async () => {
      const id = newOrganization()
      const at = instant('2026-11-20T00:00:00.0050001Z')
      const soon = instant('2026-11-20T00:00:00.0050002Z')
      const expected = [
        notification(5),
        notification(2, { at }),
        notification(3, { at }),
        notification(1, { at: soon }),
      ]
      for (const each of [3, 0, 2, 1]) await outbox().add(id, expected.slice(each, each + 1))
      expect((await outbox().due(id, slack, never, 10)).map((each) => each.notification)).toEqual(expected)
      expect((await outbox().due(id, slack, never, 3)).map((each) => each.notification)).toEqual(expected.slice(0, 3))
      expect(await outbox().due(id, slack, never, 0)).toEqual([])
    })

    test('is due up to and at that time, also behind some that wait longer', async () => {
      const id = newOrganization()
      await outbox().add(
        id,
        [1, 2, 3, 4].map((number) => notification(number)),
      )
      const later = [1, 2].map((number) => waiting(number, { failures: 1, dueAt: start + 1_000 * number }))
      await recorded(outbox(), id, delivery(1, { waiting: later }))
      const due = (at: number, limit: number) => outbox().due(id, slack, start + at, limit)
      expect(await due(2, 10)).toEqual([])
      expect(await due(3, 10)).toEqual([waiting(3)])
      expect(await due(4, 1)).toEqual([waiting(3)])
      expect(await due(1_000, 10)).toEqual([later[0], waiting(3), waiting(4)])
      expect(await due(2_000, 2)).toEqual(later)
      expect(await outbox().nextDue(id, slack)).toBe(start + 3)
    })

    test('next is found among more than one response holds', async () => {
      const id = newOrganization()
      await outbox().add(
        id,
        numbers(1_100).map((number) => notification(number)),
      )
      const later = numbers(1_050).map((number) => waiting(number, { failures: 1, dueAt: start + 9_000 - number }))
      await recorded(outbox(), id, delivery(1, { waiting: later }))
      expect(await outbox().nextDue(id, slack)).toBe(start + 1_050)
      const arrived = numbers(50, 1_050).map((number) => notification(number))
      await recorded(outbox(), id, delivery(2, { arrived }))
      expect(await outbox().nextDue(id, slack)).toBe(start + 9_000 - 1_049)
      expect(await outbox().due(id, slack, start + 9_000 - 1_048, 10)).toEqual(later.slice(1_048))
    })
  })
}

function leases(name: string, outbox: () => Outbox): void {
  describe(`${name}: a lease`, () => {
    test('is known to all of its organization until it ends, is given back or forgotten', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      const leasedAt = async (now: number, id = one) => (await outbox().leased(id, now)).toSorted()
      expect(await leasedAt(start)).toEqual([])
      const first = await leased(outbox(), one)
      await leased(outbox(), one, splunk)
      await outbox().add(one, [notification(1)])
      expect(await leasedAt(start)).toEqual([slack, splunk].toSorted())
      expect(await leasedAt(start + 59_999)).toEqual([slack, splunk].toSorted())
      expect(await leasedAt(start + 60_000)).toEqual([])
      expect(await leasedAt(start, other)).toEqual([])

      await outbox().releaseLease(first)
      expect(await leasedAt(start)).toEqual([splunk])
      await outbox().forget(one, splunk)
      expect(await leasedAt(start)).toEqual([])
    })

    test('of several who ask at once is had by one', async () => {
      const id = newOrganization()
      for (const from of [start, start + 60_000]) {
        const asked = await Promise.all([1, 2, 3].map(() => outbox().acquireLease(id, slack, from, from + 60_000)))
        expect(asked.filter((lease) => lease !== undefined)).toHaveLength(1)
      }
    })

    test('is had until its time, then another has it and the first can store nothing', async () => {
      const id = newOrganization()
      await outbox().add(id, [notification(1), notification(2)])
      const first = await leased(outbox(), id)
      expect(await outbox().acquireLease(id, slack, start + 59_999, never)).toBeUndefined()
      const second = await outbox().acquireLease(id, slack, start + 60_000, never)
      expect(second).toBeDefined()

      const made = delivery(1, { arrived: [notification(1)], failed: [failed(2)] })
      expect(await outbox().recordAttempt(first, made)).toBeUndefined()
      expect(await contentOf(outbox(), id)).toEqual({ ...nothing, waiting: [waiting(1), waiting(2)] })
      await outbox().releaseLease(first)
      expect(await outbox().acquireLease(id, slack, start + 60_000, never)).toBeUndefined()
      expect(second && (await outbox().recordAttempt(second, made))).toBeDefined()
    })

    test('whose time is over holds until another process takes it', async () => {
      const id = newOrganization()
      const lease = await outbox().acquireLease(id, slack, start, start + 1)
      expect(lease && (await outbox().recordAttempt(lease, delivery(9)))).toBeDefined()
    })

    test('that is given back can be taken at once, and stores nothing more', async () => {
      const id = newOrganization()
      const lease = await leased(outbox(), id)
      await outbox().releaseLease(lease)
      expect(await outbox().recordAttempt(lease, delivery(1))).toBeUndefined()
      await leased(outbox(), id)
      await outbox().releaseLease(lease)
      expect(await outbox().acquireLease(id, slack, start, never)).toBeUndefined()
      expect(await outbox().attemptsOf(id, slack)).toEqual([])
    })

    test('of one destination leaves the others free', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      await leased(outbox(), one)
      await leased(outbox(), one, splunk)
      await leased(outbox(), other)
    })

    test('goes on from attempt to attempt, also when others are notified of failures in between', async () => {
      const id = newOrganization()
      let lease = await outbox().recordAttempt(await leased(outbox(), id), delivery(1))
      await outbox().recordNotified(id, slack)
      expect(await outbox().healthOf(id, slack)).toEqual({ ...failing, notified: true })
      lease = lease && (await outbox().recordAttempt(lease, delivery(2)))
      expect(lease).toBeDefined()
      expect(await outbox().healthOf(id, slack)).toEqual(failing)
      expect(await outbox().acquireLease(id, slack, start, never)).toBeUndefined()
      if (lease) await outbox().releaseLease(lease)
      await leased(outbox(), id)
    })
  })
}

function recording(name: string, outbox: () => Outbox): void {
  describe(`${name}: what came of an attempt`, () => {
    test('is stored: what arrived is gone, what waits again waits, what failed is listed', async () => {
      const id = newOrganization()
      await outbox().add(
        id,
        [1, 2, 3, 4].map((number) => notification(number)),
      )
      const again = waiting(2, { failures: 1, dueAt: start + 5_000, lastError: 'timed out' })
      const made = attempt(10, { outcome: 'retry', error: 'timed out', latencyMs: null })
      await recorded(
        outbox(),
        id,
        delivery(10, { attempt: made, arrived: [notification(1)], waiting: [again], failed: [failed(3)] }),
      )
      expect(await contentOf(outbox(), id)).toEqual({
        waiting: [again, waiting(4)],
        failed: [failed(3)],
        attempts: [made],
        health: failing,
      })
    })

    test('has the recipients that an e-mail has yet to reach, while it waits, when it failed, and replayed', async () => {
      const id = newOrganization()
      const partly = notification(1, { recipients: ['bob@acme.test'] })
      const again = waiting(1, { notification: partly, failures: 1, dueAt: start + 5_000 })
      await outbox().add(id, [notification(1)])
      await recorded(outbox(), id, delivery(1, { waiting: [again] }))
      expect((await contentOf(outbox(), id)).waiting).toEqual([again])
      await recorded(outbox(), id, delivery(2, { failed: [failed(1, 2, { notification: partly })] }))
      await outbox().replay(id, slack, 'all', start + 9_000)
      expect((await contentOf(outbox(), id)).waiting).toMatchObject([{ notification: partly }])
    })

    test('may be of what waits no more', async () => {
      const id = newOrganization()
      await outbox().add(id, [notification(1)])
      const made = { arrived: [notification(1), notification(7)], waiting: [waiting(8)], failed: [failed(9)] }
      await recorded(outbox(), id, delivery(1, made))
      expect(await contentOf(outbox(), id)).toMatchObject({ waiting: [waiting(8)], failed: [failed(9)] })
    })

    test('stored again under the same lease has the same result', async () => {
      const id = newOrganization()
      await outbox().add(
        id,
        [1, 2, 3].map((number) => notification(number)),
      )
      const lease = await leased(outbox(), id)
      const made = delivery(1, { arrived: [notification(1)], waiting: [waiting(2)], failed: [failed(3)] })
      await outbox().recordAttempt(lease, made)
      const content = await contentOf(outbox(), id)
      expect(await outbox().recordAttempt(lease, made)).toBeDefined()
      expect(await contentOf(outbox(), id)).toEqual(content)
    })

    test.each([
      ['of another integration', { arrived: [notification(1, { integrationId: splunk })] }],
      ['of one notification twice', { arrived: [notification(1)], waiting: [waiting(1)] }],
    ])('is not taken when it is %s', async (_, members) => {
      const id = newOrganization()
      await outbox().add(id, [notification(1)])
      const lease = await leased(outbox(), id)
      await expect(outbox().recordAttempt(lease, delivery(1, members))).rejects.toThrow(TypeError)
      expect(await contentOf(outbox(), id)).toEqual({ ...nothing, waiting: [waiting(1)] })
    })

    test('of 1,000 in one batch is stored, and the lease goes on', async () => {
      const id = newOrganization()
      const batch = numbers(1_000).map((number) => notification(number))
      const notificationIds = batch.map((each) => each.id)
      await outbox().add(id, batch)
      let lease = await outbox().recordAttempt(
        await leased(outbox(), id),
        delivery(1, {
          attempt: attempt(1, { notificationIds }),
          arrived: batch.slice(0, 500),
          waiting: numbers(300, 500).map((number) => waiting(number, { failures: 1 })),
          failed: numbers(200, 800).map((number) => failed(number)),
        }),
      )
      const { waiting: left, failed: failures, attempts } = await contentOf(outbox(), id)
      expect(left).toEqual(numbers(300, 500).map((number) => waiting(number, { failures: 1 })))
      expect(failures).toEqual(
        numbers(200, 800)
          .reverse()
          .map((number) => failed(number)),
      )
      expect(attempts).toEqual([attempt(1, { notificationIds })])
      lease = lease && (await outbox().recordAttempt(lease, delivery(2, { arrived: batch.slice(500, 800) })))
      expect(lease).toBeDefined()
      expect(await outbox().nextDue(id, slack)).toBeUndefined()
    })

    test('of many long ones is stored', async () => {
      const id = newOrganization()
      const content = saying('"'.repeat(contentCharsMax))
      const long = numbers(40).map((number) => notification(number, { content }))
      const last = long.map((each) => failed(1, 1, { notification: each }))
      await outbox().add(id, long)
      const again = long.map((each, index) => waiting(index, { notification: each, failures: 3 }))
      await recorded(outbox(), id, delivery(1, { waiting: again }))
      expect((await contentOf(outbox(), id)).waiting.map(({ failures }) => failures)).toEqual(long.map(() => 3))
      await recorded(outbox(), id, delivery(2, { failed: last }))
      expect(await outbox().nextDue(id, slack)).toBeUndefined()
      expect(await outbox().replay(id, slack, 'all', start)).toBe(40)
      const { waiting: left } = await contentOf(outbox(), id)
      expect(JSON.stringify(left.map((each) => each.notification)) === JSON.stringify(long)).toBe(true)
    })

    test(`is stored for the last ${attemptsStoredMax} attempts, newest first`, async () => {
      const id = newOrganization()
      let lease = await leased(outbox(), id)
      const attempts = numbers(attemptsStoredMax + 3).map((number) => attempt(number, { error: `${number}` }))
      for (const each of attempts)
        lease = (await outbox().recordAttempt(lease, delivery(0, { attempt: each }))) ?? lease
      expect(await outbox().attemptsOf(id, slack)).toEqual(attempts.slice(3).reverse())
      expect(await outbox().attemptsOf(id, slack, 2)).toEqual(attempts.slice(-2).reverse())
    })
  })
}

function whatFailed(name: string, outbox: () => Outbox): void {
  describe(`${name}: what failed for good`, () => {
    /** An organization in which the notifications of these numbers failed, one after the other. */
    async function withFailed(failures: readonly number[]) {
      const id = newOrganization()
      const all = failures.map((number, index) => failed(number, index))
      await recorded(outbox(), id, delivery(1, { failed: all }))
      return { id, newestFirst: all.reverse() }
    }

    test('is listed newest first, page by page', async () => {
      const { id, newestFirst } = await withFailed([5, 1, 4, 2, 3])
      for (const limit of [1, 2, 5, 6]) {
        const pages = await allFailed(outbox(), id, limit)
        expect(pages.flat()).toEqual(newestFirst)
        expect(pages).toHaveLength(Math.ceil(5 / limit))
      }
    })

    test('goes on after a cursor, also when more has failed since', async () => {
      const { id, newestFirst } = await withFailed([1, 2, 3])
      const first = await outbox().failedOf(id, slack, 2, null)
      await recorded(outbox(), id, delivery(2, { failed: [failed(9, 99)] }))
      await outbox().replay(id, slack, guid(2, '5'), start)
      const next = await outbox().failedOf(id, slack, 2, first?.next ?? null)
      expect(next).toEqual({ failed: newestFirst.slice(2), next: null })
    })

    test('refuses a cursor that is none', async () => {
      const { id } = await withFailed([1])
      for (const after of ['', '1', "' or", `Failed=${slack}__`, 'Date=251636486399999__Uniquifier=']) {
        expect(await outbox().failedOf(id, slack, 1, after)).toBeUndefined()
      }
    })

    test('waits again, due now and without failures, when it is replayed', async () => {
      const { id, newestFirst } = await withFailed([1, 2, 3])
      const now = start + 50_000
      const again = (number: number) => waiting(number, { dueAt: now })
      expect(await outbox().replay(id, slack, guid(7, '5'), now)).toBe(0)
      expect(await outbox().replay(id, slack, guid(2, '5'), now)).toBe(1)
      expect(await outbox().replay(id, slack, guid(2, '5'), now)).toBe(0)
      expect(await contentOf(outbox(), id)).toMatchObject({
        waiting: [again(2)],
        failed: newestFirst.filter((_, index) => index !== 1),
      })
      expect(await outbox().replay(id, slack, 'all', now)).toBe(2)
      expect(await contentOf(outbox(), id)).toMatchObject({ waiting: [1, 2, 3].map(again), failed: [] })
      expect(await outbox().nextDue(id, slack)).toBe(now)
    })

    test('more than once waits once when it is replayed, also when it waits already', async () => {
      const id = newOrganization()
      await recorded(outbox(), id, delivery(1, { failed: [failed(1, 1)] }))
      await recorded(outbox(), id, delivery(2, { failed: [failed(1, 2)] }))
      await outbox().add(id, [notification(1)])
      expect(await outbox().replay(id, slack, guid(1, '5'), start)).toBe(1)
      expect(await contentOf(outbox(), id)).toMatchObject({ waiting: [waiting(1, { dueAt: start })], failed: [] })
    })

    test('is replayed once, however many there are and however many processes do it', async () => {
      const { id } = await withFailed(numbers(230))
      const counts = await Promise.all([1, 2].map(() => outbox().replay(id, slack, 'all', start)))
      expect(counts.reduce((a, b) => a + b)).toBe(230)
      expect(await contentOf(outbox(), id)).toMatchObject({
        waiting: numbers(230).map((number) => waiting(number, { dueAt: start })),
        failed: [],
      })
    })
  })
}
