// Datadog: documented forms, batches, and sizes at any content.
import { describe, expect, test } from 'vitest'
import { instantAt, millisecondsOf } from '../../../../../src/domain/instant.ts'
import {
  datadogAgeMaxMs,
  datadogBatchMax,
  datadogBytesMax,
  datadogEntryBytesMax,
} from '../../../../../src/domain/notifications/targets/datadog/message.ts'
import { buildRequest, nextBatch } from '../../../../../src/domain/notifications/targets/targets.ts'
import { about, batchOf, contents, notification, now, one, pending, two } from '../../samples.ts'
import { expectAnyContentFits } from '../fits.ts'
import { targets } from '../samples.ts'

describe('Datadog', () => {
  test('gets an array of logs at its site, with the key, tags, service and a status from the level', () => {
    const request = buildRequest(targets.datadog, two, about(), now)
    expect(request.url).toBe('https://http-intake.logs.datadoghq.eu/api/v2/logs')
    expect(request.headers['dd-api-key']).toBe('k3y')
    const [alerted, logged] = JSON.parse(request.body)
    expect(alerted).toMatchObject({
      ddsource: 'keytrail',
      ddtags: 'env:prod,keytrail_type:alert.raised',
      service: 'keytrail',
      status: 'error',
      message: 'HIGH · Many failed logins of one user: Alice failed to log in 12 times.',
      timestamp: '2026-11-20T10:00:00.000Z',
      keytrail: { type: 'alert.raised', alert: { count: 12 } },
    })
    expect(logged).toMatchObject({ status: 'info', keytrail: { event: { type: 1107 } } })
  })

  test('gets what is older than it takes under a time that it takes, the true one inside', () => {
    const late = instantAt(millisecondsOf(now) + datadogAgeMaxMs)
    const [log] = JSON.parse(buildRequest(targets.datadog, one, about(), late).body)
    expect(log.timestamp).toBe('2026-11-20T10:05:00.000Z')
    expect(log.keytrail.timestamp).toBe('2026-11-20T10:00:00.000Z')
  })

  test('calls an alert that is over ok, and a notice a warning', () => {
    const over = batchOf(notification(contents.resolved), notification(contents.notice, 2))
    const logs = JSON.parse(buildRequest(targets.datadog, over, about(), now).body)
    expect(logs.map(({ status }: { status: string }) => status)).toEqual(['ok', 'warning'])
  })
})

test('batches for Datadog are as many as it takes', () => {
  const sizeOf = (count: number) => nextBatch(targets.datadog, pending(count, contents.test), about())?.length
  expect(sizeOf(datadogBatchMax)).toBe(datadogBatchMax)
  expect(sizeOf(datadogBatchMax + 1)).toBe(datadogBatchMax)
})

test('any content fits, in order and in full', () => {
  expectAnyContentFits(targets.datadog, datadogBytesMax, datadogEntryBytesMax, (body) =>
    JSON.parse(body).map((json: { readonly keytrail: { readonly id: unknown } }) => ({ id: json.keytrail.id, json })),
  )
})
