// The README's lines do what the README shows: each shell block under "Try it" is run as it stands, and its response compared.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { banner, copySeededData } from './local/start/demo-data.ts'
import { endAll, freePorts, type Ports, startProcess } from './local/start/started.ts'
import { expectDocumented } from './support/openapi/check.ts'
import { eventually } from './support/servers/running-app.ts'

const parsed = (json: string): unknown => JSON.parse(json)

const readme = await readFile(resolve(import.meta.dirname, '../README.md'), 'utf8')
const [, tryIt = ''] = /## Try it\n([\s\S]*?)\n## /.exec(readme) ?? []
/** Shell blocks in order, each with the response that the README shows below it; undefined when it shows none. */
const blocks = [...tryIt.matchAll(/```sh\n([\s\S]*?)```(?:\s*```json\n([\s\S]*?)```)?/g)].map(
  ([, lines = '', response]) => ({
    lines,
    response: response === undefined ? undefined : parsed(response),
  }),
)

let ports: Ports
let folder: string

beforeAll(async () => {
  ports = await freePorts()
  folder = await mkdtemp(join(tmpdir(), 'keytrail-readme-'))
  await copySeededData(join(folder, 'data'))
  await startProcess(ports, join(folder, 'data')).says(banner)
})
afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true })
})

/** Runs lines in bash, on this test's ports; gives the body of the response to the last one, which openapi.yaml must allow. */
async function run(lines: string): Promise<string> {
  const moved = lines.replaceAll(':7071', `:${ports.app}`).replaceAll(':7072', `:${ports.identity}`)
  const whole = moved.replace(/^curl -s /m, "curl -si -w '\\n%{method} %{url_effective}' ")
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', whole])
  const [, status, head = '', text = '', method = '', url = ''] =
    /^HTTP\/1.1 (\d+) .*?\r\n(.*?)\r\n\r\n(.*)\n(\w+) (\S+)$/s.exec(stdout) ?? []
  const headers = new Headers(
    head.split('\r\n').map((line): [string, string] => [line.split(': ')[0] ?? '', line.replace(/^.*?: /, '')]),
  )
  const { pathname, search } = new URL(url)
  expectDocumented({ method, path: pathname + search, status: Number(status), headers, text })
  return text
}

/** Whether a response is the one that is shown, in its order; where "…" is shown, anything may stand but nothing. */
function isShownBy(shown: unknown, response: unknown): boolean {
  if (shown === '…') return response !== null && response !== undefined && response !== ''
  if (typeof shown !== 'object' || shown === null || typeof response !== 'object' || response === null) {
    return shown === response
  }
  const [members, others] = [Object.entries(shown), Object.entries(response)]
  return (
    Array.isArray(shown) === Array.isArray(response) &&
    members.length === others.length &&
    members.every(([name, value], place) => name === others[place]?.[0] && isShownBy(value, others[place]?.[1]))
  )
}

describe('the README', () => {
  test('begins with the two commands a newcomer needs', () => {
    const commands = [...readme.matchAll(/```\n(.*)\n```/g)].map(([, command]) => command)
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test'])
  })

  test('shows a response to every request', () => {
    expect(blocks.map(({ response }) => response !== undefined)).toEqual([false, true, true, true, true, true, true])
  })

  test.each(blocks.flatMap(({ response }, place) => (response === undefined ? [] : [place])))(
    'shows the response to block %i',
    async (place) => {
      // Requests of earlier blocks are skipped; what they set is kept.
      const earlier = blocks.slice(0, place).map(({ lines }) => lines.replace(/^curl[\s\S]*$/m, ''))
      const response = blocks[place]?.response
      const script = [...earlier, blocks[place]?.lines].join('\n')
      let last = ''
      await eventually('the response that the README shows', async () => {
        last = await run(script)
        return isShownBy(response, parsed(last))
      }).catch(() => expect(JSON.parse(last)).toEqual(response))
    },
  )
})
