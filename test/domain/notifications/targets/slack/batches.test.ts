// Batches for Slack: a few one by one, a burst as a digest.
import { describe, expect, test } from 'vitest'
import { singlesMax } from '../../../../../src/domain/notifications/targets/definition/batches.ts'
import { blocksMax, digestMax } from '../../../../../src/domain/notifications/targets/slack/message.ts'
import { nextBatch } from '../../../../../src/domain/notifications/targets/targets.ts'
import { about, contents, notification, pending } from '../../samples.ts'
import { targets } from '../samples.ts'

const sizeOf = (kind: 'slack-webhook' | 'slack-bot', all: ReturnType<typeof pending>) =>
  nextBatch(targets[kind], all, about())?.length

describe('batches for Slack', () => {
  test.each(['slack-webhook', 'slack-bot'] as const)('(%s) gets a few one by one, and more as a digest', (kind) => {
    expect(sizeOf(kind, pending(singlesMax))).toBe(1)
    expect(sizeOf(kind, pending(singlesMax + 1))).toBe(singlesMax + 1)
    expect(sizeOf(kind, pending(digestMax))).toBe(digestMax)
    expect(sizeOf(kind, pending(digestMax + 1))).toBe(digestMax)
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
