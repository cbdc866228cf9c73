// Which registered functions the host runs, in which order, and why it drops the others.
import { describe, expect, test } from 'vitest'
import { indexFunctions } from '../../../../local/host/app/indexing.ts'
import { settingsFrom } from '../../../../local/host/settings/settings.ts'

type Binding = { type: string; direction: string; [option: string]: unknown }

const registration = (name: string, bindings: Record<string, Binding>) => ({
  metadata: { name, bindings },
  callback: () => undefined,
})
const httpResult = { type: 'http', direction: 'out' }
const http = (name: string, options: { route?: string; methods?: string[] } = {}) =>
  registration(name, { request: { type: 'httpTrigger', direction: 'in', ...options }, $return: httpResult })
const queue = (name: string, options: Record<string, unknown>) =>
  registration(name, { item: { type: 'queueTrigger', direction: 'in', ...options } })
const timer = (name: string, schedule: string) =>
  registration(name, { timer: { type: 'timerTrigger', direction: 'in', schedule } })

const index = (registrations: ReturnType<typeof registration>[], env: Record<string, string> = {}, prefix = 'api') =>
  indexFunctions(registrations, prefix, settingsFrom(env))
const dropped = (...given: Parameters<typeof index>) => index(...given).dropped.map(({ reason }) => reason)
const names = (...given: Parameters<typeof index>) => index(...given).functions.map(({ name }) => name)

test('orders functions by name, ignoring case, `_` after the letters', () => {
  expect(names([http('b_'), http('bz'), http('B-1'), http('a')])).toEqual(['a', 'B-1', 'bz', 'b_'])
})

describe('routes', () => {
  test.each([
    [{}, 'api', 'api/list'],
    [{ route: '' }, 'api', 'api/list'],
    [{ route: '/a/b/' }, '/v1/', 'v1/a/b'],
    [{ route: 'a' }, '', 'a'],
    [{ route: '/' }, '', ''],
  ])('%j under %j is %j', (options, prefix, route) => {
    expect(index([http('list', options)], {}, prefix).functions).toMatchObject([{ route }])
  })

  test.each(['admin', 'Admin/x', 'administration', '/runtime'])('refuses %j', (route) => {
    expect(dropped([http('list', { route })])).toEqual([expect.stringContaining('built in routes')])
  })

  test('of the same text conflict when they have a method in common', () => {
    const get = http('a', { route: 'list', methods: ['GET'] })
    expect(names([get, http('b', { route: 'List', methods: ['post'] })])).toEqual(['a', 'b'])
    expect(names([http('b', { route: 'List', methods: ['POST', 'get'] }), get])).toEqual(['a'])
    expect(dropped([get, http('b', { route: 'list', methods: [] })])).toEqual([expect.stringContaining(`'a'`)])
  })
})

describe('names', () => {
  const longest = `a${'b'.repeat(127)}`
  test.each(['a', 'A1_-', longest])('%s is a function name', (name) => {
    expect(names([http(name)])).toEqual([name])
  })
  test.each(['1a', 'a.b', 'host', `${longest}b`])('%s is none', (name) => {
    expect(dropped([http(name)])).toEqual([expect.stringContaining('not a valid function name')])
  })
  test.each(['my_item', 'my-item', '1item'])('%s is no binding name', (name) => {
    const trigger = { type: 'timerTrigger', direction: 'in', schedule: '0 0 0 * * *' }
    expect(dropped([registration('a', { [name]: trigger })])).toEqual([`the binding name ${name} is invalid`])
  })
})

describe('settings', () => {
  test.each([
    [{ 'AzureWebJobs.list.Disabled': 'true' }, true],
    [{ AzureWebJobs_LIST_Disabled: '1' }, true],
    [{ 'AzureWebJobs.list.Disabled': 'false' }, false],
    [{ 'AzureWebJobs.other.Disabled': 'true' }, false],
  ])('%j disables: %s', (env, isDisabled) => {
    const { functions, disabled } = index([http('list')], env)
    expect([functions.length, disabled]).toEqual(isDisabled ? [0, ['list']] : [1, []])
  })

  test('fill in queue names and schedules; one that is unset drops the function', () => {
    const given = [queue('q', { queueName: '%TEAM%-Work', connection: 'S' }), timer('t', '%WHEN%')]
    const env = { TEAM: 'red', WHEN: '0 0 0 * * *', S: 'UseDevelopmentStorage=true' }
    expect(index(given, env).functions).toMatchObject([{ queueName: 'red-work' }, { kind: 'timer' }])
    expect(dropped(given, { S: env.S })).toEqual([
      expect.stringContaining(`'%TEAM%' in queueName`),
      expect.stringContaining(`'%WHEN%' in schedule`),
    ])
  })

  test('give the connection: AzureWebJobsX before X, Storage when none is named', () => {
    const named = queue('q', { queueName: 'work', connection: 'X' })
    expect(index([named], { X: 'second', AzureWebJobsX: 'first' }).functions).toMatchObject([
      { connectionString: 'first' },
    ])
    expect(index([named], { x: 'second' }).functions).toMatchObject([{ connectionString: 'second' }])
    const unnamed = queue('q', { queueName: 'work' })
    expect(index([unnamed], { AzureWebJobsStorage: 'own' }).functions).toMatchObject([{ connectionString: 'own' }])
    expect(dropped([named], { X__queueServiceUri: 'https://x' })).toEqual([
      expect.stringContaining('no connection string'),
    ])
  })
})

test.each([
  ['a schedule that is none', timer('a', 'sometimes'), 'neither NCRONTAB nor a time span'],
  ['a queue name that is none', queue('a', { queueName: 'a', connection: 'S' }), 'not a valid queue name'],
  ['a queue trigger without a queue', queue('a', {}), 'queueName'],
  ['an invalid route', http('a', { route: '{x:regex(a)}' }), 'not known to this host'],
  ['another trigger', registration('a', { blob: { type: 'blobTrigger', direction: 'in' } }), 'runs no blobTrigger'],
  ['no trigger', registration('a', { $return: httpResult }), 'no trigger'],
  [
    'another output',
    registration('a', {
      t: { type: 'timerTrigger', direction: 'in', schedule: '01:00:00' },
      out: { type: 'queue', direction: 'out' },
    }),
    'no out binding of type queue',
  ],
])('drops %s', (_, given, reason) => {
  expect(dropped([given], { S: 'x' })).toEqual([expect.stringContaining(reason)])
})

test.each([
  ['binary', true],
  ['stream', true],
  ['string', false],
  [undefined, false],
])('a queue binding of data type %s takes bytes: %s', (dataType, binary) => {
  const given = queue('q', { queueName: 'work', connection: 'S', ...(dataType && { dataType }) })
  expect(index([given], { S: 'x' }).functions).toMatchObject([{ binary }])
})
