// A pull step by step: what is asked, what is stored, what fails at each call, and what people see of it.
import { describe, expect, test } from 'vitest'
import type { Arrival } from '../../../local/bitwarden/events.ts'
import type { Fault } from '../../../local/bitwarden/faults.ts'
import { leaseMs, runRequestsMax } from '../../../src/application/sources/pull-run.ts'
import { isAuditType } from '../../../src/domain/events/audit-events.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { newProgress } from '../../../src/domain/sources/progress.ts'
import { sourceView } from '../../../src/domain/sources/view.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { acme } from '../../support/events.ts'
import { boxOf, secretKey } from '../../support/notifications/integrations.ts'
import { ofLog, ofSource, viewedAt } from '../../support/sources/arrivals.ts'
import { type CallFate, ids, interposed, type PulledWorld, pulledWorld } from '../../support/sources/pulls.ts'
import { sourceOf } from '../../support/sources/sources.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const startMs = Date.UTC(2026, 10, 20, 12)
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
/** Some weeks of events, a few of them twice, at the ends of pages too. */
const history: readonly Arrival[] = numbers(130).flatMap((number) => {
  const arrival = viewedAt(startMs - 2 * minuteMs - number * 3 * hourMs)
  return number % 24 === 0 ? [arrival, arrival, arrival] : [arrival]
})
const worldWith = (arrivals: readonly Arrival[] = history) => pulledWorld({ kind: 'position', startMs, arrivals })

/** A world whose history is of some weeks: the years before take a request each. */
async function shortWorld(): Promise<PulledWorld> {
  const world = await worldWith()
  const [source = sourceOf()] = await world.sources.sourcesOf(acme)
  const progress = newProgress(source, startMs)
  const from = instantAt(startMs - 30 * 24 * hourMs)
  await world.sources.save(ids, { ...progress, history: { from, to: instantAt(startMs) } }, null)
  return world
}

async function pullAgain(world: PulledWorld, times = 1, everyMs = minuteMs): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    world.clock.now += everyMs
    await world.pull()
    await world.drain()
  }
}

async function expectSame(world: PulledWorld): Promise<void> {
  const log = (await world.stored()).filter(({ type }) => !isAuditType(type)).map(ofLog)
  expect(log.toSorted()).toEqual(world.organization.events.all(world.clock.now).map(ofSource).toSorted())
}
const reasonNow = async (world: PulledWorld) => (await world.progress())?.lastError?.reason

describe('a pull', () => {
  test('brings the history, and what is new each minute', async () => {
    const world = await worldWith()
    await world.pull()
    await world.drain()
    await expectSame(world)
    expect((await world.progress())?.history).toBeNull()
    expect((await world.progress())?.oldest).toBe(instantAt(startMs - 2 * minuteMs - 129 * 3 * hourMs))
    world.organization.events.append([viewedAt(startMs + 30_000), viewedAt(startMs + 40_000, 10_000)])
    await pullAgain(world)
    await expectSame(world)
  })

  test('of what is known queues and writes nothing', async () => {
    const world = await worldWith()
    await world.pull()
    await world.drain()
    let puts = 0
    for (let time = 0; time < 60; time += 1) {
      world.clock.now += 30 * minuteMs
      const putOrganization = async () => {
        puts += 1
      }
      await world.pull({ directory: { ...world.directory, putOrganization } })
      expect(world.queue.messages).toEqual([])
    }
    expect(puts).toBe(0)
  })

  test('is due once a minute, and one run holds the source at a time', async () => {
    const world = await worldWith()
    await Promise.all([world.pull(), world.pull()])
    const { gets } = world.server.counts
    await world.pull()
    expect(world.server.counts.gets).toBe(gets)
    await world.pull({ now: () => startMs + minuteMs })
    expect(world.server.counts.gets).toBe(gets + 1)
  })

  test('of a source that is paused, or gone, does nothing', async () => {
    const world = await worldWith()
    const paused = async () => [sourceOf({ paused: true })]
    await world.pull({ sources: { sourcesOf: paused } })
    await world.pull({ sources: { sourcesOf: async () => [] } })
    expect(world.server.counts.gets).toBe(0)
  })

  test('asks for one token an hour, and for another when it is not accepted', async () => {
    const world = await worldWith()
    await world.pull()
    await pullAgain(world, 50)
    expect(world.server.counts.tokens).toBe(1)
    world.server.expireTokens()
    await pullAgain(world, 5)
    expect(world.server.counts.tokens).toBe(2)
    expect(JSON.stringify(await world.progress())).not.toMatch(/"token":\{"sealed":"(?!v1\.)/)
  })

  test('of a long history goes on where the run before ended', async () => {
    const world = await worldWith(numbers(7_000).map((number) => viewedAt(startMs - number * minuteMs)))
    await world.pull()
    expect(world.server.counts.gets).toBeLessThanOrEqual(runRequestsMax)
    const view = sourceView(sourceOf(), await world.progress(), world.clock.now)
    expect(view.status).toBe('history')
    await pullAgain(world, 2)
    await expectSame(world)
    expect(world.server.counts.gets).toBeLessThan(7_000 / 50 + 90)
  })
})

test('every call may fail, take effect without a response, or be the last of a process: no event is missing or doubled', async () => {
  const counted: string[] = []
  const whole = await shortWorld()
  const counting = (call: string) => {
    counted.push(call)
    return 'passes' as const
  }
  await whole.pull(interposed(whole.ports, counting))
  expect(new Set(counted)).toEqual(
    new Set(['sources', 'progress', 'save', 'token', 'get', 'list', 'enqueue', 'organization', 'putOrganization']),
  )
  const fates: readonly CallFate[] = ['fails', 'loses', 'killed-before', 'killed-after']
  for (const place of counted.keys()) {
    for (const fate of fates) {
      const world = await shortWorld()
      let calls = 0
      const failing = interposed(world.ports, () => (calls++ === place ? fate : 'passes'))
      await world.pull(failing).catch((error: unknown) => {
        if (!(error instanceof Unavailable)) throw error
      })
      await world.drain()
      await pullAgain(world, 2, leaseMs + minuteMs)
      await expectSame(world)
    }
  }
})

describe('when the server', () => {
  const always = (fault: Fault) => async (world: PulledWorld) => {
    world.conditions.faultOf = () => fault
  }
  const anotherKey = async ({ organization }: PulledWorld) => {
    organization.clientSecret = 'other'
  }
  const anotherTime = async ({ conditions }: PulledWorld) => {
    conditions.clockAheadMs = 11 * minuteMs
  }
  test.each<[string, string, (world: PulledWorld) => Promise<unknown>]>([
    ['asks to wait', 'rate-limited', always({ kind: 'too-many', retryAfter: null })],
    ['fails', 'server-failing', always({ kind: 'status', status: 500 })],
    ['shows a web page', 'not-json', always({ kind: 'html', status: 200 })],
    ['redirects', 'redirected', always({ kind: 'redirect', location: 'http://127.0.0.1/' })],
    ['does not respond', 'timed-out', always({ kind: 'silence' })],
    ['breaks off', 'cut-off', always({ kind: 'cut' })],
    ['sends other data', 'not-bitwarden', always({ kind: 'rewrite', body: () => '{"hello":"world"}' })],
    ['refuses the plan', 'access-refused', always({ kind: 'status', status: 403 })],
    ['does not know the key', 'key-refused', anotherKey],
    ['has another time', 'clock-wrong', anotherTime],
  ])('%s, the status says %s, nothing is lost, and the next pulls go on', async (_, reason, break_) => {
    const world = await worldWith()
    await break_(world)
    await world.pull()
    expect(await reasonNow(world)).toBe(reason)
    expect(sourceView(sourceOf(), await world.progress(), world.clock.now).status).toBe('failing')
    expect(world.log.join()).not.toContain('right')
    world.conditions.faultOf = () => undefined
    world.conditions.clockAheadMs = 0
    world.organization.clientSecret = 'right'
    await pullAgain(world, 3)
    await expectSame(world)
    expect((await world.progress())?.failing).toBeNull()
  })

  test('asks to wait for an hour, nothing is asked before', async () => {
    const world = await worldWith()
    world.conditions.faultOf = () => ({ kind: 'too-many', retryAfter: '3600' })
    await world.pull()
    const { gets, tokens } = world.server.counts
    await pullAgain(world, 59)
    expect(world.server.counts).toMatchObject({ gets, tokens })
    world.conditions.faultOf = () => undefined
    await pullAgain(world, 2)
    await expectSame(world)
  })

  test('fails for long, it is asked ever more seldom, and the log is notified once, and once when it works again', async () => {
    const world = await worldWith()
    world.conditions.faultOf = () => ({ kind: 'status', status: 503 })
    await pullAgain(world, 4 * 60)
    expect(world.server.counts.gets + world.server.counts.tokens).toBeLessThan(3 * 22)
    world.conditions.faultOf = () => undefined
    await pullAgain(world, 20)
    const audit = (await world.stored()).filter(({ type }) => isAuditType(type))
    expect(audit.map(({ type }) => type)).toEqual([9_046, 9_047])
    expect(audit[0]).toMatchObject({ objectId: ids.sourceId, objectName: 'Cloud', organizationId: acme })
  })

  test('has no new event for three days after two busy weeks, the log is notified once', async () => {
    const busy = numbers(16).map((day) => viewedAt(startMs + day * 24 * hourMs))
    const world = await worldWith(busy)
    await pullAgain(world, 30 * 24, hourMs)
    expect((await world.stored()).filter(({ type }) => type === 9_048)).toHaveLength(1)
  })
})

describe('what a server does not show', () => {
  const crowd = numbers(80).map((number) => viewedAt(startMs - hourMs, 0, { ipAddress: `192.0.2.${number}` }))

  test.each(['date', 'plain-date'] as const)(
    'of one date beyond a page, with tokens of kind %s, is said',
    async (kind) => {
      const world = await pulledWorld({ kind, startMs, arrivals: [...history, ...crowd] })
      await world.pull()
      await pullAgain(world, 3)
      expect(await reasonNow(world)).toBe('dates-crowded')
      const progress = await world.progress()
      expect(progress?.crowded).toBe(1)
      const view = sourceView(sourceOf(), progress, world.clock.now)
      expect(view.status).toBe('current')
      expect(view.message).toContain('no more than 50 of one instant')
      expect(await world.stored()).toHaveLength(history.length + 50)
    },
  )

  test.each(['position', 'offset'] as const)('is nothing with tokens of kind %s', async (kind) => {
    const world = await pulledWorld({ kind, startMs, arrivals: [...history, ...crowd] })
    await world.pull()
    await pullAgain(world, 3)
    await expectSame(world)
    expect(await reasonNow(world)).toBeUndefined()
  })

  test('since its plan has no events is said once the past is read, and no more when there is one', async () => {
    const world = await worldWith()
    world.organization.useEvents = false
    await world.pull()
    await pullAgain(world, 2)
    const shown = async () => sourceView(sourceOf(), await world.progress(), world.clock.now)
    expect(await shown()).toMatchObject({ status: 'current', lastError: { reason: 'no-events' } })
    expect((await shown()).message).toContain('may lack event logs')
    world.organization.useEvents = true
    world.organization.events.append([viewedAt(world.clock.now + 1_000)])
    await pullAgain(world, 2)
    expect((await shown()).message).toBe('New events are pulled each minute.')
  })

  test('with a token that it has just given, is access to the data', async () => {
    const world = await worldWith()
    world.conditions.faultOf = ({ path }) => (path.endsWith('/events') ? { kind: 'status', status: 401 } : undefined)
    await world.pull()
    expect(await reasonNow(world)).toBe('access-refused')
  })
})

test('a key that cannot be opened is a status, and no request', async () => {
  const world = await worldWith()
  await world.pull({ box: boxOf(secretKey('k2')) })
  expect(await reasonNow(world)).toBe('secret-unreadable')
  expect(world.server.counts).toMatchObject({ gets: 0, tokens: 0 })
})

test('with another address the source is read from its beginning, and nothing is stored twice', async () => {
  const world = await worldWith()
  await world.pull()
  await world.drain()
  const moved = [sourceOf({ ...(await world.sources.sourcesOf(acme))[0], apiUrl: 'https://vault.example/api' })]
  world.clock.now += minuteMs
  await world.pull({ sources: { sourcesOf: async () => moved } })
  expect(world.queue.messages).toEqual([])
  await expectSame(world)
})

test('entries that are no events are counted once, and stop nothing', async () => {
  const world = await worldWith()
  const odd = [{ type: 'x' }, null, { type: 9_001, date: '2026-11-20T11:00:00Z' }]
  world.conditions.faultOf = ({ path }) =>
    path.endsWith('/events')
      ? {
          kind: 'rewrite',
          body: (text) => JSON.stringify({ ...JSON.parse(text), data: [...JSON.parse(text).data, ...odd] }),
        }
      : undefined
  await world.pull()
  await pullAgain(world, 3)
  await expectSame(world)
  expect((await world.progress())?.unreadable).toBe(3)
  const view = sourceView(sourceOf(), await world.progress(), world.clock.now)
  expect(view).toMatchObject({ status: 'current', lastError: { reason: 'entries-unreadable' } })
  expect(view.message).toContain('cannot be read as events')
})
