// Arguments and settings of a start, the ports it takes, and what it prints of the app's log.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { logTo } from '../../../local/start/log.ts'
import { readOptions, type StartOptions } from '../../../local/start/options.ts'
import { portProblem, portsOf } from '../../../local/start/ports.ts'
import { appSettings } from '../../../local/start/settings.ts'
import { readConfig } from '../../../src/config.ts'

const standard: StartOptions = {
  appPort: 7071,
  identityPort: 7072,
  storagePort: 7073,
  dataDir: join('/repo', '.keytrail'),
  demoDays: 30,
  reset: false,
  func: false,
  verbose: false,
  corsOrigins: undefined,
  ownIssuer: undefined,
}
const read = (args: string[], env: NodeJS.ProcessEnv = {}) => readOptions(args, env, '/repo')

test('nothing said gives the standard ports and folder', () => {
  expect(read([])).toEqual({ kind: 'options', options: standard })
  expect(read([], { KEYTRAIL_PORT: '', AUTH_ISSUER: '' })).toEqual({ kind: 'options', options: standard })
})

test('arguments and settings are heard', () => {
  const env = {
    KEYTRAIL_PORT: '1',
    KEYTRAIL_STORAGE_PORT: '65533',
    KEYTRAIL_DATA_DIR: '/data',
    KEYTRAIL_DEMO_DAYS: '4',
    KEYTRAIL_VERBOSE: '1',
    KEYTRAIL_CORS: 'https://vault.example, https://other.example',
    AUTH_METADATA_URL: 'https://id.example/metadata',
  }
  expect(read(['--reset', '--func'], env)).toEqual({
    kind: 'options',
    options: {
      ...standard,
      corsOrigins: ['https://vault.example', 'https://other.example'],
      appPort: 1,
      storagePort: 65_533,
      dataDir: '/data',
      demoDays: 4,
      verbose: true,
      reset: true,
      func: true,
      ownIssuer: 'AUTH_METADATA_URL',
    },
  })
})

test.each(['0', '65534', '7071x', '-1'])('a port of %s is refused by the name of its setting', (port) => {
  const outcome = read([], { KEYTRAIL_IDENTITY_PORT: port })

  expect(outcome).toEqual({ kind: 'invalid', message: expect.stringContaining('KEYTRAIL_IDENTITY_PORT') })
})

test.each(['3', '31', '4.5', 'all'])('demo data of %s days is refused by the name of its setting', (days) => {
  const outcome = read([], { KEYTRAIL_DEMO_DAYS: days })

  expect(outcome).toEqual({ kind: 'invalid', message: 'KEYTRAIL_DEMO_DAYS must be from 4 to 30' })
})

test('an unknown argument is refused, --help is not', () => {
  expect(read(['--rest'])).toEqual({ kind: 'invalid', message: expect.stringContaining("'--rest'") })
  expect(read(['--help'])).toEqual({ kind: 'help' })
})

test('two parts on one port are refused before anything is tried', async () => {
  const problem = await portProblem(portsOf({ ...standard, appPort: 7074 }))

  expect(problem).toBe(
    'port 7074 is meant for the app and for the storage emulator (queue): set KEYTRAIL_STORAGE_PORT to another',
  )
})

test('an issuer of one’s own frees the identity port', () => {
  const settings = portsOf({ ...standard, ownIssuer: 'AUTH_ISSUER' }).map(({ setting }) => setting)

  expect(settings).not.toContain('KEYTRAIL_IDENTITY_PORT')
})

test('the environment’s settings win, but for the storage', () => {
  const env = { TRUSTED_PROXIES: '2', EventsStorage: 'a real account', CORS_ORIGINS: '' }
  const settings = appSettings({ connectionString: 'local', issuer: 'http://127.0.0.1:7072' }, env)

  expect(settings).toMatchObject({
    AUTH_ISSUER: 'http://127.0.0.1:7072',
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    AzureWebJobsStorage: 'local',
    EventsStorage: 'local',
    CORS_ORIGINS: 'http://localhost:8080,http://127.0.0.1:8080',
    TRUSTED_PROXIES: '2',
  })
  expect(appSettings({ connectionString: 'local', issuer: undefined }, {})).not.toHaveProperty('AUTH_ISSUER')
})

test('people sign in at the local identity server, or where the environment says', () => {
  const local = { connectionString: 'local', issuer: 'http://127.0.0.1:1', signInIssuer: 'http://127.0.0.1:1/oidc' }
  expect(appSettings(local, {})).toMatchObject({
    SIGN_IN_ISSUER: 'http://127.0.0.1:1/oidc',
    SIGN_IN_CLIENT_ID: 'keytrail',
    OPERATORS: 'olga@keytrail.test',
  })
  const own = appSettings(local, { SIGN_IN_ISSUER: 'https://id.example' })
  expect(Object.keys(own).filter((name) => /^SIGN_IN|^OPERATORS/.test(name))).toEqual([])
  expect(appSettings({ connectionString: 'local', issuer: undefined }, {})).not.toHaveProperty('SIGN_IN_ISSUER')
})

test('the log is warnings and errors, each on one line without its stack; all of it, and information, when asked for', () => {
  const printed = (verbose: boolean) => {
    const lines: string[] = []
    const log = logTo((line) => lines.push(line), verbose)
    log({ level: 'debug', category: 'Host', message: 'a' })
    log({ level: 'information', category: 'Function.collect', message: 'b' })
    log({ level: 'error', category: 'Function.collect.User', message: `look at (it):\n${stack}` })
    log({ level: 'warning', category: 'Host', message: 'e: RestError (X) at async F.g (file:///h.ts:1:2)' })
    return lines
  }
  const frames = [
    'at Object.d (/e f/g.js:1:23)',
    'at async h [as i] (node:net:1:2)',
    'at /j.js:3:4',
    'at k (<anonymous>)',
  ]
  const stack = `Error: c\n    ${frames.join('\n    ')}\nCaused by: Error: m\n    ${frames[0]}\n`

  expect(printed(false)).toEqual([
    'error: Function.collect.User: look at (it): | Error: c | Caused by: Error: m',
    'warning: Host: e: RestError (X)',
  ])
  expect(printed(true)).toEqual([
    'information: Function.collect: b',
    `error: Function.collect.User: look at (it): | Error: c | ${frames.join(' | ')} | Caused by: Error: m | ${frames[0]}`,
    'warning: Host: e: RestError (X) at async F.g (file:///h.ts:1:2)',
  ])
})

test('the example settings are those of a local run, and the app starts with them', async () => {
  const file = await readFile(join(import.meta.dirname, '../../../local.settings.example.json'), 'utf8')
  const { IsEncrypted, Values } = v.parse(
    v.strictObject({ IsEncrypted: v.boolean(), Values: v.record(v.string(), v.string()) }),
    JSON.parse(file),
  )
  const config = readConfig(Values)

  expect(IsEncrypted).toBe(false)
  expect(config.storage).toEqual({ kind: 'connection-string', connectionString: 'UseDevelopmentStorage=true' })
  expect(config.issuers.vault?.source).toMatchObject({ kind: 'discovery' })
  expect(Values).toMatchObject({ AUTH_ISSUER: `http://127.0.0.1:${standard.identityPort}` })
  expect(Object.keys(Values)).toEqual(
    expect.arrayContaining(Object.keys(appSettings({ connectionString: '', issuer: '' }, {}))),
  )
})
