// The timer and the queue trigger of pulls: what they send, what they drop, and what an outage leaves.
import { describe, expect, test } from 'vitest'
import { memorySources } from '../../../src/adapters/memory/sources.ts'
import { pullSource } from '../../../src/functions/sources/pull-source.ts'
import { pullSources } from '../../../src/functions/sources/pull-sources.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { timer } from '../../support/alerts/evaluation.ts'
import { contextWith } from '../../support/calls.ts'
import { acme, globex, guid } from '../../support/events.ts'
import { viewedAt } from '../../support/sources/arrivals.ts'
import { ids, pulledWorld } from '../../support/sources/pulls.ts'
import { adding, sourceOf } from '../../support/sources/sources.ts'

const startMs = Date.UTC(2026, 10, 22, 6)
const down = () => Promise.reject(new Unavailable('table source', new Error('secret of the storage')))

describe('the timer', () => {
  test('sends one message for each source that is not paused', async () => {
    const sources = memorySources()
    await sources.change(acme, adding(sourceOf()))
    await sources.change(acme, adding(sourceOf({ id: guid(2, '5'), paused: true })))
    await sources.change(globex, adding(sourceOf({ id: guid(3, '5') })))
    const sent: unknown[] = []
    const pulls = { send: async (message: string, delay: number) => void sent.push([JSON.parse(message), delay]) }
    await pullSources({ sources, pulls })(timer, contextWith([]))
    expect(sent).toEqual([
      [ids, 0],
      [{ organizationId: globex, sourceId: guid(3, '5') }, 0],
    ])
  })

  test('fails when the sources cannot be read, and the cause is in the log', async () => {
    const log: string[] = []
    const run = pullSources({ sources: { all: down }, pulls: { send: async () => {} } })
    await expect(run(timer, contextWith(log))).rejects.toThrow(Unavailable)
    expect(log.join()).toContain('table source is unavailable')
    expect(log.join()).not.toContain('secret')
  })
})

describe('the queue trigger', () => {
  const worldWithEvent = () => pulledWorld({ kind: 'position', startMs, arrivals: [viewedAt(startMs - 60_000)] })

  test.each([
    ['text', JSON.stringify(ids)],
    ['bytes', Buffer.from(JSON.stringify(ids))],
    ['an object', ids],
  ])('pulls the source that a message names, as %s', async (_, message) => {
    const world = await worldWithEvent()
    await pullSource(world.ports)(message, contextWith([]))
    await world.drain()
    expect(await world.stored()).toHaveLength(1)
  })

  test.each(['', 'nothing', '{}', '{"organizationId":"1","sourceId":"2"}'])(
    'drops %j, with a line',
    async (message) => {
      const world = await worldWithEvent()
      const log: string[] = []
      await pullSource(world.ports)(message, contextWith(log))
      expect(log.join()).toContain('message dropped')
      expect(world.server.counts.gets).toBe(0)
    },
  )

  test('leaves an outage of ours to the next message, with a line that has the cause and no secret', async () => {
    const world = await worldWithEvent()
    const log: string[] = []
    await pullSource({ ...world.ports, queue: { enqueue: down } })(JSON.stringify(ids), contextWith(log))
    expect(log.join()).toMatch(/cut short: table source is unavailable: Error/)
    expect(log.join()).not.toContain('secret of')
    world.clock.now += 121_000
    await pullSource(world.ports)(JSON.stringify(ids), contextWith([]))
    await world.drain()
    expect(await world.stored()).toHaveLength(1)
  })

  test('says why a server cannot be read, and not with which key', async () => {
    const world = await worldWithEvent()
    world.conditions.faultOf = () => ({ kind: 'html', status: 200 })
    const log: string[] = []
    await pullSource(world.ports)(JSON.stringify(ids), contextWith(log))
    expect(log.join()).toMatch(/failed: not-json/)
    expect(log.join()).not.toMatch(/right|Bearer/)
  })

  test('fails on a bug, so that the message is kept', async () => {
    const world = await worldWithEvent()
    const progressOf = () => Promise.reject(new TypeError('bug'))
    const ports = { ...world.ports, progresses: { ...world.ports.progresses, progressOf } }
    await expect(pullSource(ports)(JSON.stringify(ids), contextWith([]))).rejects.toThrow('bug')
  })
})
