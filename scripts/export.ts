// npm run export: saves an organization's event log to a file, however many requests it takes. The file appears whole or not at all.
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { Guid } from '../src/domain/guid.ts'
import { parseInstant } from '../src/domain/instant.ts'
import { exportFormats } from '../src/domain/log/export/formats.ts'
import { type ExportRequest, responsesOf } from './export/responses.ts'

const usage = `npm run export -- --org <guid> --from <date> [--to <date>] --format ${exportFormats.map(({ name }) => name).join('|')} --out <file> [--replace] [--search <search>] [--url <base URL of the app>]
A file that exists is replaced only with --replace.
Without --url, the app of npm start: http://127.0.0.1:7071, or with the port that KEYTRAIL_PORT says.
The environment variable KEYTRAIL_TOKEN holds the token of a person who may read the organization's log.`

/** An export that fails for a reason that people can read: without a stack, without the token. */
class ExportFailed extends Error {
  override readonly name = 'ExportFailed'
}

const date = v.pipe(
  v.string(),
  v.check((text) => parseInstant(text) !== undefined, 'is not a date'),
)
const Options = v.object({
  org: v.pipe(v.string(), Guid),
  from: date,
  to: v.optional(date),
  search: v.optional(v.string()),
  format: v.picklist(
    exportFormats.map(({ name }) => name),
    `must be one of ${exportFormats.map(({ name }) => name).join(', ')}`,
  ),
  out: v.pipe(v.string(), v.minLength(1)),
  replace: v.optional(v.boolean(), false),
  url: v.pipe(
    v.string(),
    v.check(
      (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
      'is not a URL, such as https://events.example',
    ),
  ),
  token: v.pipe(v.string('KEYTRAIL_TOKEN is not set'), v.trim(), v.minLength(1, 'KEYTRAIL_TOKEN is not set')),
})

/** Where an export goes, and whether it may replace a file. */
type Target = { readonly out: string; readonly replace: boolean }

/** What is asked for, read from arguments and environment; throws `ExportFailed` that names what is wrong. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): ExportRequest & Target {
  const text = { type: 'string' } as const
  const replace = { type: 'boolean' } as const
  const options = { org: text, from: text, to: text, search: text, format: text, out: text, replace, url: text }
  const given = (() => {
    try {
      return parseArgs({ args: [...args], options }).values
    } catch (error) {
      throw new ExportFailed(`${messageOf(error)}\n\n${usage}`)
    }
  })()
  const url = given.url ?? localUrl(env.KEYTRAIL_PORT || '7071')
  const read = v.safeParse(Options, { ...given, url, token: env.KEYTRAIL_TOKEN })
  if (read.success) return read.output

  const problems = read.issues.map((issue) => {
    const name = v.getDotPath(issue) ?? ''
    if (name === 'token') return issue.message
    return `--${name} ${issue.input === undefined ? 'is missing' : issue.message}`
  })
  throw new ExportFailed(`${problems.join('\n')}\n\n${usage}`)
}

function localUrl(port: string): string {
  if (!/^\d{1,5}$/.test(port)) throw new ExportFailed('KEYTRAIL_PORT must be a port')
  return `http://127.0.0.1:${port}`
}

/** Where progress goes: on a terminal one line that is written over, elsewhere a line for each response. */
type Screen = { readonly isTTY?: boolean; readonly write: (text: string) => unknown }

/** Saves the log; the file is there once all of it has arrived. Gives how many events it holds. Throws if it may not replace the file. */
export async function exportToFile(
  { out, replace, ...request }: ExportRequest & Target,
  screen: Screen,
  signal?: AbortSignal,
): Promise<number> {
  if (!replace && existsSync(out)) throw new ExportFailed(`${out} exists already; --replace replaces it`)
  const partial = `${out}.${process.pid}.part`
  // An event log says much about people: only the file's owner can read it.
  const file = await open(partial, 'wx', 0o600)
  let events = 0
  try {
    for await (const response of responsesOf(request, signal)) {
      await file.writeFile(response.body)
      events += response.events
      const count = `${events.toLocaleString('en')} events`
      screen.write(screen.isTTY ? `\r${count}` : `${count}\n`)
    }
    if (screen.isTTY) screen.write('\n')
    await file.sync()
    await file.close()
    await rename(partial, out)
  } catch (error) {
    await file.close().catch(() => {})
    await rm(partial, { force: true })
    throw error
  }
  return events
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A refused connection hides its reason in the cause. */
function explain(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return messageOf(error) + cause
}

/** Runs the command; 0 when the file is there or usage was asked for, 1 when it is not, 130 when it was interrupted. */
async function run(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(usage)
    return 0
  }
  const interruption = new AbortController()
  process.once('SIGINT', () => interruption.abort())
  try {
    const options = readOptions(process.argv.slice(2), process.env)
    const events = await exportToFile(options, process.stderr, interruption.signal)
    console.log(`${options.out}: ${events.toLocaleString('en')} events`)
    return 0
  } catch (error) {
    if (interruption.signal.aborted) console.error('\nInterrupted; no file was written.')
    else console.error(`\nThe export failed. ${explain(error)}`)
    return interruption.signal.aborted ? 130 : 1
  }
}

if (import.meta.main) process.exitCode = await run()
