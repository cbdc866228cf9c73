// Reads a source's events: the newest first, then what was left over, the past again, and the history.
import type { Instant } from '../../domain/instant.ts'
import { instantAt, millisecondsOf } from '../../domain/instant.ts'
import { type EventsPage, readPage } from '../../domain/sources/pages.ts'
import { dueReread, type Poll, pollAt, spanDone, withGap, withoutLate, withSpan } from '../../domain/sources/plan.ts'
import { type Progress, type Span, unsetDates } from '../../domain/sources/progress.ts'
import type { IdentifiedEvent, PulledEvent } from '../../domain/sources/pulled-events.ts'
import { afterPage, type Reading, rangeMsMax, rangeOfMs, readingOf } from '../../domain/sources/reading.ts'
import { countMissing, handOver, isCounted, noteCounted } from './hand-over.ts'
import { failed, type PullRun, type Purpose } from './pull-run.ts'

/** Most pages of a poll; the rest is a gap, which is read page by page. */
const pollPagesMax = 20
/** How many pages are read before the progress is saved: a run that is killed repeats as many at most. */
const pagesPerSave = 10
/** How often a millisecond with more events than a page is read until two readings agree. */
const exactReadsMax = 4
/** Most pages of such a reading. */
const exactPagesMax = 40

/** A page that was handed over, what of it was new, and how the reading goes on (null: the range is read). */
type Step = { readonly page: EventsPage; readonly fresh: readonly IdentifiedEvent[]; readonly next: Reading | null }

/** Reads one page and hands it over, and beside it what the page alone does not count. */
async function step(run: PullRun, reading: Reading, purpose: Purpose): Promise<Step> {
  const page = await pageOf(run, reading, purpose)
  const { next, doubtful, crowded } = afterPage(reading, page)
  if (next === 'stuck') throw failed('not-bitwarden')
  countMissing(run, 'unreadable', page.unreadable)
  countMissing(run, 'crowded', crowded === undefined ? [] : [crowded])
  const fresh = await handOver(run, page.events, purpose)
  noteOldest(run, page)
  for (const ms of doubtful) {
    // Polls show the same events again and again. What is added to them late is found by a re-read.
    const isKnown = purpose === 'poll' && isCounted(run, ms) && !fresh.some((event) => event.ms === ms)
    if (!isKnown) await readExactly(run, ms, purpose)
  }
  return { page, fresh, next }
}

function noteOldest(run: PullRun, { oldest }: EventsPage): void {
  const { oldest: known } = run.progress()
  if (oldest !== undefined && oldest > unsetDates.to && (known === null || oldest < known)) run.change({ oldest })
}

async function pageOf(run: PullRun, { start, end, token }: Reading, purpose: Purpose): Promise<EventsPage> {
  const continued = token === null ? '' : `&continuationToken=${encodeURIComponent(token)}`
  const path = `public/events?start=${encodeURIComponent(start)}&end=${encodeURIComponent(end)}${continued}`
  const page = readPage(await run.ask(path, purpose))
  if (!page) throw failed('not-bitwarden')
  return page
}

/**
 * Counts the events of a millisecond. One page holds them all, or else they are read until two readings in a row are the
 * same, since a page may move while another is read. Without that, the pages that were handed over count what they can.
 */
async function readExactly(run: PullRun, ms: number, purpose: Purpose): Promise<void> {
  let before: string | undefined
  for (let reads = 0; reads < exactReadsMax; reads += 1) {
    const events: PulledEvent[] = []
    let pages = 0
    for (let reading: Reading | null = rangeOfMs(ms); reading !== null && pages < exactPagesMax; ) {
      const page: EventsPage = await pageOf(run, reading, purpose)
      events.push(...page.events)
      pages += 1
      const { token } = page
      reading = token === null || page.events.length === 0 ? null : { ...reading, token }
    }
    const all = JSON.stringify(events.map(({ content }) => content).toSorted())
    if (pages === 1 || all === before) {
      await handOver(run, events, purpose)
      if (purpose === 'poll') noteCounted(run, ms)
      return
    }
    before = all
  }
}

/** Reads the newest events, back to where the poll before has read. What is too much for one poll is left as a gap. */
export async function poll(run: PullRun): Promise<void> {
  const now = run.now()
  const plan = pollAt(run.progress(), now)
  let reading: Reading | null = readingOf(plan.start, plan.end)
  let ahead = false
  let reached: Instant | undefined
  for (let pages = 0; reading !== null && reached === undefined; ) {
    const { page, fresh, next }: Step = await step(run, reading, 'poll')
    pages += 1
    ahead ||= page.newest !== undefined && millisecondsOf(page.newest) > now + aheadMs
    reading = next
    if (page.oldest !== undefined && page.oldest <= plan.stopAt && !(plan.further && isNewAtEnd(page, fresh)))
      reached = plan.stopAt
    else if (next !== null && (pages >= pollPagesMax || run.isOver())) reached = next.reached
  }
  run.change(afterPoll(run.progress(), plan, { now, ahead, reached: reached ?? plan.start }))
}

/** How far ahead of us a date is that a near poll would not show. */
const aheadMs = 10 * 60_000

/** Whether the oldest quarter of a page has a new event: then more may be new before it. */
function isNewAtEnd({ events }: EventsPage, fresh: readonly IdentifiedEvent[]): boolean {
  const [oldest] = events.slice(-Math.ceil(events.length / 4)).flatMap(({ date }) => date ?? [])
  return oldest !== undefined && fresh.some(({ ms }) => ms !== undefined && ms <= millisecondsOf(oldest))
}

function afterPoll(
  progress: Progress,
  { stopAt, deep, far }: Poll,
  { now, ahead, reached }: { readonly now: number; readonly ahead: boolean; readonly reached: Instant },
): Partial<Progress> {
  const isWhole = reached <= stopAt
  return {
    readTo: now,
    gaps: isWhole ? progress.gaps : withGap(progress.gaps, { from: stopAt, to: reached }),
    ...(deep && isWhole && { deepAt: now }),
    ...(far && { aheadAt: now, ahead }),
    rereads: withoutLate(progress.rereads, now),
  }
}

/** Reads what earlier polls left over, newest first. */
export async function readGaps(run: PullRun): Promise<void> {
  for (let [gap, ...others] = run.progress().gaps; gap && !run.isOver(); [gap, ...others] = run.progress().gaps) {
    await readSpan(run, gap, 'other', (left) => ({ gaps: left ? [left, ...others] : others }))
  }
}

/** Reads the past again where that is due. */
export async function readAgain(run: PullRun): Promise<void> {
  for (let due = dueReread(run.progress(), run.now()); due && !run.isOver(); ) {
    const reread = withSpan(due)
    const replacing = (changed: typeof due): Partial<Progress> => ({
      rereads: run.progress().rereads.map((each) => (each.hours === reread.hours ? (changed ?? each) : each)),
    })
    await readSpan(run, reread.span, 'other', (left) => replacing(left ? { ...reread, span: left } : spanDone(reread)))
    due = dueReread(run.progress(), run.now())
  }
}

/** How often the dates of clocks that were never set are read, in milliseconds. */
const unsetEveryMs = 86_400_000

/** Reads the dates of clocks that were never set: their events arrive at any time, and have no age at which they are read again. */
export async function readUnset(run: PullRun): Promise<void> {
  const now = run.now()
  if (now - run.progress().unsetAt < unsetEveryMs || run.isOver()) return
  await readSpan(run, unsetDates, 'other', (left) => (left ? {} : { unsetAt: now }))
}

/** Reads the history, newest first, as long as the run may go on. */
export async function readHistory(run: PullRun): Promise<void> {
  const { history } = run.progress()
  if (!history || run.isOver()) return
  await readSpan(run, history, 'history', (left) => ({ history: left }))
  const { history: left, events } = run.progress()
  if (left === null && events === 0) run.change({ lastError: { at: run.now(), reason: 'no-events' } })
}

/**
 * Reads a span page by page as long as the run may go on, and notes after each page what is left of it (null: nothing). A
 * page is handed over before it is noted as read.
 */
async function readSpan(
  run: PullRun,
  span: Span,
  purpose: Purpose,
  noting: (left: Span | null) => Partial<Progress>,
): Promise<void> {
  const { from } = span
  let reading = windowOf(from, span.to)
  for (let pages = 1; ; pages += 1) {
    const { next }: Step = await step(run, reading, purpose)
    const reached = next?.reached ?? reading.start
    const isDone = next === null && reading.start <= from
    run.change(noting(isDone ? null : { from, to: reached }))
    if (isDone || run.isOver()) return
    if (pages % pagesPerSave === 0) await run.save()
    reading = next ?? windowOf(from, reading.start)
  }
}

/** The newest part of a span that one request may ask for. */
function windowOf(from: Instant, to: Instant): Reading {
  const earliest = instantAt(millisecondsOf(to) - rangeMsMax)
  return readingOf(earliest > from ? earliest : from, to)
}
