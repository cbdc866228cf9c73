// Counting an organization's feed into days: from its beginning, in steps, within a budget, each event once.
import { describe, expect, test } from 'vitest'
import { memorySummaries } from '../../../src/adapters/memory/counts/summaries.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { countStepsPerRunMax, eventsPerCountStep } from '../../../src/application/summary/count-feed.ts'
import { summarize } from '../../../src/application/summary/summarize.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { totalsOf } from '../../../src/domain/summary/summary.ts'
import { daysPerStepMax, type Summaries } from '../../../src/ports/counts/summaries.ts'
import { EntryTooLarge } from '../../../src/ports/errors.ts'
import { acme, event, globex, guid } from '../../support/events.ts'

const startMs = Date.UTC(2026, 0, 1)
const dayMs = 86_400_000
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
/** An event of the day of this number. */
const onDay = (day: number, more: Record<string, unknown> = {}): AcceptedEvent =>
  event({ date: new Date(startMs + day * dayMs).toISOString(), ...more })

async function setUp(events: readonly AcceptedEvent[]) {
  const store = memoryEventStore(() => startMs)
  await store.append(events)
  const summaries = memorySummaries()
  const run = (over: Summaries = summaries, organizationId = acme) =>
    summarize({ organizationId, store, summaries: over })
  const totals = async () => {
    const days = await summaries.daysBetween(acme, '2010-01-01', '9999-12-31')
    return [...days.values()].map((counts) => totalsOf(counts).events)
  }
  return { store, summaries, run, totals }
}

describe('counting', () => {
  test('begins with the first stored event, and continues where it stopped', async () => {
    const { store, run, totals, summaries } = await setUp([onDay(0), onDay(0, { type: 1000 }), onDay(3)])
    expect(await run()).toBe('done')
    expect(await totals()).toEqual([2, 1])
    expect(await summaries.progressOf(acme)).toMatchObject({ countedTo: startMs })
    await store.append([onDay(3, { type: 1000 }), onDay(0, { type: 1001 })])
    expect(await run()).toBe('done')
    expect(await run()).toBe('done')
    expect(await totals()).toEqual([3, 2])
  })

  test('counts no other organization’s events, and stores nothing without events', async () => {
    const { run, summaries } = await setUp([onDay(0, { organizationId: globex })])
    expect(await run()).toBe('done')
    expect(await summaries.progressOf(acme)).toMatchObject({ version: null })
  })

  test('does nothing without summaries', async () => {
    expect(await summarize({ organizationId: acme, store: memoryEventStore() })).toBe('done')
  })

  test('takes no more days in a step than fit, even if a page has more', async () => {
    const { run, totals, summaries } = await setUp(numbers(2 * daysPerStepMax + 1).map((day) => onDay(day)))
    const sizes: number[] = []
    const noted: Summaries = {
      ...summaries,
      commit: (id, progress, step) => {
        sizes.push(step.days.size)
        return summaries.commit(id, progress, step)
      },
    }
    expect(await run(noted)).toBe('done')
    expect(sizes).toEqual([daysPerStepMax, daysPerStepMax, 1])
    expect(await totals()).toEqual(numbers(2 * daysPerStepMax + 1).map(() => 1))
  })

  test('takes fewer events in a step when the days are too large together', async () => {
    const { run, totals, summaries } = await setUp(numbers(20).map((day) => onDay(day)))
    const small: Summaries = {
      ...summaries,
      commit: async (id, progress, step) => {
        if (step.days.size > 3) throw new EntryTooLarge()
        return summaries.commit(id, progress, step)
      },
    }
    expect(await run(small)).toBe('done')
    expect(await totals()).toEqual(numbers(20).map(() => 1))
  })

  test('stops after its budget, and continues in the next run', async () => {
    const count = countStepsPerRunMax * eventsPerCountStep + 1
    const { run, totals } = await setUp(numbers(count).map((number) => onDay(0, { cipherId: guid(number, 'd') })))
    expect(await run()).toBe('more')
    expect(await totals()).toEqual([count - 1])
    expect(await run()).toBe('done')
    expect(await totals()).toEqual([count])
  })

  test('counts once in two concurrent runs', async () => {
    const { run, totals, summaries } = await setUp(numbers(3).map((day) => onDay(day)))
    let other: (() => Promise<unknown>) | undefined = run
    const overtaken: Summaries = {
      ...summaries,
      daysOf: async (id, days) => {
        const known = await summaries.daysOf(id, days)
        await other?.()
        other = undefined
        return known
      },
    }
    expect(await run(overtaken)).toBe('more')
    expect(await totals()).toEqual([1, 1, 1])
    expect(await run()).toBe('done')
    expect(await totals()).toEqual([1, 1, 1])
  })
})
