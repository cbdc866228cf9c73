// What people see of a source: its status in words, and never its secret.
import { expect, test } from 'vitest'
import { instantAt } from '../../../src/domain/instant.ts'
import { newProgress } from '../../../src/domain/sources/progress.ts'
import { connectionOf, secretContext } from '../../../src/domain/sources/source.ts'
import { completeTo, dayOf, type SourceStatus, type SourceView, sourceView } from '../../../src/domain/sources/view.ts'
import { acme, guid } from '../../support/events.ts'
import { sourceOf } from '../../support/sources/sources.ts'

const now = Date.UTC(2026, 10, 20, 12)
const begun = newProgress(sourceOf(), now - 3_600_000)
const pulled = { ...begun, readTo: now - 30_000, lastPullAt: now - 30_000, nextPullAt: now + 30_000 }

test('shows a source before its first pull, without its secret', () => {
  const view = sourceView(sourceOf({ secret: 'v1.k1.abc' }), undefined, now)
  expect(JSON.stringify(view)).not.toContain('v1.k1')
  expect(view).toMatchObject({ object: 'source', status: 'new', lastPullAt: null, lagSeconds: null, directory: null })
  expect(view.history).toEqual({ done: false, reachedBack: null, events: 0 })
})

const failing = {
  ...pulled,
  failing: { since: now, times: 3, reported: false },
  lastError: { at: now, reason: 'key-refused' as const },
}
test.each<[string, SourceView, SourceStatus]>([
  ['reads its history', sourceView(sourceOf(), pulled, now), 'history'],
  ['is current', sourceView(sourceOf(), { ...pulled, history: null }, now), 'current'],
  ['fails', sourceView(sourceOf(), failing, now), 'failing'],
  ['is paused though it fails', sourceView(sourceOf({ paused: true }), failing, now), 'paused'],
])('a source that %s says so', (_, view, status) => {
  expect(view.status).toBe(status)
  expect(view.message).toMatch(/^[A-Z].*\.$/)
})

test('history says back to when it is read, and in the end the date of the oldest event', () => {
  const oldest = instantAt(now - 30 * 86_400_000)
  const reading = {
    ...pulled,
    history: { from: instantAt(0), to: instantAt(now - 86_400_000) },
    oldest: instantAt(now),
  }
  expect(sourceView(sourceOf(), reading, now).history).toMatchObject({
    done: false,
    reachedBack: '2026-11-19T12:00:00.000Z',
  })
  const done = sourceView(sourceOf(), { ...pulled, history: null, oldest }, now).history
  expect(done).toMatchObject({ done: true, reachedBack: '2026-10-21T12:00:00.000Z' })
  const empty = sourceView(sourceOf(), { ...pulled, history: null }, now).history
  expect(empty).toMatchObject({ done: true, reachedBack: null })
})

test('says what is wrong, in a sentence', () => {
  const view = sourceView(sourceOf(), failing, now)
  expect(view.lastError).toMatchObject({ reason: 'key-refused' })
  expect(view.message).toBe(view.lastError?.message)
})

test('the lag is the age of the oldest date that may be missing', () => {
  expect(sourceView(sourceOf(), pulled, now).lagSeconds).toBe(30)
  const gap = { from: instantAt(now - 7_200_000), to: instantAt(now - 3_600_000) }
  expect(sourceView(sourceOf(), { ...pulled, gaps: [gap] }, now).lagSeconds).toBe(7_200)
  expect(completeTo({ ...pulled, gaps: [gap] })).toBe(now - 7_200_000)
})

test('counts the requests of today and yesterday', () => {
  const days = [
    { day: dayOf(now), requests: 7, historyRequests: 0, events: 1 },
    { day: dayOf(now - 86_400_000), requests: 9, historyRequests: 0, events: 1 },
  ]
  expect(sourceView(sourceOf(), { ...pulled, days }, now)).toMatchObject({ requestsToday: 7, requestsYesterday: 9 })
})

test('a connection is another one with another key or address; a secret is sealed for one source', () => {
  expect(connectionOf(sourceOf())).toBe(connectionOf(sourceOf({ name: 'other', paused: true })))
  expect(connectionOf(sourceOf({ secret: 'another' }))).not.toBe(connectionOf(sourceOf()))
  const ids = { organizationId: acme, sourceId: guid(1, '5') }
  expect(secretContext(ids)).not.toBe(secretContext({ ...ids, sourceId: guid(2, '5') }))
})
