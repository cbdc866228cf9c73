import { expect, test } from 'vitest'
import { memoryPullQueue } from '../../../src/adapters/memory/pull-queue.ts'
import { memorySources } from '../../../src/adapters/memory/sources.ts'
import { dispatchPulls } from '../../../src/application/sources/dispatch-pulls.ts'
import { Unavailable } from '../../../src/ports/errors.ts'
import { acme, globex, guid } from '../../support/events.ts'
import { adding, sourceOf } from '../../support/sources/sources.ts'

test('each source that is not paused gets a message', async () => {
  const [sources, pulls] = [memorySources(), memoryPullQueue()]
  const ids = [guid(1, '5'), guid(2, '5'), guid(3, '5')] as const
  await sources.change(acme, adding(sourceOf({ id: ids[0] })))
  await sources.change(acme, adding(sourceOf({ id: ids[1], paused: true })))
  await sources.change(globex, adding(sourceOf({ id: ids[2] })))
  await dispatchPulls({ sources, pulls })
  const sent = pulls.messages.map(({ text }) => JSON.parse(text))
  expect(sent).toEqual([
    { organizationId: acme, sourceId: ids[0] },
    { organizationId: globex, sourceId: ids[2] },
  ])
})

test('an outage fails the run, which the next minute repeats', async () => {
  const sources = memorySources()
  await sources.change(acme, adding(sourceOf()))
  const send = () => Promise.reject(new Unavailable('pull queue', new Error('out')))
  await expect(dispatchPulls({ sources, pulls: { send } })).rejects.toThrow(Unavailable)
})
