// A generated month over the end of daylight saving: rules that look at alerting hours give the same alerts live and in a
// preview, in any order of arrival, and after the hours change; rules that do not look at them go on.
import { describe, expect, test } from 'vitest'
import { buildEngine } from '../../../src/domain/alerts/engine/compiled/engine.ts'
import { type AlertingHours, defaultHours } from '../../../src/domain/alerts/hours/alerting-hours.ts'
import { statePrefixOf } from '../../../src/domain/alerts/state-entries.ts'
import { instantAt, millisecondsOf } from '../../../src/domain/instant.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import { endMs, monthOf, previewedRecords, sortedById, startMs } from '../../support/alerts/month.ts'
import { acme, guid } from '../../support/events.ts'

const [minuteMs, dayMs] = [60_000, 86_400_000]

const over = (name: string, selection: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: keytrail}\ndetection: {sel: ${selection}, condition: sel}\n`
const counting = (number: number, selection: string, threshold: number, groupBy = 'actingUserId') =>
  `${over('base', selection)}---\ntitle: Rule ${number}\nid: ${guid(number, 'e')}\ncorrelation: {type: event_count, rules: [base], group-by: [${groupBy}], timespan: 2h, condition: {gte: ${threshold}}}\n`

const viewed = 'type: [1107, 1108]'
const plainRule = guid(4, 'e')
/** Rules over off hours, an hour and a weekday of the local clock, and one that looks at none. */
const rules = [
  counting(1, `{${viewed}, offHours: true}`, 3),
  counting(2, `{${viewed}, hourOfDay: 10}`, 3),
  counting(3, `{${viewed}}`, 3, 'weekday'),
  counting(4, `{${viewed}}`, 5),
]

/** People of the month begin between 8 and 9 UTC: 10 to 11 in Berlin, from 25 October on 9 to 10. */
const berlin: AlertingHours = {
  ...defaultHours,
  timeZone: 'Europe/Berlin',
  workingHours: { ...defaultHours.workingHours, Monday: { start: '10:30', end: '24:00' } },
  holidays: [{ date: '2026-10-13', name: null }],
}

type World = ReturnType<typeof evaluationWorld>

async function setHours(world: World, hours: AlertingHours): Promise<void> {
  await world.ports.configurations.change(acme, (before) => ({
    kind: 'changed',
    configuration: { ...before, hours },
  }))
}

/** Lets events arrive in batches, five minutes apart if `paced`, else one after another. */
async function arrive(
  world: World,
  arrivals: ReturnType<typeof monthOf>,
  { size, paced }: { readonly size: number; readonly paced: boolean },
): Promise<void> {
  for (let from = 0; from < arrivals.length; from += size) {
    const batch = arrivals.slice(from, from + size)
    const last = Math.max(...batch.map(({ arrivedAt }) => arrivedAt))
    if (paced) await world.runUntil(Math.max(world.clock.now, last))
    await world.arrive(batch.map(({ event }) => event))
    await world.runUntil(world.clock.now + minuteMs)
  }
}

const raisedIn = async (world: World, fromMs: number, toMs: number) =>
  (await world.alerts())
    .map(({ record }) => record)
    .filter(({ from }) => instantAt(fromMs) <= from && from <= instantAt(toMs))

const onTime = (seed: number) => monthOf(seed).toSorted((one, other) => one.arrivedAt - other.arrivedAt)

describe('alerts by hours', () => {
  test('are the same live and in a preview, over the end of daylight saving', async () => {
    const arrivals = onTime(1)
    const world = evaluationWorld(rules, startMs)
    await setHours(world, berlin)
    await arrive(world, arrivals, { size: 40, paced: true })
    await world.runUntil(endMs + 10 * minuteMs)

    const raised = await raisedIn(world, startMs, endMs)
    const previewed = await previewedRecords(world, arrivals, instantAt(startMs), instantAt(endMs))
    expect(sortedById(raised)).toEqual(sortedById(previewed))
    // Before the clocks go back 8 UTC is 10 in Berlin, afterwards 9: no hour 10 any more.
    const hourly = raised.filter(({ ruleId }) => ruleId === guid(2, 'e')).map(({ from }) => millisecondsOf(from))
    expect(hourly.length).toBeGreaterThan(3)
    expect(hourly.filter((ms) => ms >= Date.UTC(2026, 9, 25) && ms % dayMs < 9 * 60 * minuteMs)).toEqual([])
    expect(new Set(raised.map(({ ruleId }) => ruleId)).size).toBe(rules.length)
    const outside = raised.filter(({ ruleId }) => ruleId === guid(1, 'e')).map(({ from }) => from.slice(0, 10))
    expect(outside).toContain('2026-10-13')
    const [sunday, monday, saturday] = [0, 1, 6]
    const days = new Set(outside.filter((date) => date !== '2026-10-13').map((date) => new Date(date).getUTCDay()))
    expect(days).toEqual(new Set([sunday, monday, saturday]))
  })

  test('are the same in any order and batches of the days around the change of the clocks', async () => {
    const [fromMs, toMs] = [Date.UTC(2026, 9, 22), Date.UTC(2026, 9, 28)]
    const arrivals = onTime(2).filter(({ event: { date } }) => instantAt(fromMs) <= date && date < instantAt(toMs))
    const alertsOf = async (ordered: ReturnType<typeof monthOf>, size: number) => {
      const world = evaluationWorld(rules, toMs)
      await setHours(world, berlin)
      await arrive(world, ordered, { size, paced: false })
      return (await raisedIn(world, startMs, endMs)).map(({ samples: _, ...record }) => record)
    }
    const inOrder = sortedById(await alertsOf(arrivals, 7))
    expect(inOrder.length).toBeGreaterThan(3)
    expect(sortedById(await alertsOf(arrivals.toReversed(), 50))).toEqual(inOrder)
    const shuffled = arrivals.toSorted((one, other) => (one.event.id < other.event.id ? -1 : 1))
    expect(sortedById(await alertsOf(shuffled, 11))).toEqual(inOrder)
  })

  test('are those of the new hours once they change, and other rules keep what they counted', async () => {
    const changedMs = Date.UTC(2026, 9, 14, 12)
    const arrivals = onTime(3)
    const world = evaluationWorld(rules, startMs)
    await arrive(
      world,
      arrivals.filter(({ arrivedAt }) => arrivedAt < changedMs),
      { size: 40, paced: true },
    )
    const plain = buildEngine(world.ports.builtInRules.map(({ set }) => set)).correlations.get(plainRule)
    if (!plain) throw new Error('a rule is missing')
    const plainStates = async () =>
      (await world.ports.alerts.entryNames(acme, statePrefixOf(plain.counting))).map(({ name }) => name)
    const before = await plainStates()
    await setHours(world, berlin)
    const later = arrivals.filter(({ arrivedAt }) => arrivedAt >= changedMs)
    await arrive(world, later.slice(0, 1), { size: 1, paced: true })
    expect(before.length).toBeGreaterThan(3)
    expect(await plainStates()).toEqual(expect.arrayContaining(before))

    await arrive(world, later, { size: 40, paced: true })
    await world.runUntil(endMs + 10 * minuteMs)
    const raised = await raisedIn(world, changedMs + dayMs, endMs)
    const previewed = await previewedRecords(world, arrivals, instantAt(changedMs + dayMs), instantAt(endMs))
    expect(sortedById(raised)).toEqual(sortedById(previewed))
    expect(raised.some(({ ruleId }) => ruleId === plainRule)).toBe(true)
  })
})
