// The agent's settings: what a file and the environment may say, and what is said of what is wrong.
import { describe, expect, test } from 'vitest'
import { nameOfDatabase, readSettings } from '../../../agent/settings/settings.ts'
import { acme, globex } from '../../support/events.ts'

const needed = {
  KEYTRAIL_URL: 'https://events.example/',
  KEYTRAIL_CLIENT_ID: 'server.x',
  KEYTRAIL_CLIENT_SECRET: 'hush-hush',
  DATABASE_URL: '/vault',
}
/** Settings of these files (by path) and this environment. */
const settings = (env: Readonly<Record<string, string>>, file?: string, files: Readonly<Record<string, string>> = {}) =>
  readSettings(file, env, (path) => {
    const text = files[path]
    if (text === undefined) throw new Error('ENOENT')
    return text
  })
const lines = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')

describe('settings', () => {
  test('have defaults', () => {
    expect(settings(needed)).toEqual({
      ...needed,
      KEYTRAIL_URL: 'https://events.example',
      STATE_FILE: 'keytrail-agent-state.json',
      ORGANIZATIONS: undefined,
      INTERVAL_SECONDS: 30,
      DIRECTORY_INTERVAL_SECONDS: 300,
    })
  })

  test.each([
    ['lines', lines({ ...needed, INTERVAL_SECONDS: '60', STATE_FILE: '' })],
    ['lines after a byte-order mark', `\ufeff${lines({ ...needed, INTERVAL_SECONDS: '60' })}`],
    ['JSON', JSON.stringify({ ...needed, INTERVAL_SECONDS: 60, STATE_FILE: null })],
  ])('come from a file of %s', (_, text) => {
    expect(settings({}, 'agent.env', { 'agent.env': text })).toEqual(settings({ ...needed, INTERVAL_SECONDS: '60' }))
  })

  test('of the environment go before those of the file, unless they are empty', () => {
    const read = settings({ INTERVAL_SECONDS: '90', STATE_FILE: '' }, 'f', {
      f: lines({ ...needed, INTERVAL_SECONDS: '60', STATE_FILE: 'mine.json' }),
    })
    expect(read).toMatchObject({ INTERVAL_SECONDS: 90, STATE_FILE: 'mine.json' })
  })

  test('have the secret in a file of its own', () => {
    const { KEYTRAIL_CLIENT_SECRET: _, ...others } = needed
    const env = { ...others, KEYTRAIL_CLIENT_SECRET_FILE: '/run/secret' }
    expect(settings(env, undefined, { '/run/secret': 'from file\n' }).KEYTRAIL_CLIENT_SECRET).toBe('from file')
    expect(() => settings(env)).toThrow('The file /run/secret cannot be read.')
  })

  test.each([
    ['commas', `${acme}, ${globex.toUpperCase()}`, [acme, globex]],
    ['blanks', ' ', undefined],
  ])('name organizations by %s', (_, given, read) => {
    expect(settings({ ...needed, ORGANIZATIONS: given }).ORGANIZATIONS).toEqual(read)
  })

  test.each(['http://127.0.0.1:7071', 'http://localhost:7071', 'http://[::1]:7071'])('take %s', (url) => {
    expect(settings({ ...needed, KEYTRAIL_URL: url }).KEYTRAIL_URL).toBe(url)
  })
})

describe('what is wrong is named, without a secret', () => {
  test.each([
    ['http elsewhere', { KEYTRAIL_URL: 'http://events.example' }, 'KEYTRAIL_URL must begin with https://'],
    ['no URL', { KEYTRAIL_URL: 'events.example' }, 'KEYTRAIL_URL is no URL'],
    ['another protocol', { KEYTRAIL_URL: 'ftp://events.example' }, 'KEYTRAIL_URL is no URL'],
    ['no database', { DATABASE_URL: '' }, 'DATABASE_URL is missing'],
    ['words for seconds', { INTERVAL_SECONDS: 'soon' }, 'INTERVAL_SECONDS is no number'],
    ['half seconds', { INTERVAL_SECONDS: '7.5' }, 'INTERVAL_SECONDS is no whole number'],
    ['too few seconds', { INTERVAL_SECONDS: '4' }, 'INTERVAL_SECONDS is less than 5'],
    ['too many seconds', { INTERVAL_SECONDS: '86401' }, 'INTERVAL_SECONDS is more than a day'],
    ['no GUID', { ORGANIZATIONS: 'Acme' }, 'ORGANIZATIONS: "Acme" is not a GUID'],
    ['no secret', { KEYTRAIL_CLIENT_SECRET: '' }, 'KEYTRAIL_CLIENT_SECRET (or KEYTRAIL_CLIENT_SECRET_FILE) is missing'],
  ])('%s', (_, given, words) => {
    const read = () => settings({ ...needed, ...given })
    expect(read).toThrow(words)
    expect(read).not.toThrow('hush-hush')
  })

  test.each([
    ['a misspelt name', { f: 'KEYTRAIL_URI=hush-hush' }, 'f has unknown settings: KEYTRAIL_URI.'],
    ['half a JSON object', { f: '{"KEYTRAIL_URL": "hush-hush' }, 'f is no JSON object.'],
    ['no file', {}, 'The file f cannot be read.'],
  ])('%s', (_, files, words) => {
    expect(() => settings(needed, 'f', files)).toThrow(words)
    expect(() => settings(needed, 'f', files)).not.toThrow('hush-hush')
  })
})

test.each([
  ['postgresql://agent:hush-hush@db:5432/vault?sslmode=require', 'postgresql://db:5432/vault'],
  ['mysql://agent:hush-hush@db/vault', 'mysql://db/vault'],
  ['/vault/db.sqlite3', '/vault/db.sqlite3'],
])('a database is named without its password: %s', (url, name) => expect(nameOfDatabase(url)).toBe(name))
