// Targets of any kind: batches are the first notifications, in order.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextBatch } from '../../../../src/domain/notifications/targets/targets.ts'
import { about, anyBatch } from '../samples.ts'
import { targets } from './samples.ts'

const batched = { ...targets.webhook, batch: true }

test('nothing is sent if nothing waits', () => {
  for (const target of Object.values(targets)) expect(nextBatch(target, [], about())).toBeUndefined()
})

test('of any pending notifications the first ones are sent, at least one', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(targets), batched), anyBatch(20), (target, all) => {
      const batch = nextBatch(target, all, about()) ?? []
      expect(batch.length).toBeGreaterThan(0)
      expect(batch).toEqual(all.slice(0, batch.length))
    }),
    { numRuns: 60 },
  )
})
