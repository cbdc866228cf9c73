// Splunk: documented forms, batches, responses, and sizes at any content.
import { describe, expect, test } from 'vitest'
import { instantAt, millisecondsOf } from '../../../../../src/domain/instant.ts'
import {
  hecBatchMax,
  hecBytesMax,
  hecEntry,
  hecEntryBytesMax,
} from '../../../../../src/domain/notifications/targets/splunk-hec/message.ts'
import { buildRequest, nextBatch } from '../../../../../src/domain/notifications/targets/targets.ts'
import { about, alert, batchOf, contents, notification, now, one, pending, two } from '../../samples.ts'
import { expectAnyContentFits } from '../fits.ts'
import { targets } from '../samples.ts'

describe('Splunk', () => {
  test('gets events with their time, one after the other, and the token', () => {
    const request = buildRequest(targets.hec, two, about(), now)
    expect(request.url).toBe('https://splunk.acme.test:8088/services/collector/event')
    expect(request.headers.authorization).toBe('Splunk t0k')
    const [alerted, logged] = request.body.split('\n').map((line) => JSON.parse(line))
    expect(alerted).toMatchObject({
      time: 1_795_168_800,
      source: 'keytrail',
      sourcetype: 'keytrail:alert',
      index: 'vault',
      event: { type: 'alert.raised', alert: { level: 'high' } },
    })
    expect(logged).toMatchObject({ sourcetype: 'keytrail:event', event: { event: { type: 1107 } } })
  })

  test('gets what it is asked for: another path, no index, another source', () => {
    const target = { ...targets.hec, url: 'https://s.test/in/raw?x=1', index: null, source: 'vault' }
    const request = buildRequest(target, one, about(), now)
    expect(request.url).toBe(target.url)
    const line = JSON.parse(request.body)
    expect(line.source).toBe('vault')
    expect(line).not.toHaveProperty('index')
  })

  test('gets milliseconds', () => {
    const at = instantAt(millisecondsOf(now) + 123)
    const line = buildRequest(targets.hec, batchOf({ ...notification(contents.test), at }), about(), now).body
    expect(JSON.parse(line).time).toBe(1_795_169_100.123)
  })
})

describe('batches for Splunk', () => {
  test('are as many as it takes', () => {
    expect(nextBatch(targets.hec, pending(hecBatchMax + 1, contents.test), about())?.length).toBe(hecBatchMax)
  })

  test('by bytes are as many as fit', () => {
    const large = { ...contents.resolved, alert: alert({ response: 'x'.repeat(100_000) }) }
    const entry = Buffer.byteLength(hecEntry(targets.hec, notification(large), about()))
    expect(nextBatch(targets.hec, pending(20, large), about())?.length).toBe(
      Math.floor((hecBytesMax - 2) / (entry + 1)),
    )
  })
})

test('any content fits, in order and in full', () => {
  expectAnyContentFits(targets.hec, hecBytesMax, hecEntryBytesMax, (body) =>
    body.split('\n').map((line) => {
      const json = JSON.parse(line)
      return { id: json.event.id, json }
    }),
  )
})
