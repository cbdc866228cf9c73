// Batches: what goes together for each kind of target, at the limits and one past them, always the first ones in order.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Content } from '../../../../src/domain/notifications/messages/notification.ts'
import { datadogBatchMax } from '../../../../src/domain/notifications/targets/datadog/message.ts'
import { singlesMax } from '../../../../src/domain/notifications/targets/slack/batches.ts'
import { blocksMax, digestMax } from '../../../../src/domain/notifications/targets/slack/message.ts'
import { hecBatchMax, hecBytesMax, hecEntry } from '../../../../src/domain/notifications/targets/splunk-hec/message.ts'
import { nextBatch } from '../../../../src/domain/notifications/targets/targets.ts'
import { webhookBatchMax } from '../../../../src/domain/notifications/targets/webhook/message.ts'
import { about, alert, anyBatch, contents, notification, targets } from '../samples.ts'

const pending = (count: number, content: Content = contents.event) =>
  Array.from({ length: count }, (_, index) => notification(content, index + 1))
const sizeOf = (target: Parameters<typeof nextBatch>[0], all: ReturnType<typeof pending>) =>
  nextBatch(target, all, about())?.length
const batched = { ...targets.webhook, batch: true }

describe('Slack', () => {
  test.each(['slack-webhook', 'slack-bot'] as const)('(%s) gets a few one by one, and more as a digest', (kind) => {
    expect(sizeOf(targets[kind], pending(singlesMax))).toBe(1)
    expect(sizeOf(targets[kind], pending(singlesMax + 1))).toBe(singlesMax + 1)
    expect(sizeOf(targets[kind], pending(digestMax))).toBe(digestMax)
    expect(sizeOf(targets[kind], pending(digestMax + 1))).toBe(digestMax)
  })

  test('takes as much in a message as a digest has', () => expect(digestMax + 2).toBeLessThanOrEqual(blocksMax))

  test('gets notices and tests by themselves, and nothing out of order for it', () => {
    const [one, two, three, four, five, six] = pending(6)
    const notice = notification(contents.notice, 9)
    const all = [one, two, three, four, notice, five, six].flatMap((each) => each ?? [])
    const digest = nextBatch(targets['slack-bot'], all, about())
    expect(digest).toEqual([one, two, three, four])
    expect(nextBatch(targets['slack-bot'], all.slice(4), about())).toEqual([notice])
    const soon = [one, notice, two, three, four, five].flatMap((each) => each ?? [])
    expect(nextBatch(targets['slack-bot'], soon, about())).toEqual([one])
  })
})

test('Teams and webhooks that do not ask for batches get one at a time', () => {
  expect(sizeOf(targets.teams, pending(50))).toBe(1)
  expect(sizeOf(targets.webhook, pending(50))).toBe(1)
})

describe('by number', () => {
  test.each([
    [batched, webhookBatchMax],
    [targets.datadog, datadogBatchMax],
  ])('%o gets as many as it takes', (target, max) => {
    expect(sizeOf(target, pending(max, contents.test))).toBe(max)
    expect(sizeOf(target, pending(max + 1, contents.test))).toBe(max)
  })

  test('Splunk gets as many as it takes', () => {
    expect(sizeOf(targets.hec, pending(hecBatchMax + 1, contents.test))).toBe(hecBatchMax)
  })
})

test('by bytes, as many as fit', () => {
  const large = { ...contents.resolved, alert: alert({ response: 'x'.repeat(100_000) }) }
  const entry = Buffer.byteLength(hecEntry(targets.hec, notification(large), about()))
  expect(sizeOf(targets.hec, pending(20, large))).toBe(Math.floor((hecBytesMax - 2) / (entry + 1)))
})

test('nothing goes when nothing waits', () => {
  for (const target of Object.values(targets)) expect(nextBatch(target, [], about())).toBeUndefined()
})

test('whatever waits, the first ones go, at least one', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(targets), batched), anyBatch(20), (target, all) => {
      const batch = nextBatch(target, all, about()) ?? []
      expect(batch.length).toBeGreaterThan(0)
      expect(batch).toEqual(all.slice(0, batch.length))
    }),
    { numRuns: 60 },
  )
})
