// API keys on Table storage: the suite of every store, and a change that fails before and after it took effect.
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableApiKeys } from '../../../../src/adapters/azure/keys/api-keys.ts'
import { requestTriesMax } from '../../../../src/adapters/azure/retried-requests.ts'
import { openStorage } from '../../../../src/adapters/azure/storage.ts'
import { addKey, SecretHash } from '../../../../src/domain/keys/api-keys.ts'
import { Unavailable } from '../../../../src/ports/errors.ts'
import type { ApiKeys } from '../../../../src/ports/keys.ts'
import { guid, instant } from '../../../support/events.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/storage/fault-proxy.ts'
import { noPauses } from '../../../support/storage/pauses.ts'
import { storageAccount } from '../../../support/storage.ts'
import { apiKeysConformance } from '../../conformance/api-keys.ts'

const account = storageAccount()
let proxy: FaultProxy
let keys: ApiKeys

const open = (connectionString: string) =>
  tableApiKeys(openStorage({ kind: 'connection-string', connectionString }, noPauses))

beforeAll(async () => {
  proxy = await startFaultProxy(account)
  keys = open(account)
})
afterAll(() => proxy?.stop())

apiKeysConformance('table', () => keys)

describe('a change whose write', () => {
  const organization = guid(1, 'a')
  const hash = v.parse(SecretHash, 'a'.repeat(64))
  const adding = (number: number) =>
    keysThroughProxy.change(organization, (known) =>
      addKey(known, { id: guid(number), name: 'x', hash }, instant('2026-11-20')),
    )
  let keysThroughProxy: ApiKeys
  beforeAll(async () => {
    keysThroughProxy = open(proxy.connectionString)
    await adding(1)
  })

  test.each([
    ['fails is an outage, and changes nothing', 'failed', [guid(1)]],
    ['takes effect without a response is an outage, and has changed what it should, once', 'lost', [guid(1), guid(3)]],
  ] as const)('%s', async (_, kind, ids) => {
    // From the second request on: the first one reads.
    proxy.arm(2, kind, true)
    await expect(adding(kind === 'failed' ? 2 : 3)).rejects.toThrow(Unavailable)
    expect(proxy.requests).toHaveLength(1 + requestTriesMax)
    expect((await keys.keysOf(organization)).map(({ id }) => id)).toEqual(ids)
  })

  test('nothing of it is in an outage’s words', async () => {
    proxy.arm(2, 'failed', true)
    const outage: unknown = await adding(4).catch((error: unknown) => error)
    expect(outage).toHaveProperty('message', 'key store is unavailable')
  })
})
