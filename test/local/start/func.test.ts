// `npm run start:func`, with a fake func: what it is run with, how it ends, and what is said when it is not there.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endAll, freePorts, isFree, type Ports, type Started, startProcess, until } from './started.ts'

/** Responds as func's host does once it runs; with IGNORE_SIGINT it does not end when asked to. */
const fakeFunc = `#!${process.execPath}
const { argv, env } = process
console.log('func ' + argv.slice(2).join(' '), env.FUNCTIONS_WORKER_RUNTIME, env.EventsStorage.includes('devstoreaccount1'))
process.on('SIGINT', () => (env.IGNORE_SIGINT ? console.log('not yet') : process.exit(0)))
if (env.END_AT_ONCE) process.exit(3)
const body = JSON.stringify({ state: 'Running' })
require('node:http').createServer((_, response) => response.end(body)).listen(Number(argv[4]), '127.0.0.1')
`

let ports: Ports
let folder: string
let path: string

beforeAll(async () => {
  ports = await freePorts()
  folder = await mkdtemp(join(tmpdir(), 'keytrail-func-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin/func'), fakeFunc, { mode: 0o755 })
  path = `${join(folder, 'bin')}${delimiter}${process.env.PATH}`
})

afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true })
})

function startFunc(env: NodeJS.ProcessEnv): Started {
  return startProcess(ports, join(folder, 'data'), ['--func'], { AUTH_ISSUER: 'http://127.0.0.1:1', ...env })
}

async function expectNothingLeft(): Promise<void> {
  for (const port of [ports.app, ports.storage, ports.storage + 1, ports.storage + 2]) await until(() => isFree(port))
}

test('runs func with the port and the settings, and ends it', async () => {
  const started = startFunc({ PATH: path })
  await started.says('Ctrl-C ends it.')

  expect(started.stderr()).toContain(`func start --port ${ports.app} node true`)
  expect(await started.end('SIGINT')).toBe(0)
  await expectNothingLeft()
})

test('ends when func does, and says with which code', async () => {
  const started = startFunc({ PATH: path, END_AT_ONCE: '1' })

  expect(await started.exited).toBe(1)
  expect(started.stderr()).toContain('func has ended with code 3')
  await expectNothingLeft()
})

test('ends at once on a second Ctrl-C, and takes func along', async () => {
  const started = startFunc({ PATH: path, IGNORE_SIGINT: '1' })
  await started.says('Ctrl-C ends it.')

  started.process.kill('SIGINT')
  await until(() => started.stderr().includes('not yet'))
  await until(() => !started.process.kill('SIGINT') || started.process.exitCode !== null)

  expect(await started.exited).toBe(130)
  await expectNothingLeft()
})

test('says how to get func when it is not installed', async () => {
  const started = startFunc({ PATH: folder })

  expect(await started.exited).toBe(1)
  expect(started.stderr()).toMatch(/^keytrail: func is not installed: npm install azure-functions-core-tools/)
  expect(started.stderr().trim().split('\n')).toHaveLength(1)
  await expectNothingLeft()
})
