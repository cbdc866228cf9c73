// host.json: defaults, overrides by environment, and what is refused; and the log levels it sets.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filterLog, type LogEntry } from '../../../../local/host/app/log.ts'
import { readHostJson } from '../../../../local/host/settings/host-json.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'host-json-'))
})
afterEach(() => rm(dir, { recursive: true }))

async function read(json: unknown, env: Record<string, string> = {}) {
  await writeFile(join(dir, 'host.json'), JSON.stringify(json))
  return readHostJson(dir, env)
}

const queues = (options: Record<string, unknown>) => ({ version: '2.0', extensions: { queues: options } })

test('has the defaults of development', async () => {
  expect(await read({ version: '2.0' })).toEqual({
    version: '2.0',
    logging: { logLevel: {} },
    extensions: {
      http: { routePrefix: 'api' },
      queues: {
        batchSize: 16,
        newBatchThreshold: 8 * availableParallelism(),
        dequeueCountMax: 5,
        retryDelayMs: 0,
        pollIntervalMsMax: 2_000,
        encoding: 'base64',
      },
    },
  })
})

test('reads what is set, and ignores what other hosts read', async () => {
  const { extensions } = await read({
    ...queues({ batchSize: 3, maxDequeueCount: 2, visibilityTimeout: '00:00:30', messageEncoding: 'none' }),
    extensionBundle: { id: 'x' },
    functionTimeout: '00:05:00',
  })
  expect(extensions.queues).toMatchObject({ batchSize: 3, dequeueCountMax: 2, retryDelayMs: 30_000, encoding: 'none' })
  expect(extensions.queues.newBatchThreshold).toBe(availableParallelism())
})

test('lets the environment override any key, in any case', async () => {
  const json = { ...queues({ batchSize: 3 }), version: '1.0' }
  const { extensions } = await read(json, {
    AzureFunctionsJobHost__version: '2.0',
    AzureFunctionsJobHost__extensions__QUEUES__batchsize: '5',
    'AzureFunctionsJobHost:extensions:http:routePrefix': 'v1',
    AzureFunctionsJobHost__logging__x: '1',
  })
  expect(extensions).toMatchObject({ queues: { batchSize: 5 }, http: { routePrefix: 'v1' } })
})

test.each([
  [{}, 'version'],
  [{ version: '1.0' }, 'version: must be "2.0"'],
  [queues({ batchSize: 33 }), 'extensions.queues.batchSize'],
  [queues({ batchSize: 0 }), 'extensions.queues.batchSize'],
  [queues({ maxDequeueCount: 'many' }), 'extensions.queues.maxDequeueCount'],
  [queues({ visibilityTimeout: '30' }), 'visibilityTimeout: must be a time span'],
  [queues({ messageEncoding: 'utf8' }), 'messageEncoding'],
])('refuses %j and names the key', async (json, text) => {
  await expect(read(json)).rejects.toMatchObject({ code: 'host-json-invalid', message: expect.stringContaining(text) })
})

test('names the file when it is missing', async () => {
  await expect(readHostJson(dir, {})).rejects.toMatchObject({
    code: 'host-json-invalid',
    message: expect.stringContaining(join(dir, 'host.json')),
  })
})

describe('log levels', () => {
  const passed = (levels: Record<string, string>, category: string) => {
    const entries: LogEntry[] = []
    const log = filterLog((entry) => entries.push(entry), levels)
    for (const level of ['debug', 'information', 'warning', 'error'] as const) log({ level, category, message: '' })
    return entries.map(({ level }) => level)
  }

  test('default to Information', () => {
    expect(passed({}, 'Function.a')).toEqual(['information', 'warning', 'error'])
  })
  test('go by the longest category, then by the default', () => {
    const levels = { default: 'Error', Function: 'Warning', 'function.a.user': 'Debug', 'Function.b': 'None' }
    expect(passed(levels, 'Host.Startup')).toEqual(['error'])
    expect(passed(levels, 'Function.a')).toEqual(['warning', 'error'])
    expect(passed(levels, 'Function.a.User')).toEqual(['debug', 'information', 'warning', 'error'])
    expect(passed(levels, 'Function.b.User')).toEqual([])
  })
})
