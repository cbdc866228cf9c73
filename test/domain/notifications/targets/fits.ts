// What every target for programs promises: any content is sent within its limits, in order, and in full.
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Batch } from '../../../../src/domain/notifications/messages/request.ts'
import type { OpenTarget, TargetKind } from '../../../../src/domain/notifications/targets/registry.ts'
import { buildRequest, nextBatch } from '../../../../src/domain/notifications/targets/targets.ts'
import { anyAbout, anyBatch, now } from '../samples.ts'

/** An entry of a body, as it was parsed, and the id of its notification. */
type Entry = { readonly id: unknown; readonly json: unknown }

/** Sends any content, batch by batch; each body, and each of its entries, has at most so many bytes. */
export function expectAnyContentFits<Kind extends Exclude<TargetKind, 'email'>>(
  target: OpenTarget<Kind>,
  bytesMax: number,
  entryBytesMax: number,
  entriesOf: (body: string) => readonly Entry[],
): void {
  fc.assert(
    fc.property(anyBatch(60), anyAbout, (all, of) => {
      let pending: readonly Batch[number][] = all
      const sent: unknown[] = []
      for (let batch = nextBatch(target, pending, of); batch; batch = nextBatch(target, pending, of)) {
        const { body } = buildRequest(target, batch, of, now)
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bytesMax)
        for (const { id, json } of entriesOf(body)) {
          expect(Buffer.byteLength(JSON.stringify(json))).toBeLessThanOrEqual(entryBytesMax)
          sent.push(id)
        }
        pending = pending.slice(batch.length)
      }
      expect(sent).toEqual(all.map(({ id }) => id))
    }),
    { numRuns: 30 },
  )
}
