// Reads host.json with its `AzureFunctionsJobHost__a__b` overrides into the settings the host works by; a bad one is a HostError that names the key.
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { HostError } from './host-error.ts'
import { parseTimeSpan } from './time-span.ts'

const dayMs = 86_400_000

/** A number that an environment variable may have given as text. */
const count = (min: number, max: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.nonEmpty(), v.transform(Number))]),
    v.integer(),
    v.minValue(min),
    v.maxValue(max),
  )

const timeSpanMs = (minMs: number, maxMs: number) =>
  v.pipe(
    v.string(),
    v.transform(parseTimeSpan),
    v.number('must be a time span like 00:00:30'),
    v.minValue(minMs),
    v.maxValue(maxMs),
  )

const QueuesSchema = v.pipe(
  v.object({
    batchSize: v.optional(count(1, 32), 16),
    newBatchThreshold: v.optional(count(0, 10_000)),
    maxDequeueCount: v.optional(count(1, 1_000), 5),
    visibilityTimeout: v.optional(timeSpanMs(0, 7 * dayMs), '00:00:00'),
    maxPollingInterval: v.optional(timeSpanMs(100, dayMs), '00:00:02'),
    messageEncoding: v.optional(v.pipe(v.string(), v.toLowerCase(), v.picklist(['base64', 'none'])), 'base64'),
  }),
  v.transform((queues) => ({
    batchSize: queues.batchSize,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2) * availableParallelism(),
    dequeueCountMax: queues.maxDequeueCount,
    retryDelayMs: queues.visibilityTimeout,
    pollIntervalMsMax: queues.maxPollingInterval,
    encoding: queues.messageEncoding,
  })),
)

/** `extensions.queues`: how triggers read. Defaults as in development: batches of 16, half a batch a core, 5 tries, at most 2 s between polls. */
export type QueueOptions = v.InferOutput<typeof QueuesSchema>

const HostJsonSchema = v.object({
  version: v.literal('2.0', 'must be "2.0"'),
  extensions: v.optional(
    v.object({
      http: v.optional(v.object({ routePrefix: v.optional(v.string(), 'api') }), {}),
      queues: v.optional(QueuesSchema, {}),
    }),
    {},
  ),
  logging: v.optional(v.object({ logLevel: v.optional(v.record(v.string(), v.string()), {}) }), {}),
})

type HostJson = v.InferOutput<typeof HostJsonSchema>

/** Reads `<appDir>/host.json`; throws a HostError when it is missing, is not JSON, or says something the host cannot follow. */
export async function readHostJson(
  appDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<HostJson> {
  const path = join(appDir, 'host.json')
  const parsed = v.safeParse(HostJsonSchema, withOverrides(await readJson(path), env))
  if (parsed.success) return parsed.output
  throw new HostError(
    'host-json-invalid',
    `${path}: ${parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`).join('; ')}`,
  )
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new HostError('host-json-invalid', `${path} cannot be read as JSON`, { cause: error })
  }
}

type Json = { [key: string]: unknown }

/** host.json with every `AzureFunctionsJobHost__a__b` (or `:`) put in its place; keys ignore case, as configuration in .NET does. */
function withOverrides(json: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (!isObject(json)) return json
  const overrides = Object.entries(env)
    .map(([name, value]) => ({ path: name.split(/__|:/), value }))
    .filter(({ path: [root, first], value }) => root?.toLowerCase() === 'azurefunctionsjobhost' && first && value)
  return overrides.reduce((all, { path, value }) => withValue(all, path.slice(1), value), json)
}

function withValue(json: Json, [name = '', ...rest]: string[], value: unknown): Json {
  const key = Object.keys(json).find((each) => each.toLowerCase() === name.toLowerCase()) ?? name
  const child = json[key]
  return { ...json, [key]: rest.length === 0 ? value : withValue(isObject(child) ? child : {}, rest, value) }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
