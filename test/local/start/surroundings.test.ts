// A start where something is in its way, or in place of the local identity server.
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build, root } from '../../../scripts/build.ts'
import { allPorts, banner, expectNothingLeft } from './demo-data.ts'
import { endAll, freePorts, isFree, type Ports, startProcess, until } from './started.ts'

let ports: Ports
let folder: string

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/main.cjs'))) await build()
  ports = await freePorts()
  folder = await mkdtemp(join(tmpdir(), 'keytrail-start-'))
})

afterEach(endAll)
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe('a port in use', () => {
  test.each([
    ['KEYTRAIL_PORT', () => ports.app],
    ['KEYTRAIL_IDENTITY_PORT', () => ports.identity],
    ['KEYTRAIL_STORAGE_PORT', () => ports.storage + 1],
  ])('stops the start with one line that names it and %s, and leaves nothing behind', async (setting, portOf) => {
    const port = portOf()
    const inTheWay = createServer().listen(port, '127.0.0.1')
    await until(() => inTheWay.listening)

    const started = startProcess(ports, join(folder, 'unused'))

    expect(await started.exited).toBe(1)
    expect(started.stderr().trim().split('\n')).toEqual([expect.stringContaining(`port ${port}`)])
    expect(started.stderr()).toContain(setting)
    expect(started.stdout()).toBe('')
    expect(existsSync(join(folder, 'unused'))).toBe(false)
    for (const other of allPorts(ports).filter((each) => each !== port)) expect(await isFree(other)).toBe(true)
    inTheWay.close()
    await until(() => !inTheWay.listening)
  })
})

describe("an issuer of the developer's own", () => {
  test('is trusted in place of the local identity server, and there is no demo data', async () => {
    const own = join(folder, 'own-issuer')
    const started = startProcess(ports, own, [], { AUTH_ISSUER: 'http://127.0.0.1:1' })
    await started.says(banner)

    expect(started.stdout()).toContain('from http://127.0.0.1:1, since AUTH_ISSUER is set')
    expect(started.stdout()).not.toContain('demo data:')
    expect(await isFree(ports.identity)).toBe(true)
    expect((await fetch(`http://127.0.0.1:${ports.app}/alive`)).status).toBe(200)
    expect(await readdir(own)).not.toContain('identity-key.json')

    expect(await started.end('SIGTERM')).toBe(0)
    await expectNothingLeft(ports)
  })
})
