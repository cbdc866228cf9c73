// One run that pulls a source: what it asks the API, how far it has come, and when it ends.
import * as v from 'valibot'
import { type ApiResponse, isPassing } from '../../domain/sources/api-responses.ts'
import { daysAt } from '../../domain/sources/plan.ts'
import type { SourceProblem } from '../../domain/sources/problems.ts'
import type { Progress } from '../../domain/sources/progress.ts'
import type { Source, SourceIds } from '../../domain/sources/source.ts'
import type { DirectoryReader, DirectoryWriter } from '../../ports/directory.ts'
import type { EventQueue, EventStore } from '../../ports/events.ts'
import type { SecretBox } from '../../ports/secret-box.ts'
import type { SourceProgresses, Sources, VaultApi } from '../../ports/sources.ts'
import { openSourceSecret, openToken, sealToken } from './source-secrets.ts'

/** How long a run may go on, and how many requests it may make, before another continues. */
const runMsMax = 45_000
export const runRequestsMax = 120
/** How long a run's right to pull lasts after each save: longer than a run and its last request take. */
export const leaseMs = 120_000
/** Tries of a request while the server is at fault, and the pause after the first; each later one is three times as long. */
const triesMax = 3
const pauseMs = 1_000
/** How far the server's clock and ours may differ. */
const clockMsMax = 5 * 60_000
/** An access token is not used in its last minute, and for a day at most. */
const [tokenRestMs, tokenSecondsMax] = [60_000, 86_400]

export type PullPorts = {
  readonly sources: Pick<Sources, 'sourcesOf'>
  readonly progresses: SourceProgresses
  readonly api: VaultApi
  readonly box: SecretBox
  readonly store: Pick<EventStore, 'list'>
  readonly queue: Pick<EventQueue, 'enqueue'>
  readonly directory: Pick<DirectoryReader, 'organization'> & Pick<DirectoryWriter, 'putOrganization'>
  readonly now: () => number
  /** Resolves in so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>
  readonly newId: () => string
}

/** What ends a run before its work is done: the server, or another run that holds the source. */
type Ending =
  | { readonly kind: 'failed'; readonly reason: SourceProblem; readonly retryAfterSeconds: number | null }
  | { readonly kind: 'overtaken' }

/** Thrown within a run, and caught where it began. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded'
  readonly ending: Ending
  constructor(ending: Ending) {
    super(ending.kind)
    this.ending = ending
  }
}

/** Ends the run: the source cannot be read now. */
export const failed = (reason: SourceProblem, retryAfterSeconds: number | null = null) =>
  new RunEnded({ kind: 'failed', reason, retryAfterSeconds })

/** What is asked for: the history's requests are not those of the day, and a poll is soon followed by another. */
export type Purpose = 'history' | 'poll' | 'other'

export type PullRun = PullPorts & {
  readonly ids: SourceIds
  readonly source: Source
  /** When the run began (Unix ms). */
  readonly begunAt: number
  /** The progress as it is now, saved or not. */
  readonly progress: () => Progress
  readonly change: (changed: Partial<Progress>) => void
  /** Resolves once the progress is stored and the run holds the source for longer. Ends the run if another holds it. */
  readonly save: (changed?: Partial<Progress>) => Promise<void>
  /** The JSON of `GET {apiUrl}/{path}`. Ends the run if there is none. */
  readonly ask: (path: string, purpose: Purpose) => Promise<unknown>
  /** Whether the run has had its time or its requests. */
  readonly isOver: () => boolean
}

/** A run that holds a source, whose progress has this version. */
export function newRun(
  ports: PullPorts,
  ids: SourceIds,
  source: Source,
  held: { readonly progress: Progress; readonly version: string; readonly begunAt: number },
): PullRun {
  const { begunAt } = held
  let { progress, version } = held
  let requests = 0
  const change = (changed: Partial<Progress>) => {
    progress = { ...progress, ...changed }
  }
  const count = (purpose: Purpose) => {
    requests += 1
    const [today, ...before] = daysAt(progress.days, ports.now())
    if (!today) return
    const historyRequests = today.historyRequests + (purpose === 'history' ? 1 : 0)
    change({ days: [{ ...today, requests: today.requests + 1, historyRequests }, ...before] })
  }
  const asked = { ...ports, ids, source, progress: () => progress, change, count }

  return {
    ...ports,
    ids,
    source,
    begunAt,
    progress: () => progress,
    change,
    save: async (changed = {}) => {
      const run = progress.run && { ...progress.run, until: ports.now() + leaseMs }
      change({ run, ...changed })
      const saved = await ports.progresses.save(ids, progress, version)
      if (saved === undefined) throw new RunEnded({ kind: 'overtaken' })
      version = saved
    },
    ask: (path, purpose) => ask(asked, path, purpose),
    isOver: () => requests >= runRequestsMax || ports.now() - begunAt >= runMsMax,
  }
}

type Asking = Omit<PullRun, 'begunAt' | 'save' | 'ask' | 'isOver'> & { readonly count: (purpose: Purpose) => void }

async function ask(asking: Asking, path: string, purpose: Purpose): Promise<unknown> {
  const url = `${asking.source.apiUrl}/${path}`
  let token = knownToken(asking) ?? (await newToken(asking))
  let isNew = false
  for (let tries = 1; ; tries += 1) {
    asking.count(purpose)
    const response = await asking.api.get(url, token)
    if (response.kind === 'json') return checkedBody(asking, response)
    if (response.reason === 'key-refused' && !isNew) {
      token = await newToken(asking)
      isNew = true
    } else if (isPassing(response.reason) && tries < triesMax) {
      await asking.sleep(pauseMs * 3 ** (tries - 1))
    } else {
      // The key was good for a token a moment ago: it is the organization's data that the server refuses.
      const reason = response.reason === 'key-refused' ? 'access-refused' : response.reason
      throw failed(reason, response.retryAfterSeconds)
    }
  }
}

/** The token of an earlier run or request, if it is good for a while. */
function knownToken({ box, ids, progress, now }: Asking): string | undefined {
  const { token } = progress()
  return token && token.until > now() ? openToken(box, ids, token.sealed) : undefined
}

const Token = v.object({
  access_token: v.pipe(v.string(), v.regex(/^[\w.~+/=-]{1,16000}$/)),
  expires_in: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(tokenSecondsMax)), tokenRestMs / 1_000),
})

async function newToken(asking: Asking): Promise<string> {
  const { api, box, ids, source, now } = asking
  const clientSecret = openSourceSecret(box, ids, source)
  if (clientSecret === undefined) throw failed('secret-unreadable')
  for (let tries = 1; ; tries += 1) {
    asking.count('other')
    const { identityUrl, clientId } = source
    const response = await api.token({ identityUrl, clientId, clientSecret })
    if (response.kind === 'json') {
      const read = v.safeParse(Token, checkedBody(asking, response))
      if (!read.success) throw failed('not-bitwarden')
      const { access_token: token, expires_in: seconds } = read.output
      asking.change({ token: { sealed: sealToken(box, ids, token), until: now() + seconds * 1_000 - tokenRestMs } })
      return token
    }
    if (!isPassing(response.reason) || tries >= triesMax) throw failed(response.reason, response.retryAfterSeconds)
    await asking.sleep(pauseMs * 3 ** (tries - 1))
  }
}

/** The body, if the server's clock agrees with ours: dates are judged by ours, and ranges are asked for by it. */
function checkedBody({ now }: Asking, { body, serverMs }: Extract<ApiResponse, { readonly kind: 'json' }>): unknown {
  if (serverMs !== null && Math.abs(serverMs - now()) > clockMsMax) throw failed('clock-wrong')
  return body
}
