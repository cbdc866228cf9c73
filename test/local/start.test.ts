// `npm start` as a person runs it: the real app, storage and identity, the printed requests pasted into a shell, and Ctrl-C.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build, root } from '../../scripts/build.ts'
import { banner, countEvents, expectNothingLeft, lastLine, seededEvents } from './start/demo-data.ts'
import { endAll, freePorts, type Ports, type Started, startProcess, until } from './start/started.ts'

let ports: Ports
let folder: string
let dataDir: string

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/main.cjs'))) await build()
  ports = await freePorts()
  folder = await mkdtemp(join(tmpdir(), 'keytrail-start-'))
  dataDir = join(folder, 'data')
})

afterEach(endAll)
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const List = v.object({
  data: v.array(v.looseObject({ type: v.number(), date: v.string() })),
  continuationToken: v.nullable(v.string()),
})

const Alerts = v.object({ data: v.array(v.object({ summary: v.string() })) })
const Incidents = v.object({ data: v.array(v.object({ id: v.string(), title: v.string() })) })
const WithStory = v.object({ story: v.object({ sentence: v.string() }) })
const Feed = v.object({ data: v.array(v.unknown()), more: v.boolean() })

/** Pastes one printed request, and before it the variables, into bash. */
async function paste(started: Started, request: RegExp): Promise<unknown> {
  return JSON.parse(await pasteForText(started, request))
}

/** What the app responds to Alice, an owner. */
async function askAsAlice(started: Started, path: string): Promise<unknown> {
  const token = /^ {2}ALICE=(\S+)/m.exec(started.stdout())?.[1]
  const response = await fetch(`http://127.0.0.1:${ports.app}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return await response.json()
}

async function pasteForText(started: Started, request: RegExp): Promise<string> {
  const lines = started.stdout().split('\n')
  const settings = lines.filter((line) => /^ {2}(#|[A-Z_]+=)/.test(line))
  const matching = lines.filter((line) => line.startsWith('  curl ') && request.test(line))
  expect(matching).toHaveLength(1)
  const { stdout } = await promisify(execFile)('bash', ['-euc', [...settings, ...matching].join('\n')])
  return stdout
}

/** The variables as README.md names them too. */
const variables = ['KEYTRAIL', 'ACME', 'ITEM', 'ALICE', 'KEY', 'SERVER']
/** What a poll says that met the closed port in the moment before the emulator's end was known. */
const refusedPoll = /^warning: Host\.Triggers\.Queue: Queue '\w+' cannot be read, polling goes on: .*ECONNREFUSED/
const stopped = 'stopped; npm start finds the data again\n'

describe('a first start and the next ones', () => {
  test('put the demo data in, print requests that work as they stand, and end clean on Ctrl-C', async () => {
    const started = startProcess(ports, dataDir)
    await started.says(lastLine)
    expect(started.stdout()).toContain(banner)
    const lines = started.stdout().split('\n')
    expect(lines.flatMap((line) => /^ {2}([A-Z_]+)=/.exec(line)?.[1] ?? [])).toEqual(variables)
    expect(lines.length - lines.findIndex((line) => line.includes(banner))).toBeLessThan(40)

    const before = await seededEvents(dataDir)
    expect(await countEvents(started, ports)).toBe(before)
    expect(await paste(started, /\/collect/)).toEqual({ accepted: 1, dropped: [] })
    expect(await paste(started, /-d '\[\{"Type"/)).toEqual({ accepted: 1, dropped: [] })
    await until(async () => (await countEvents(started, ports)) === before + 2)

    const forAlice = v.parse(List, await paste(started, /\/events -H.*ALICE/))
    const forSiem = v.parse(List, await paste(started, /public\/events -H/))
    expect(forAlice.data).toHaveLength(50)
    expect(forAlice.data.slice(0, 2).map(({ type }) => type)).toEqual(expect.arrayContaining([1107, 1700]))
    expect(forSiem.data.map(({ date }) => date)).toEqual(forAlice.data.map(({ date }) => date))
    const alerts = v.parse(Alerts, await paste(started, /alerts/))
    expect(alerts.data.filter(({ summary }) => summary.startsWith('Dave Duarte')).length).toBeGreaterThan(1)
    const path = '/organizations/a0000000-0000-4000-8000-000000000001/incidents'
    const incidents = v.parse(Incidents, await askAsAlice(started, path))
    const [attack, ...others] = incidents.data.filter(({ title }) => title.includes('Dave Duarte'))
    expect(others).toEqual([])
    expect(v.parse(WithStory, await askAsAlice(started, `${path}/${attack?.id}`)).story.sentence).toMatch(
      /^Someone guessed Dave Duarte’s password from 203\.0\.113\.66 \(never seen before\) after 14 failed logins, logged in at 02:2\d UTC on \d+ \w+, copied 26 passwords \(2 of them critical\) and exported the account’s own vault\.$/,
    )
    expect(await paste(started, /connect\/token/)).toMatchObject({ token_type: 'Bearer' })
    const feed = v.parse(Feed, await paste(started, /events\/feed/))
    expect(feed).toMatchObject({ data: { length: 5 }, more: true })
    expect(await pasteForText(started, /openapi\.yaml/)).toMatch(/^openapi: /m)

    expect(await started.end('SIGINT')).toBe(0)
    expect(started.stdout().endsWith(stopped)).toBe(true)
    expect(started.stderr()).toBe('')
    await expectNothingLeft(ports)
  })

  test('find what is there, without putting it in again, and end clean on SIGTERM', async () => {
    const started = startProcess(ports, dataDir)
    await started.says(lastLine)

    expect(started.stdout()).not.toContain('demo data')
    expect(await countEvents(started, ports)).toBe((await seededEvents(dataDir)) + 2)

    expect(await started.end('SIGTERM')).toBe(0)
    expect(started.stdout().endsWith(stopped)).toBe(true)
    expect(started.stderr()).toBe('')
    await expectNothingLeft(ports)
  })
})

test('a data folder in use stops a second start, even on other ports', async () => {
  const first = startProcess(ports, dataDir)
  await first.says(/ are in$|Ctrl-C/m)
  const second = startProcess(await freePorts(), dataDir)

  expect(await second.exited).toBe(1)
  expect(second.stderr()).toContain(`${dataDir} is in use by process ${first.process.pid}`)
  expect(await first.end('SIGKILL')).toBeNull()
  await expectNothingLeft(ports)

  const afterwards = startProcess(ports, dataDir)
  await afterwards.says(/ are in$|Ctrl-C/m)
  expect(await afterwards.end('SIGINT')).toBe(0)
})

test('a storage emulator that ends by itself ends the rest, with one line that says so', async () => {
  const started = startProcess(ports, dataDir)
  await started.says(lastLine)
  process.kill(await childOf(started, 'azurite.js'), 'SIGKILL')

  expect(await started.exited).toBe(1)
  const [last, ...warnings] = started.stderr().trimEnd().split('\n').toReversed()
  expect(last).toBe('keytrail: the storage emulator has ended with signal SIGKILL')
  expect(warnings.filter((line) => !refusedPoll.test(line))).toEqual([])
  expect(started.stdout()).not.toContain(stopped)
  await expectNothingLeft(ports)
})

/** The process id of the child whose command has this in it. */
async function childOf({ process: { pid } }: Started, command: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,pid=,args='])
  const lines = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const found = lines.find(([parent, , ...args]) => parent === `${pid}` && args.some((arg) => arg.includes(command)))
  return Number(found?.[1])
}
