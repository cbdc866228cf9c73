// Batches for Teams: a few one by one, a burst as a digest with a link to all of it.
import { expect, test } from 'vitest'
import { singlesMax } from '../../../../../src/domain/notifications/targets/definition/batches.ts'
import { buildRequest, nextBatch } from '../../../../../src/domain/notifications/targets/targets.ts'
import { teamsDigestMax } from '../../../../../src/domain/notifications/targets/teams/message.ts'
import { about, contents, notification, now, pending } from '../../samples.ts'
import { targets } from '../samples.ts'

const batchOf = (all: ReturnType<typeof pending>) => nextBatch(targets.teams, all, about())

test('Teams gets a few one by one, and more as a digest', () => {
  expect(batchOf(pending(singlesMax))).toHaveLength(1)
  expect(batchOf(pending(singlesMax + 1))).toHaveLength(singlesMax + 1)
  expect(batchOf(pending(teamsDigestMax + 1))).toHaveLength(teamsDigestMax)
})

test('Teams gets a notice by itself, and nothing out of order for it', () => {
  const all = pending(6)
  const notice = notification(contents.notice, 9)
  expect(batchOf([...all.slice(0, 4), notice, ...all.slice(4)])).toEqual(all.slice(0, 4))
  expect(batchOf([notice, ...all])).toEqual([notice])
})

test('a digest leads to the alerts, or to the events if it is about nothing else', () => {
  const linked = (all: ReturnType<typeof pending>) => {
    const batch = batchOf(all)
    if (!batch) throw new Error('no batch')
    return buildRequest(targets.teams, batch, about(), now).body
  }
  const alerts = Array.from({ length: 5 }, (_, index) => notification(contents.alert, index))
  const events = Array.from({ length: 5 }, (_, index) => notification(contents.event, index))
  expect(linked(alerts)).toMatch(/"title":"Look at all","url":"https:[^"]*\/alerts"/)
  expect(linked(events)).toMatch(/"title":"Look at all","url":"https:[^"]*\/events"/)
})
