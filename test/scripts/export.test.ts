// npm run export against a server that responds as the test says: the file is whole or not there, and failures say why.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportToFile, readOptions } from '../../scripts/export.ts'
import { csvHeader } from '../../src/domain/log/export/csv.ts'
import { acme } from '../support/events.ts'

type Scripted = { readonly status?: number; readonly body: string; readonly link?: string; readonly broken?: true }

let folder: string
let url: string
let responses: Scripted[]
let requests: IncomingMessage[]

const respond = (request: IncomingMessage, response: ServerResponse) => {
  requests.push(request)
  const { status = 200, body, link, broken } = responses[requests.length - 1] ?? { status: 500, body: '' }
  response.writeHead(status, { ...(link !== undefined && { link }), ...(broken && { 'content-length': '1000' }) })
  if (broken) response.write(body, () => response.destroy())
  else response.end(body)
}
const server = createServer(respond)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-export-'))
  ;[responses, requests] = [[], []]
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/base`
})
afterEach(async () => {
  server.close()
  server.closeAllConnections()
  await rm(folder, { recursive: true })
})

const next = '<?format=csv&continuationToken=t>; rel="next"'

/** Exports to a file in the test's folder; gives what was shown. */
async function run(format = 'csv', isTTY = false, signal?: AbortSignal, replace = false): Promise<string> {
  let shown = ''
  const screen = { isTTY, write: (text: string) => (shown += text) }
  const to = { out: join(folder, 'out'), replace }
  await exportToFile({ url, org: acme, from: '2026-11-01', format, token: 'secret-token', ...to }, screen, signal)
  return shown
}
test('an export asks for what a search finds', async () => {
  responses = [{ body: csvHeader }]
  const asked = {
    url,
    org: acme,
    from: '2026-11-01',
    format: 'csv',
    token: 'secret-token',
    out: join(folder, 'out'),
    replace: false,
  }
  await exportToFile({ ...asked, search: 'item:"a b"' }, { write: () => {} })
  expect(new URL(requests[0]?.url ?? '', url).searchParams.get('q')).toBe('item:"a b"')
})

const saved = () => readFile(join(folder, 'out'), 'utf8')

describe('an export', () => {
  test('of several responses is one file, with one header, for its owner alone', async () => {
    responses = [
      { body: `${csvHeader}1,"two\r\nlines and ""quotes"""\r\n`, link: next },
      { body: `${csvHeader}2\r\n3\r\n`, link: next.replace('=t', '=u') },
      { body: csvHeader },
    ]
    expect(await run()).toBe('1 events\n3 events\n3 events\n')
    expect(await saved()).toBe(`${csvHeader}1,"two\r\nlines and ""quotes"""\r\n2\r\n3\r\n`)
    expect((await stat(join(folder, 'out'))).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['out'])
    const path = `/base/organizations/${acme}/events/export?format=csv`
    expect(requests.map((request) => request.url)).toEqual([
      `${path}&start=2026-11-01`,
      `${path}&continuationToken=t`,
      `${path}&continuationToken=u`,
    ])
    expect(requests[2]?.headers.authorization).toBe('Bearer secret-token')
  })

  test('keeps every line of formats without a header, and counts on one line of a terminal', async () => {
    responses = [{ body: '{"a":"\\""}\n{}\n', link: next }, { body: '{"c":3}\n' }]
    expect(await run('ndjson', true)).toBe('\r2 events\r3 events\n')
    expect(await saved()).toBe('{"a":"\\""}\n{}\n{"c":3}\n')
  })
})

describe('a failure', () => {
  const first = { body: `${csvHeader}1\r\n`, link: next }
  const refusal = JSON.stringify({ object: 'error', message: 'Not valid.', errors: { start: ['is not a date'] } })

  test.each<[string, Scripted[], RegExp]>([
    [
      'a token that does not do',
      [{ status: 401, body: '{}' }],
      /responded with 401\. The token in KEYTRAIL_TOKEN is not valid, has expired, or is not a person's/,
    ],
    ['no such organization', [{ status: 404, body: '' }], /responded with 404\. There is no such organization/],
    ['a refused parameter', [{ status: 400, body: refusal }], /responded with 400\. Not valid\. start is not a date/],
    ['an outage after the first response', [first, { status: 503, body: '<html>' }], /responded with 503\./],
    ['a response that breaks off', [first, { body: 'x', broken: true }], /terminated/],
    ['links in a circle', [first, first, first], /in circles/],
    [
      'a link to another server',
      [{ ...first, link: '<https://evil.example/?a=b>; rel="next"' }],
      /elsewhere: https:\/\/evil/,
    ],
    ['a redirect', [{ status: 302, body: '' }], /./],
  ])('by %s leaves no file, and says so', async (_, given, message) => {
    responses = given
    await expect(run()).rejects.toThrow(message)
    expect(await readdir(folder)).toEqual([])
  })

  test('leaves an older file as it is', async () => {
    responses = [{ body: csvHeader }]
    await run()
    requests = []
    responses = [{ status: 500, body: '' }]
    await expect(run('csv', false, undefined, true)).rejects.toThrow('500')
    expect(await saved()).toBe(csvHeader)
  })

  test('comes before any request if the file exists, unless it may be replaced', async () => {
    responses = [{ body: 'first\n' }]
    await run('ndjson')
    requests = []
    responses = [{ body: 'second\n' }]
    await expect(run('ndjson')).rejects.toThrow('exists already; --replace replaces it')
    expect([await saved(), requests.length]).toEqual(['first\n', 0])
    await run('ndjson', false, undefined, true)
    expect(await saved()).toBe('second\n')
  })

  test('by interruption leaves no file', async () => {
    responses = [first, first]
    await expect(run('csv', false, AbortSignal.abort())).rejects.toThrow(/abort/)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('options', () => {
  const good = ['--org', acme, '--from', '2026-11-01', '--format', 'csv', '--out', 'x.csv']
  const env = { KEYTRAIL_TOKEN: 'secret-token' }

  test('are arguments, and the token from the environment', () => {
    const more = ['--to', '2026-11-20', '--search', 'who:alice', '--url', 'https://events.example']
    expect(readOptions([...good, ...more], env)).toEqual({
      org: acme,
      from: '2026-11-01',
      to: '2026-11-20',
      search: 'who:alice',
      format: 'csv',
      out: 'x.csv',
      replace: false,
      url: 'https://events.example',
      token: 'secret-token',
    })
    expect(readOptions(good, env)).toMatchObject({ url: 'http://127.0.0.1:7071' })
    expect(readOptions([...good, '--replace'], env)).toMatchObject({ replace: true })
    expect(readOptions(good, { ...env, KEYTRAIL_PORT: '8071' })).toMatchObject({ url: 'http://127.0.0.1:8071' })
  })

  test.each([
    [[], '--org is missing\n--from is missing\n--format is missing\n--out is missing'],
    [[...good, '--org', 'acme'], '--org is not a GUID'],
    [[...good, '--from', 'yesterday'], '--from is not a date'],
    [[...good, '--to', '2026-02-30'], '--to is not a date'],
    [[...good, '--format', 'xml'], '--format must be one of csv, ndjson, ocsf'],
    [[...good, '--url', 'ftp://x'], /^--url is not a URL, such as https:\/\/events\.example\n\n/],
    [[...good, '--url', 'events'], /^--url is not a URL, such as https:\/\/events\.example\n\n/],
    [[...good, '--token', 'x'], "Unknown option '--token'"],
  ])('%j are refused with what is wrong and the usage', (args, message) => {
    expect(() => readOptions(args, env)).toThrow(message)
    expect(() => readOptions(args, env)).toThrow('npm run export -- --org')
  })

  test('--help prints the usage alone, and is no failure', async () => {
    const script = join(import.meta.dirname, '../../scripts/export.ts')
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--help'])
    expect(stdout).toMatch(/^npm run export -- --org/)
    expect(stderr).toBe('')
  })

  test.each([{}, { KEYTRAIL_TOKEN: ' ' }])('need the token', (without) => {
    expect(() => readOptions(good, without)).toThrow('KEYTRAIL_TOKEN is not set')
  })
})
