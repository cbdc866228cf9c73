// When a timer ran last and is due next: one JSON file a timer, which outlives restarts.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'

/** `last` of a timer that has not run: .NET's default DateTime. */
export const never = Date.parse('0001-01-01T00:00:00Z')

const Instant = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number(),
)
const TimerStatus = v.pipe(
  v.object({ Last: Instant, Next: Instant, LastUpdated: Instant }),
  v.transform(({ Last, Next, LastUpdated }) => ({ last: Last, next: Next, lastUpdated: LastUpdated })),
)
/** Instants in milliseconds since 1970; `lastUpdated` is the instant from which `next` was computed. */
export type TimerStatus = v.InferOutput<typeof TimerStatus>

/** Durable when `write` resolves. `read` gives undefined for a timer that was never written, or whose file cannot be read as a status. */
export type TimerStatusStore = {
  read(name: string): Promise<TimerStatus | undefined>
  write(name: string, status: TimerStatus): Promise<void>
}

/** Stores `<dir>/<name>.json`, each replaced in one step; the folder is created when needed. */
export function fileTimerStatus(dir: string): TimerStatusStore {
  const pathOf = (name: string) => join(dir, `${name}.json`)
  return {
    read: async (name) => {
      const text = await readFile(pathOf(name), 'utf8').catch(() => '')
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), TimerStatus), text)
      return parsed.success ? parsed.output : undefined
    },
    write: async (name, status) => {
      await mkdir(dir, { recursive: true })
      const fresh = `${pathOf(name)}.new`
      await writeFile(fresh, JSON.stringify(statusJson(status)))
      await rename(fresh, pathOf(name))
    },
  }
}

/** The status as the host writes it and a timer function is given it. */
export function statusJson({ last, next, lastUpdated }: TimerStatus): Record<'Last' | 'Next' | 'LastUpdated', string> {
  return { Last: dotNetDate(last), Next: dotNetDate(next), LastUpdated: dotNetDate(lastUpdated) }
}

function dotNetDate(at: number): string {
  return new Date(at).toISOString().replace(/(?:\.000)?Z$/, '+00:00')
}
