// The check of a source before it is stored: what two responses of the server say about address, key, plan and clock. Pure.
import * as v from 'valibot'
import { type Instant, millisecondsOf } from '../instant.ts'
import { readPage } from './pages.ts'
import { problemText, type SourceProblem } from './problems.ts'

/** How far the server's clock and ours may differ, in milliseconds. */
const clockMsMax = 5 * 60_000
/** The range in which a check looks for events: as far back, and as far ahead, as one request may ask for. */
const backMs = 366 * 86_400_000
const aheadMs = 86_400_000

/** What a check found; `newest` is the date of the newest event. */
export type CheckResult =
  | { readonly kind: 'works'; readonly newest: Instant | undefined }
  | { readonly kind: 'problem'; readonly problem: SourceProblem }

/** The range that a check at `now` (Unix ms) asks for. */
export const checkedRange = (now: number) => ({
  start: new Date(now - backMs).toISOString(),
  end: new Date(now + aheadMs).toISOString(),
})

/** Whether a server's clock (Unix ms; null: unknown) differs too much from ours. */
export const isClockWrong = (serverMs: number | null, now: number): boolean =>
  serverMs !== null && Math.abs(serverMs - now) > clockMsMax

const Token = v.object({ access_token: v.pipe(v.string(), v.regex(/^[\w.~+/=-]{1,16000}$/)) })

/** The access token in the response of a token endpoint; undefined if it has none. */
export function tokenIn(body: unknown): string | undefined {
  const read = v.safeParse(Token, body)
  return read.success ? read.output.access_token : undefined
}

/** What a list of events of `checkedRange` says. One without any, over a year, is most likely a plan without event logs. */
export function readCheckedEvents(body: unknown): CheckResult {
  const page = readPage(body)
  if (!page || (page.events.length === 0 && page.unreadable.length > 0)) {
    return { kind: 'problem', problem: 'not-bitwarden' }
  }
  return page.events.length === 0 ? { kind: 'problem', problem: 'no-events' } : { kind: 'works', newest: page.newest }
}

/** A check as responses show it. */
export function checkView(result: CheckResult) {
  const ok = result.kind === 'works'
  const problem = ok ? null : result.problem
  const message = ok ? worksText(result.newest) : problemText(result.problem)
  return { object: 'sourceCheck', ok, problem, message } as const
}

function worksText(newest: Instant | undefined): string {
  if (newest === undefined) return 'The server accepts the API key and has events.'
  const time = new Date(millisecondsOf(newest)).toISOString()
  return `The server accepts the API key. Its newest event is of ${time.slice(0, 10)}, ${time.slice(11, 16)} UTC.`
}
