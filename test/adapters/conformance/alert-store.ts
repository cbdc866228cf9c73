// What every store of alerts must do. Each adapter's test runs this suite.
import { describe, expect, test } from 'vitest'
import { type AlertQuery, type AlertRecord, isActive } from '../../../src/domain/alerts/alert.ts'
import type { IncidentRecord, TriagedIncident } from '../../../src/domain/alerts/incidents/incident.ts'
import type { IncidentQuery } from '../../../src/domain/alerts/incidents/incident-query.ts'
import { actOn, type TriageAction } from '../../../src/domain/alerts/incidents/triage/actions.ts'
import { commentsMax, untouched } from '../../../src/domain/alerts/incidents/triage/triage.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import type { AlertStore } from '../../../src/ports/alerts/alerts.ts'
import {
  type EvaluationStep,
  type Progress,
  type StateChange,
  stateCharsMax,
  stateNameCharsMax,
} from '../../../src/ports/alerts/evaluation-state.ts'
import { event, guid, instant } from '../../support/events.ts'

let organizations = 0x2000
/** An organization that no other test uses. */
export const newOrganization = () => guid(++organizations, 'c')

const start = Date.UTC(2026, 10, 20)
const now = instantAt(start)
const all = { from: instant('1601-01-01'), to: instant('9999-12-31') }
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** An alert that begins this many milliseconds after the start of the tests' time. */
export function alert(ms: number, members: Partial<AlertRecord> = {}): AlertRecord {
  const at = instantAt(start + ms)
  return {
    id: guidOfContent(start + ms, 'alert'),
    ruleId: guid(1, 'e'),
    title: 'Many logins',
    level: 'high',
    tags: [],
    group: [{ name: 'actingUserId', value: guid(1, 'b'), label: 'Alice' }],
    from: at,
    to: at,
    firstEventAt: at,
    endsAt: at,
    count: 10,
    atLeast: false,
    threshold: 10,
    suppressedCount: 0,
    summary: 'Alice, ten times',
    response: null,
    samples: [event()],
    muted: false,
    ...members,
  }
}

/** An incident of one such alert. */
export function incident(ms: number, members: Partial<IncidentRecord> = {}): IncidentRecord {
  const { id, ruleId, title, level, from, to } = alert(ms)
  return {
    id: guidOfContent(start + ms, 'incident'),
    begunAt: from,
    from,
    to,
    level,
    title: `${title}: Alice`,
    alertCount: 1,
    alerts: [{ id, ruleId, title, level, from, to, who: `person:${guid(1, 'b')}`, muted: false }],
    entities: [{ key: `person:${guid(1, 'b')}`, label: 'Alice' }],
    items: [],
    muted: false,
    mergedInto: null,
    mergedIds: [],
    recent: [id.slice(-12)],
    threads: [
      { id: guid(1, '3'), integrationId: guid(1, '6'), title: 'A login: Alice', level: 'high', recurredAfter: from },
    ],
    ...members,
  }
}

/** A step to this checkpoint that does nothing else unless the test says so. */
export const step = (checkpoint: string, members: Partial<EvaluationStep> = {}): EvaluationStep => ({
  checkpoint,
  metadata: `at ${checkpoint}`,
  entries: [],
  alerts: [],
  incidents: [],
  ...members,
})
export const newEntry = (name: string, dueAt: number, text = `text of ${name}`): StateChange => {
  return { name, before: undefined, after: { text, dueAt } }
}

/** Commits a step to the progress as it is. */
export async function committed(store: AlertStore, id: Guid, made: EvaluationStep): Promise<Progress> {
  const progress = await store.commit(id, await store.progressOf(id), made)
  if (!progress) throw new Error('another evaluation was faster')
  return progress
}

/** The alerts of every page of a list. */
export async function allOf(store: AlertStore, id: Guid, query: AlertQuery = all, limit = 1_000) {
  const pages: AlertRecord[][] = []
  let after: string | null = null
  do {
    const page = await store.list(id, query, now, limit, after)
    if (!page) throw new Error('no cursor')
    if (page.next !== null) expect(page.alerts.length).toBeGreaterThan(0)
    expect(page.alerts.length).toBeLessThanOrEqual(limit)
    pages.push(page.alerts.map(({ record }) => record))
    after = page.next
  } while (after !== null)
  return { pages, alerts: pages.flat() }
}

/** The incidents of every page of a list. */
export async function incidentsOf(store: AlertStore, id: Guid, query: IncidentQuery = all, limit = 1_000) {
  const pages: IncidentRecord[][] = []
  let after: string | null = null
  do {
    const page = await store.listIncidents(id, query, limit, after)
    if (!page) throw new Error('no cursor')
    expect(page.incidents.length).toBeLessThanOrEqual(limit)
    pages.push(page.incidents.map(({ record }) => record))
    after = page.next
  } while (after !== null)
  return { pages, incidents: pages.flat() }
}

/** All that an organization's store says, but for the version of its progress. */
export async function contentOf(store: AlertStore, id: Guid) {
  const { checkpoint, metadata } = await store.progressOf(id)
  const names = await store.entryNames(id, '')
  const entries = await store.entriesNamed(
    id,
    names.map(({ name }) => name),
  )
  const due = await store.dueEntries(id, Number.MAX_SAFE_INTEGER, 10_000)
  return {
    checkpoint,
    metadata,
    names,
    entries: [...entries].sort(),
    due,
    alerts: (await allOf(store, id)).alerts,
    incidents: (await incidentsOf(store, id)).incidents,
  }
}

const acknowledgement = (number: number) => ({ by: guid(number, 'b'), at: instantAt(start + number) })

/** The promises of the port `AlertStore`. */
export function alertStoreConformance(name: string, store: () => AlertStore): void {
  describe(`${name}: the progress`, () => {
    test('of an unknown organization says nothing', async () => {
      const id = newOrganization()
      expect(await store().progressOf(id)).toEqual({ checkpoint: null, metadata: '', version: null })
      expect(await store().nextDueAt(id)).toBeUndefined()
      expect(await contentOf(store(), id)).toMatchObject({ names: [], entries: [], due: [], alerts: [] })
    })

    test('is what the last step said, and what commit gave', async () => {
      const id = newOrganization()
      await committed(store(), id, step('one'))
      const progress = await committed(store(), id, step('two', { metadata: '"\ud83d\ude00\u0000' }))
      expect(progress).toMatchObject({ checkpoint: 'two', metadata: '"\ud83d\ude00\u0000' })
      expect(await store().progressOf(id)).toEqual(progress)
    })

    test('can have no checkpoint, and metadata as long as allowed', async () => {
      const id = newOrganization()
      const metadata = '\u0001'.repeat(stateCharsMax)
      await committed(store(), id, step('', { checkpoint: null, metadata }))
      expect(await store().progressOf(id)).toMatchObject({ checkpoint: null, metadata })
      const tooLong = step('', { metadata: `${metadata}x` })
      await expect(committed(store(), id, tooLong)).rejects.toThrow(RangeError)
    })

    test('begun anew has forgotten everything but alerts and incidents, and takes no step from before', async () => {
      const [id, other, never] = [newOrganization(), newOrganization(), newOrganization()]
      const made = step('5', {
        entries: [newEntry('a', 1), newEntry('b', 2)],
        alerts: [alert(1)],
        incidents: [incident(1)],
      })
      const before = await committed(store(), id, made)
      await committed(store(), other, made)
      const nothing = await store().progressOf(never)
      for (const each of [id, never]) await store().startAnew(each)
      expect(await contentOf(store(), id)).toMatchObject({
        checkpoint: null,
        metadata: '',
        names: [],
        entries: [],
        due: [],
        alerts: [alert(1)],
        incidents: [incident(1)],
      })
      expect(await contentOf(store(), other)).toMatchObject({ checkpoint: '5', names: { length: 2 } })
      expect(await store().commit(id, before, step('6'))).toBeUndefined()
      expect(await store().commit(never, nothing, step('6'))).toBeUndefined()
      await committed(store(), id, made)
      expect(await contentOf(store(), id)).toEqual(await contentOf(store(), other))
    })

    test('goes on from what commit gave, without being read again', async () => {
      const id = newOrganization()
      let progress: Progress | undefined = await store().progressOf(id)
      for (const checkpoint of ['1', '2', '3'])
        progress = progress && (await store().commit(id, progress, step(checkpoint)))
      expect(progress?.checkpoint).toBe('3')
    })

    test.each([
      ['the first of all', false],
      ['a later one', true],
    ])('of two steps at once lets one through and nothing of the other: %s', async (_, later) => {
      const id = newOrganization()
      if (later) await committed(store(), id, step('before'))
      const progress = await store().progressOf(id)
      const steps = [1, 2].map((number) =>
        step(`${number}`, {
          entries: [newEntry(`n${number}`, number)],
          alerts: [alert(number)],
          incidents: [incident(number)],
        }),
      )
      const results = await Promise.all(steps.map((each) => store().commit(id, progress, each)))
      expect(results.filter((result) => result === undefined)).toHaveLength(1)
      const winner = results.findIndex((result) => result !== undefined) + 1
      expect(await contentOf(store(), id)).toMatchObject({
        checkpoint: `${winner}`,
        names: [{ name: `n${winner}`, dueAt: winner }],
        alerts: [alert(winner)],
        incidents: [incident(winner)],
      })
      expect(await store().commit(id, progress, step('again'))).toBeUndefined()
    })

    test('of one organization is nothing to another', async () => {
      const [one, other] = [newOrganization(), newOrganization()]
      await committed(store(), one, step('one', { entries: [newEntry('a', 1, 'one')], alerts: [alert(1)] }))
      await committed(store(), other, step('other', { entries: [newEntry('a', 2, 'other')] }))
      expect(await contentOf(store(), one)).toMatchObject({ checkpoint: 'one', names: [{ name: 'a', dueAt: 1 }] })
      expect(await contentOf(store(), other)).toMatchObject({ names: [{ name: 'a', dueAt: 2 }], alerts: [] })
      expect(await store().find(other, alert(1).id)).toBeUndefined()
      expect(await store().acknowledge(other, alert(1).id, acknowledgement(1))).toBeUndefined()
    })
  })

  describe(`${name}: a state entry`, () => {
    test('is read by its name, without unknown names', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { entries: [newEntry('a', 1), newEntry('b', 2)] }))
      expect(await store().entriesNamed(id, ['b', 'x', 'b'])).toEqual(new Map([['b', { text: 'text of b', dueAt: 2 }]]))
      expect(await store().entriesNamed(id, [])).toEqual(new Map())
    })

    test.each([
      ['empty', ''],
      ['as long as allowed', 'x'.repeat(stateCharsMax)],
      ['of quotes', '"'.repeat(stateCharsMax)],
      ['of control characters', '\u0000\u0001'.repeat(stateCharsMax / 2)],
      ['of characters of two halves', `x${'\ud83d\ude00'.repeat(stateCharsMax / 2 - 1)}`],
      ['of line ends', '\u2028\u2029\r\n'.repeat(stateCharsMax / 4)],
      ['of half characters', '\ude00\ud83d'.repeat(stateCharsMax / 2)],
      ['that looks like a protocol', '--changeset\r\nHTTP/1.1 404 Not Found\r\n\r\n{"odata.error":{}}\r\n'],
    ])('comes back as it was: %s', async (_, text) => {
      const id = newOrganization()
      await committed(store(), id, step('1', { entries: [newEntry('a', 1, text)] }))
      expect((await store().entriesNamed(id, ['a'])).get('a')?.text === text).toBe(true)
    })

    test.each<[string, Partial<EvaluationStep>]>([
      ['a text that is too long', { entries: [newEntry('a', 1, 'x'.repeat(stateCharsMax + 1))] }],
      ['a name that is too long', { entries: [newEntry('x'.repeat(stateNameCharsMax + 1), 1)] }],
      ['a name with other characters', { entries: [newEntry('a/b', 1)] }],
      ['a time before 1970', { entries: [newEntry('a', -1)] }],
      ['a time with a part of a millisecond', { entries: [newEntry('a', 0.5)] }],
      ['no time at all', { entries: [newEntry('a', Number.POSITIVE_INFINITY)] }],
      ['a name twice', { entries: [newEntry('a', 1), newEntry('a', 2)] }],
      ['an alert twice', { alerts: [alert(1), alert(1)] }],
      ['an incident twice', { incidents: [incident(1), incident(1)] }],
    ])('is refused with the whole step: %s', async (_, members) => {
      const id = newOrganization()
      await expect(committed(store(), id, step('1', { alerts: [alert(5)], ...members }))).rejects.toThrow(Error)
      expect(await contentOf(store(), id)).toMatchObject({ checkpoint: null, names: [], alerts: [] })
    })

    test('can have a name as long as allowed', async () => {
      const id = newOrganization()
      const longest = 'aZ09_=.-'.padEnd(stateNameCharsMax, 'x')
      await committed(store(), id, step('1', { entries: [newEntry(longest, 1)] }))
      expect(await store().entryNames(id, longest)).toEqual([{ name: longest, dueAt: 1 }])
      expect(await store().dueEntries(id, 1, 1)).toMatchObject([{ name: longest }])
    })

    test('is due from its time on, earliest first, as many as asked for', async () => {
      const id = newOrganization()
      const times = [30, 9, 1_000_000_000_000, 10, 0]
      await committed(store(), id, step('1', { entries: times.map((time) => newEntry(`at${time}`, time)) }))
      const dueAt = async (at: number, limit: number) =>
        (await store().dueEntries(id, at, limit)).map(({ dueAt }) => dueAt)
      expect(await dueAt(-1, 10)).toEqual([])
      expect(await dueAt(9, 10)).toEqual([0, 9])
      expect(await dueAt(9.5, 10)).toEqual([0, 9])
      expect(await dueAt(29, 10)).toEqual([0, 9, 10])
      expect(await dueAt(30, 10)).toEqual([0, 9, 10, 30])
      expect(await dueAt(2_000_000_000_000, 4)).toEqual([0, 9, 10, 30])
      expect(await store().dueEntries(id, 0, 1)).toEqual([{ name: 'at0', dueAt: 0, text: 'text of at0' }])
      expect(await store().nextDueAt(id)).toBe(0)
    })

    test('moves to its new time, and is not due at the old one', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { entries: [newEntry('a', 10), newEntry('b', 20), newEntry('c', 30)] }))
      const [a, b, c] = [10, 20, 30].map((dueAt, index) => ({ text: `text of ${'abc'[index]}`, dueAt }))
      const later = { text: 'later', dueAt: 40 }
      const changes = [
        { name: 'a', before: a, after: later },
        { name: 'b', before: b, after: { text: 'same time', dueAt: 20 } },
        { name: 'c', before: c, after: undefined },
        { name: 'never-there', before: undefined, after: undefined },
      ]
      await committed(store(), id, step('2', { entries: changes }))
      expect(await store().dueEntries(id, 39, 10)).toEqual([{ name: 'b', text: 'same time', dueAt: 20 }])
      expect(await store().nextDueAt(id)).toBe(20)
      expect(await contentOf(store(), id)).toMatchObject({
        names: [
          { name: 'a', dueAt: 40 },
          { name: 'b', dueAt: 20 },
        ],
        due: [{ name: 'b' }, { name: 'a', ...later }],
      })
    })

    test('is forgotten and moved also by a step that is wrong about what was there', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { entries: [newEntry('a', 10), newEntry('b', 20)] }))
      const wrong = { text: '', dueAt: 5 }
      const changes = [
        { name: 'a', before: wrong, after: undefined },
        { name: 'b', before: wrong, after: { text: 'b', dueAt: 30 } },
        { name: 'c', before: wrong, after: undefined },
      ]
      await committed(store(), id, step('2', { entries: changes, alerts: [alert(1)] }))
      expect(await contentOf(store(), id)).toMatchObject({
        checkpoint: '2',
        names: [{ name: 'b', dueAt: 30 }],
        alerts: [alert(1)],
        due: [{ name: 'b', text: 'b', dueAt: 30 }],
      })
    })

    test('is found by how its name begins', async () => {
      const id = newOrganization()
      const names = ['a', 'a.1', 'a.2', 'a1', 'b', 'A.1', 'a-']
      await committed(store(), id, step('1', { entries: names.map((each, index) => newEntry(each, index)) }))
      const begun = async (prefix: string) => (await store().entryNames(id, prefix)).map((found) => found.name).sort()
      expect(await begun('a.')).toEqual(['a.1', 'a.2'])
      expect(await begun('a')).toEqual(['a', 'a-', 'a.1', 'a.2', 'a1'])
      expect(await begun('x')).toEqual([])
      expect(await begun('')).toEqual([...names].sort())
      await expect(store().entryNames(id, "'")).rejects.toThrow(TypeError)
    })
  })

  describe(`${name}: an alert`, () => {
    test('is read back whole, and says what the last step said', async () => {
      const id = newOrganization()
      const summary = `x${'\ud83d\ude00'.repeat(60_000)}`
      const first = alert(1, { summary, endsAt: null, response: 'Ask "them".\n\u2028\u0000\ud800' })
      await committed(store(), id, step('1', { alerts: [first] }))
      expect(await store().find(id, first.id)).toEqual({ record: first, acknowledged: null })
      const shorter = alert(1, { count: 11, atLeast: true, muted: true, group: [] })
      await committed(store(), id, step('2', { alerts: [shorter] }))
      expect(await store().find(id, first.id)).toEqual({ record: shorter, acknowledged: null })
      expect((await allOf(store(), id)).alerts).toEqual([shorter])
    })

    test('that is unknown is not there', async () => {
      const id = newOrganization()
      expect(await store().find(id, alert(1).id)).toBeUndefined()
      expect(await store().acknowledge(id, alert(1).id, acknowledgement(1))).toBeUndefined()
      expect(await store().find(id, alert(1).id)).toBeUndefined()
    })

    test('is acknowledged once: the first one stays, also when it says more', async () => {
      const id = newOrganization()
      const first = acknowledgement(1)
      await committed(store(), id, step('1', { alerts: [alert(1), alert(2)] }))
      expect(await store().acknowledge(id, alert(1).id, first)).toEqual({ record: alert(1), acknowledged: first })
      const more = alert(1, { count: 99 })
      await committed(store(), id, step('2', { alerts: [more] }))
      expect(await store().find(id, more.id)).toEqual({ record: more, acknowledged: first })
      const again = await store().acknowledge(id, more.id, acknowledgement(2))
      expect(again).toEqual({ record: more, acknowledged: first })
      expect(await store().find(id, alert(2).id)).toMatchObject({ acknowledged: null })
    })

    test('is acknowledged by one of several at once, while it says more', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { alerts: [alert(1)] }))
      const more = alert(1, { count: 99 })
      const [, ...results] = await Promise.all([
        committed(store(), id, step('2', { alerts: [more] })),
        ...[1, 2, 3].map((number) => store().acknowledge(id, alert(1).id, acknowledgement(number))),
      ])
      const found = await store().find(id, alert(1).id)
      expect(found?.record).toEqual(more)
      expect(found?.acknowledged).toBeTruthy()
      for (const result of results) expect(result?.acknowledged).toEqual(found?.acknowledged)
    })
  })

  describe(`${name}: a list of alerts`, () => {
    test('is newest first by when it began, then by id, page by page', async () => {
      const id = newOrganization()
      const same = numbers(4).map((number) => alert(2_000, { id: guidOfContent(start + 2_000, number) }))
      const others = [0, 1, 999, 3_000].map((ms) => alert(ms))
      await committed(store(), id, step('1', { alerts: [...others, ...same] }))
      const tied = same.map((each) => each.id).sort()
      const expected = [alert(3_000).id, ...tied, alert(999).id, alert(1).id, alert(0).id]
      for (const limit of [1, 2, 3, 7, 8, 9]) {
        const { pages, alerts } = await allOf(store(), id, all, limit)
        expect(alerts.map((each) => each.id)).toEqual(expected)
        expect(pages).toHaveLength(Math.ceil(8 / limit))
      }
    })

    test('stays where it is, and is one, when late events make it begin earlier', async () => {
      const id = newOrganization()
      const [first, second] = [alert(2_000), alert(3_000)]
      await committed(store(), id, step('1', { alerts: [first, second] }))
      const earlier = { ...second, from: instantAt(start + 1_000) }
      await committed(store(), id, step('2', { alerts: [earlier] }))
      expect((await allOf(store(), id)).alerts).toEqual([earlier, first])
      expect((await store().find(id, second.id))?.record).toEqual(earlier)
      expect(await store().acknowledge(id, second.id, acknowledgement(1))).toMatchObject({ record: earlier })
    })

    test('goes on after a cursor, also when alerts were added before it', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { alerts: [alert(1), alert(2), alert(3)] }))
      const page = await store().list(id, all, now, 2, null)
      await committed(store(), id, step('2', { alerts: [alert(4)] }))
      const next = await store().list(id, all, now, 2, page?.next ?? null)
      expect(next).toEqual({ alerts: [{ record: alert(1), acknowledged: null }], next: null })
    })

    test('refuses a cursor that is none', async () => {
      for (const after of ['', 'Alert=1', "Alert=' or", 'Date=251636486399999__Uniquifier=']) {
        expect(await store().list(newOrganization(), all, now, 1, after)).toBeUndefined()
      }
    })

    test('is from the first to the last millisecond of its range', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { alerts: numbers(6).map((ms) => alert(ms)) }))
      const found = async (from: number, to: number) =>
        (await allOf(store(), id, { from: instantAt(start + from), to: instantAt(start + to) })).alerts
      expect(await found(1, 4)).toEqual([4, 3, 2, 1].map((ms) => alert(ms)))
      expect(await found(3, 3)).toEqual([alert(3)])
      expect(await found(4, 3)).toEqual([])
      expect(await found(6, 9)).toEqual([])
      expect((await allOf(store(), id, { ...all, to: instant('1969-12-31') })).alerts).toEqual([])
    })

    test('has what its filters ask for', async () => {
      const id = newOrganization()
      const alerts = numbers(24).map((index) =>
        alert(index, {
          ruleId: guid(index % 2, 'e'),
          level: index % 3 === 0 ? 'critical' : 'low',
          endsAt: index % 4 === 0 ? null : instantAt(start + (index % 4) - 2),
        }),
      )
      await committed(store(), id, step('1', { alerts }))
      const seen = alerts.filter((_, index) => index % 5 === 0)
      for (const { id: alertId } of seen) await store().acknowledge(id, alertId, acknowledgement(1))
      const find = async (filters: Partial<AlertQuery>) => (await allOf(store(), id, { ...all, ...filters }, 3)).alerts
      const expected = (wanted: (record: AlertRecord) => boolean) => alerts.filter(wanted).reverse()

      expect(await find({ state: 'acknowledged' })).toEqual([...seen].reverse())
      expect(await find({ state: 'open' })).toEqual(expected((each) => !seen.includes(each)))
      const mute = { id: guid(1, '9'), group: null, until: now, mutedBy: guid(1, 'b'), mutedAt: now }
      const mutes = [{ ...mute, ruleId: guid(1, 'e') }]
      const muted = (each: AlertRecord) => each.ruleId === guid(1, 'e')
      expect(await find({ state: 'muted' })).toEqual([])
      expect(await find({ state: 'muted', mutes })).toEqual(expected((each) => muted(each) && !seen.includes(each)))
      expect(await find({ state: 'open', mutes })).toEqual(expected((each) => !muted(each) && !seen.includes(each)))
      expect(await find({ active: true })).toEqual(expected((each) => isActive(each, now)))
      expect(await find({ active: false })).toEqual(expected((each) => !isActive(each, now)))
      expect(await find({ ruleId: guid(1, 'e') })).toEqual(expected((each) => each.ruleId === guid(1, 'e')))
      expect(await find({ levels: ['low', 'medium'] })).toEqual(expected((each) => each.level === 'low'))
      expect(await find({ levels: [] })).toEqual([])
      expect(await find({ state: 'open', active: true, ruleId: guid(1, 'e'), levels: ['low'] })).toEqual(
        expected(
          (each) => each.level === 'low' && isActive(each, now) && each.ruleId === guid(1, 'e') && !seen.includes(each),
        ),
      )
    })
  })

  describe(`${name}: an incident`, () => {
    test('is read back whole, and says what the last step said, at its place', async () => {
      const id = newOrganization()
      const first = incident(2, { title: `"${'\ud83d\ude00'.repeat(30)}\u2028` })
      await committed(store(), id, step('1', { incidents: [first, incident(3)] }))
      expect(await store().findIncident(id, first.id)).toEqual(first)
      const more = incident(2, { from: instantAt(start + 1), alertCount: 2, alerts: [] })
      await committed(store(), id, step('2', { incidents: [more] }))
      expect(await store().findIncident(id, first.id)).toEqual(more)
      expect((await incidentsOf(store(), id)).incidents).toEqual([incident(3), more])
      expect(await store().findIncident(id, incident(9).id)).toBeUndefined()
      expect(await store().findIncident(newOrganization(), first.id)).toBeUndefined()
    })

    test('as long as an incident may be comes back as it was', async () => {
      const id = newOrganization()
      const longest = incident(1, { title: '\u0001"\u00e4\u2028'.repeat(3_000) })
      await committed(store(), id, step('1', { incidents: [longest] }))
      expect(await store().findIncident(id, longest.id)).toEqual(longest)
    })

    test('is listed newest first by when it began, then by id, page by page, unless it was merged', async () => {
      const id = newOrganization()
      const same = numbers(3).map((number) => incident(2_000, { id: guidOfContent('same', number) }))
      const others = [0, 1, 3_000].map((ms) => incident(ms))
      const merged = incident(1_000, { mergedInto: incident(0).id })
      await committed(store(), id, step('1', { incidents: [...others, merged, ...same] }))
      const tied = same.map((each) => each.id).sort()
      const expected = [incident(3_000).id, ...tied, incident(1).id, incident(0).id]
      for (const limit of [1, 2, 5, 6, 7]) {
        const { incidents } = await incidentsOf(store(), id, all, limit)
        expect(incidents.map((each) => each.id)).toEqual(expected)
      }
      expect(await store().findIncident(id, merged.id)).toEqual(merged)
      expect(await store().listIncidents(id, all, 2, 'Incident=1')).toBeUndefined()
      expect(await store().listIncidents(id, all, 2, '')).toBeUndefined()
    })

    test('is listed from the first to the last millisecond of a range, with the levels that are asked for', async () => {
      const id = newOrganization()
      const incidents = numbers(6).map((ms) => incident(ms, { level: ms % 2 === 0 ? 'low' : 'high' }))
      await committed(store(), id, step('1', { incidents }))
      const found = async (query: Partial<IncidentQuery>) =>
        (await incidentsOf(store(), id, { ...all, ...query }, 2)).incidents.map(({ id: found }) =>
          incidents.findIndex((each) => each.id === found),
        )
      expect(await found({ from: instantAt(start + 1), to: instantAt(start + 4) })).toEqual([4, 3, 2, 1])
      expect(await found({ levels: ['low', 'critical'] })).toEqual([4, 2, 0])
      expect(await found({ levels: [] })).toEqual([])
    })

    test('is listed by what people did to it and to those that were merged into it, page by page', async () => {
      const id = newOrganization()
      const survivor = incident(1, { mergedIds: [incident(2).id] })
      const others = numbers(6).flatMap((ms) => (ms === 1 || ms === 2 ? [] : [incident(ms)]))
      await committed(store(), id, step('1', { incidents: [...others, incident(1), incident(2)] }))
      const act = { by: guid(1, 'b'), at: instantAt(start) }
      const triage = (ms: number, action: TriageAction) =>
        store().changeTriage(id, incident(ms).id, (found) => actOn(found, action, act))
      for (const ms of [2, 4]) await triage(ms, { kind: 'acknowledge' })
      await triage(5, { kind: 'close', verdict: 'expected', reason: '' })
      await committed(store(), id, step('2', { incidents: [survivor, incident(2, { mergedInto: survivor.id })] }))
      const found = async (query: Partial<IncidentQuery>) =>
        (await incidentsOf(store(), id, { ...all, ...query }, 1)).incidents.map((each) =>
          [incident(0), survivor, ...numbers(6).map((ms) => incident(ms))].findIndex((other) => other.id === each.id),
        )
      expect(await found({ state: 'acknowledged' })).toEqual([6, 1])
      expect(await found({ state: 'open' })).toEqual([5, 0])
      expect(await found({ state: 'closed' })).toEqual([7])
      expect(await found({ assignee: guid(1, 'b') })).toEqual([6, 1])
      expect(await found({ assignee: null })).toEqual([7, 5, 0])
      expect(await found({ assignee: guid(2, 'b') })).toEqual([])
      expect(await found({ assignee: null, state: 'open', levels: ['low'] })).toEqual([])
    })
  })

  describe(`${name}: what people did to an incident`, () => {
    const by = guid(1, 'b')
    const act = (number: number) => ({ by: guid(number, 'b'), at: instantAt(start + number) })
    const does =
      (action: TriageAction, number = 1) =>
      (found: TriagedIncident) =>
        actOn(found, action, act(number))
    const acknowledge = { kind: 'acknowledge' } as const
    const close = { kind: 'close', verdict: 'expected', reason: 'A "test".\n\u2028' } as const
    const comment = (text: string) => ({ kind: 'comment', text }) as const
    const triage = (id: Guid, ms: number, action: TriageAction, number?: number) =>
      store().changeTriage(id, incident(ms).id, does(action, number))

    test('is nothing at first, and is there once it is done', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { incidents: [incident(1), incident(2)] }))
      const found = { record: incident(1), triage: untouched }
      expect(await store().findTriaged(id, incident(1).id)).toEqual(found)
      const done = await triage(id, 1, acknowledge)
      expect(done).toEqual({ kind: 'changed', incident: { ...found, triage: triageAfter(found, acknowledge) } })
      expect(await store().findTriaged(id, incident(1).id)).toEqual(done?.incident)
      expect(await triage(id, 1, acknowledge, 2)).toEqual({ kind: 'unchanged', incident: done?.incident })
      const page = await store().listIncidents(id, all, 10, null)
      expect(page?.incidents).toEqual([{ record: incident(2), triage: untouched }, done?.incident])
      expect(await store().findTriaged(id, incident(9).id)).toBeUndefined()
      expect(await triage(id, 9, acknowledge)).toBeUndefined()
      expect(await store().changeTriage(newOrganization(), incident(1).id, does(acknowledge))).toBeUndefined()
    })

    const triageAfter = (found: TriagedIncident, action: TriageAction) => {
      const change = does(action)(found)
      return change.kind === 'changed' ? change.triage : undefined
    }

    test('stays when evaluation says more, also when it begins anew', async () => {
      const id = newOrganization()
      const made = step('1', { incidents: [incident(1)] })
      await committed(store(), id, made)
      for (const action of [acknowledge, close, comment('Asked.')]) await triage(id, 1, action)
      const before = await store().findTriaged(id, incident(1).id)
      expect(before?.triage).toMatchObject({ closed: { reason: close.reason, alertCount: 1 }, commentCount: 1 })
      const more = incident(1, { alertCount: 2 })
      await committed(store(), id, step('2', { incidents: [more] }))
      expect(await store().findTriaged(id, more.id)).toEqual({ ...before, record: more })
      await store().startAnew(id)
      await committed(store(), id, made)
      expect(await store().findTriaged(id, more.id)).toEqual(before)
      expect(await store().commentsOf(id, more)).toMatchObject([{ text: 'Asked.' }])
    })

    test('counts for the incident that it was merged into, and goes there from then on', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { incidents: [incident(1), incident(2), incident(3)] }))
      await triage(id, 2, comment('two'), 2)
      await triage(id, 3, acknowledge, 3)
      await triage(id, 3, close, 4)
      await triage(id, 1, comment('one'), 5)
      const survivor = incident(1, { alertCount: 3, mergedIds: [incident(2).id, incident(3).id] })
      const merged = [incident(2, { mergedInto: survivor.id }), incident(3, { mergedInto: incident(2).id })]
      await committed(store(), id, step('2', { incidents: [survivor, ...merged] }))

      const combined = { assignee: { id: guid(3, 'b') }, acknowledged: act(3), closed: null, commentCount: 1 }
      for (const ms of [1, 2, 3]) {
        expect(await store().findTriaged(id, incident(ms).id)).toMatchObject({ record: survivor, triage: combined })
      }
      const page = await store().listIncidents(id, all, 10, null)
      expect(page?.incidents).toMatchObject([{ record: survivor, triage: combined }])
      const done = await triage(id, 3, close)
      expect(done?.incident).toMatchObject({ record: survivor, triage: { ...combined, closed: { alertCount: 3 } } })
      await triage(id, 2, comment('three'), 6)
      const comments = await store().commentsOf(id, survivor)
      expect(comments.map(({ text }) => text)).toEqual(['two', 'one', 'three'])
      expect(await store().findTriaged(id, survivor.id)).toMatchObject({ triage: { commentCount: 2 } })
    })

    test('has each comment once, and as many as there may be', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { incidents: [incident(1), incident(2)] }))
      const longest = '\u00e4'.repeat(2_000)
      expect(await triage(id, 1, comment(longest))).toMatchObject({ kind: 'changed' })
      expect(await triage(id, 1, comment(longest))).toMatchObject({ kind: 'unchanged' })
      const results = await Promise.all(numbers(8).map(() => triage(id, 1, comment('at once'), 2)))
      expect(results.filter((result) => result?.kind === 'changed')).toHaveLength(1)
      expect(await store().commentsOf(id, incident(1))).toMatchObject([{ text: longest, by }, { text: 'at once' }])
      const many = { kind: 'changed', triage: { ...untouched, commentCount: commentsMax - 1 } } as const
      await store().changeTriage(id, incident(1).id, () => many)
      expect(await triage(id, 1, comment('the last'), 3)).toMatchObject({ kind: 'changed' })
      expect(await triage(id, 1, comment('one too many'))).toMatchObject({ kind: 'full' })
      expect(await store().commentsOf(id, incident(1))).toHaveLength(3)
      expect(await store().commentsOf(id, incident(2))).toEqual([])
      expect(await store().commentsOf(newOrganization(), incident(1))).toEqual([])
    })

    test('is all of it, while several act and evaluation says more', async () => {
      const id = newOrganization()
      await committed(store(), id, step('1', { incidents: [incident(1)] }))
      const more = incident(1, { alertCount: 2 })
      await Promise.all([
        committed(store(), id, step('2', { incidents: [more] })),
        triage(id, 1, acknowledge),
        triage(id, 1, { kind: 'assign', assignee: guid(7, 'b') }),
        ...numbers(3).map((number) => triage(id, 1, comment(`${number}`))),
      ])
      const found = await store().findTriaged(id, incident(1).id)
      expect(found).toMatchObject({
        record: more,
        triage: { acknowledged: act(1), assignee: { id: guid(7, 'b') }, commentCount: 3 },
      })
    })
  })

  test(`${name}: a step larger than any transaction arrives in full`, async () => {
    const id = newOrganization()
    const alerts = numbers(300).map((ms) => alert(ms))
    const entries = numbers(300).map((index) => newEntry(`n${index}`, index, String(index).padEnd(16 * 1024, '"')))
    const incidents = numbers(120).map((ms) => incident(ms, { title: 'x'.repeat(20_000) }))
    await committed(store(), id, step('1', { alerts, entries, incidents }))
    const moved = entries.map(({ name, after }, index) => {
      return { name, before: after, after: index % 2 === 0 ? { text: 'short', dueAt: 1_000 + index } : undefined }
    })
    const { checkpoint, names, due } = await contentOf(store(), id)
    expect([checkpoint, names.length, due.length]).toEqual(['1', 300, 300])
    expect(due.every(({ name, text }, index) => name === `n${index}` && text === entries[index]?.after?.text)).toBe(
      true,
    )
    expect((await allOf(store(), id, all, 50)).alerts).toEqual(alerts.reverse())
    expect((await incidentsOf(store(), id, all, 50)).incidents).toEqual(incidents.reverse())

    await committed(store(), id, step('2', { entries: moved }))
    expect((await store().dueEntries(id, 5_000, 1_000)).map(({ dueAt }) => dueAt)).toEqual(
      numbers(150).map((index) => 1_000 + 2 * index),
    )
    expect(await store().entryNames(id, '')).toHaveLength(150)
  })
}
