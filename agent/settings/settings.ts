// The agent's settings: from a file (JSON, or lines as in .env) and the environment, which goes before the file. Secrets are never repeated.
import util from 'node:util'
import * as v from 'valibot'
import { Guid } from '../../src/domain/guid.ts'
import { kindOf } from '../database/open.ts'
import { Trouble } from '../trouble.ts'

/** Reads a file as text; throws what `node:fs` throws. */
type ReadText = (path: string) => string

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/
const keytrailUrl = v.pipe(
  v.string('is missing'),
  v.check((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'is no URL such as https://events.example'),
  v.check(
    (text) => URL.parse(text)?.protocol !== 'http:' || loopback.test(URL.parse(text)?.hostname ?? ''),
    'must begin with https:// (only on this machine itself http:// is enough): the key must not travel in the clear',
  ),
  v.transform((text) => text.replace(/\/+$/, '')),
)
const seconds = (otherwise: number, min: number) =>
  v.optional(
    v.pipe(
      v.union([v.number(), v.string()]),
      v.transform(Number),
      v.number('is no number'),
      v.integer('is no whole number'),
      v.minValue(min, `is less than ${min}`),
      v.maxValue(86_400, 'is more than a day'),
    ),
    otherwise,
  )

const Settings = v.object({
  KEYTRAIL_URL: keytrailUrl,
  KEYTRAIL_CLIENT_ID: v.pipe(v.string('is missing'), v.trim(), v.minLength(1, 'is missing')),
  KEYTRAIL_CLIENT_SECRET: v.pipe(v.string('is missing'), v.trim(), v.minLength(1, 'is missing')),
  DATABASE_URL: v.pipe(v.string('is missing'), v.trim(), v.minLength(1, 'is missing')),
  STATE_FILE: v.optional(v.pipe(v.string(), v.minLength(1, 'is empty')), 'keytrail-agent-state.json'),
  ORGANIZATIONS: v.optional(
    v.pipe(
      v.union([v.string(), v.array(v.string())]),
      v.transform((given) => (typeof given === 'string' ? given.split(/[\s,]+/) : given).filter((each) => each !== '')),
      v.array(Guid),
    ),
  ),
  INTERVAL_SECONDS: seconds(30, 5),
  DIRECTORY_INTERVAL_SECONDS: seconds(300, 30),
})
export type Settings = v.InferOutput<typeof Settings>
const settingNames = [...Object.keys(Settings.entries), 'KEYTRAIL_CLIENT_SECRET_FILE']

/**
 * Reads the settings. Throws `Trouble` that names each wrong one. `skipDatabase`: for what needs no database.
 */
export function readSettings(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  readText: ReadText,
  skipDatabase = false,
): Settings {
  const given: Record<string, unknown> = file === undefined ? {} : settingsIn(file, readText)
  for (const name of settingNames) if (env[name] !== undefined && env[name] !== '') given[name] = env[name]
  const secretFile = given.KEYTRAIL_CLIENT_SECRET_FILE
  if (typeof secretFile === 'string') given.KEYTRAIL_CLIENT_SECRET = inWords(secretFile, () => readText(secretFile))
  if (skipDatabase) given.DATABASE_URL ??= 'none'

  const read = v.safeParse(Settings, given)
  if (read.success) return { ...read.output, ORGANIZATIONS: chosen(read.output.ORGANIZATIONS) }
  const problems = read.issues.map(problemOf)
  throw new Trouble('settings', `The settings are not complete or not right:\n  ${[...new Set(problems)].join('\n  ')}`)
}

/** What is wrong with a setting, by its name; an id of an organization is repeated, since it is no secret. */
function problemOf(issue: v.InferIssue<typeof Settings>): string {
  const [name = '', index] = v.getDotPath(issue)?.split('.') ?? []
  if (index !== undefined) return `${name}: ${JSON.stringify(issue.input)} ${issue.message}`
  if (issue.input !== undefined) return `${name} ${issue.message}`
  return `${name}${name === 'KEYTRAIL_CLIENT_SECRET' ? ' (or KEYTRAIL_CLIENT_SECRET_FILE)' : ''} is missing`
}

/** An empty list means all, as an absent one does. */
const chosen = (organizations: Settings['ORGANIZATIONS']) => (organizations?.length ? organizations : undefined)

function settingsIn(file: string, readText: ReadText): Record<string, unknown> {
  const text = inWords(file, () => readText(file)).replace(/^\ufeff/, '')
  const isJson = text.trimStart().startsWith('{')
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())), text)
  if (isJson && !read.success) throw new Trouble('settings', `${file} is no JSON object.`)
  const given: Record<string, unknown> = read.success ? { ...read.output } : { ...util.parseEnv(text) }
  const unknown = Object.keys(given).filter((name) => !settingNames.includes(name))
  if (unknown.length > 0) throw new Trouble('settings', `${file} has unknown settings: ${unknown.join(', ')}.`)
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '' && value !== null))
}

function inWords(path: string, read: () => string): string {
  try {
    return read()
  } catch {
    throw new Trouble('settings', `The file ${path} cannot be read.`)
  }
}

/** The database without its password, as the state and messages name it. */
export function nameOfDatabase(url: string): string {
  if (kindOf(url) === 'sqlite') return url
  const { protocol, host, pathname } = URL.parse(url) ?? { protocol: '', host: '', pathname: '' }
  return `${protocol}//${host}${pathname}`
}
